"""From an open page to what is wrong with it: accessibility, sideways scroll, a picture to look at."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).parents[2] / "test-results" / "pictures"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# How people look at ICP: (name, width, colours). 320 px is what WCAG 1.4.10 asks for.
LOOKS = (("light", 1440, "light"), ("dark", 1440, "dark"), ("phone", 390, "light"))
# Of the dark look only the colours are new.
RULES_OF = {"dark": ["color-contrast", "link-in-text-block"]}
NARROWEST = 320
# New colours reach every element only with the next frames; axe reads them at once.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SETTLED = 1000  # ms


def axe_violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Run axe over the page as it stands; each line names the rule, the element and the reason."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    # preload fetches style sheets anew and writes them inline, which our CSP rightly refuses.
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {preload: false, runOnly: rules, resultTypes: ['violations']})",
        rules,
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def lasting_violations(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe still finds a moment later: on a busy machine colours arrive after the frames."""
    if axe_violations(page, rules):
        page.wait_for_timeout(SETTLED)
        return axe_violations(page, rules)
    return []


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def check_page(page: Page, name: str) -> None:
    """Fail on what axe finds in light, dark and on a phone; leave pictures of all three."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    problems = []
    for look, width, colours in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.evaluate(PAINTED)
        problems += [
            f"{name} {look} {line}" for line in lasting_violations(page, RULES_OF.get(look, RULES))
        ]
        page.screenshot(path=PICTURES / f"{name}-{look}.png", full_page=True)
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    if sideways(page):
        problems.append(f"{name} scrolls {sideways(page)} px sideways at {NARROWEST} px")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    assert not problems, "\n".join(problems)
