"""From an open page to what is wrong with it: accessibility, sideways scroll, a picture to look at."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).parents[2] / "test-results" / "pictures"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# How people look at ICP: (name, width, colours). 320 px is what WCAG 1.4.10 asks for.
LOOKS = (("light", 1440, "light"), ("dark", 1440, "dark"), ("phone", 390, "light"))
NARROWEST = 320
# New colours reach every element only with the next frames; axe reads them at once.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def axe_violations(page: Page, *, look: str = "") -> list[str]:
    """Run axe over the page as it stands; each line names the rule, the element and the reason.

    Of the dark look only the colours are asked, on a phone everything else: they are those of "light".
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    left_out = {rule: {"enabled": False} for rule in COLOURS} if look == "phone" else {}
    # preload fetches style sheets anew and writes them inline, which our CSP rightly refuses.
    found: dict[str, Any] = page.evaluate(
        """([runOnly, rules]) =>
          axe.run(document, {preload: false, runOnly, rules, resultTypes: ['violations']})""",
        [COLOURS if look == "dark" else RULES, left_out],
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def check_page(page: Page, name: str) -> None:
    """Fail on what axe finds in light, dark and on a phone; leave pictures of all three."""
    before = page.viewport_size
    problems = []
    for look, width, colours in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.evaluate(PAINTED)
        problems += [f"{name} {look} {line}" for line in axe_violations(page, look=look)]
        take_picture(page, f"{name}-{look}")
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    if sideways(page):
        problems.append(f"{name} scrolls {sideways(page)} px sideways at {NARROWEST} px")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    assert not problems, "\n".join(problems)


def take_picture(seen: Page | Locator, name: str) -> None:
    """Leave a picture in test-results/pictures for people to look at (not with ICP_TEST_PICTURES=0)."""
    if os.environ.get("ICP_TEST_PICTURES") == "0":
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    whole = {"full_page": True} if isinstance(seen, Page) else {}
    seen.screenshot(path=PICTURES / f"{name}.png", **whole)  # type: ignore[arg-type]
