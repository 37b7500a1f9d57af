"""From a running demonstration to the pictures of the handbook: `python -m sandbox.pictures`.

Start `make run` first, best with a fresh ICP_DATA_DIR: the story below registers an invented
person and sends a message. PORT and ICP_DATA_DIR are those of `make run`. Screens show the light
theme; what they show of people is drawn by `sandbox.town`. Names on the command line take these
pictures alone.
"""

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "docs" / "podrecznik" / "obrazy"
SITE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
PASSWORD_FILE = Path(os.environ.get("ICP_DATA_DIR", ROOT / "var")) / "demo-password"
WIDTH, HEIGHT, TALLEST = 1280, 800, 1200  # px
QUALITY = 80
FROM_BELOW = {"bramka"}  # what the picture is about stands at the end of the page
CHROMIUM = os.environ.get("ICP_TEST_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

CLERK, DUTY, HEAD = "rejestr", "dyzurny", "kierownik"
ADMINISTRATOR, OFFICER = "administrator", "iod"
TITLE = "Przerwa w dostawie wody w piątek"
MESSAGE = re.compile(r"/wiadomosci/\d+/$")
Scene = tuple[str, Callable[[Page], None]]  # who is signed in, and how they get there


def opened(path: str) -> Callable[[Page], None]:
    def walk(page: Page) -> None:
        page.goto(SITE + path)

    return walk


def registered(page: Page) -> None:
    page.goto(f"{SITE}/odbiorcy/nowy/")
    page.fill("#id_first_name", "Wirgiliusza")
    page.fill("#id_last_name", "Szczebrzeszyńska")
    page.fill("#id_birth_date", "15.03.1948")
    page.locator("label[for=id_sex_0]").click()
    page.locator("#id_street").press_sequentially("spo", delay=40)
    page.get_by_role("option", name="ul. Sportowa").first.click()
    page.fill("#id_house", "7")
    page.keyboard.press("Tab")
    page.fill("#id_phone", "+48 512 904 417")
    page.fill("#id_email", "w.szczebrzeszynska@przyklad.example")
    for tick in page.locator("input[name=wanted]").all()[:2]:
        tick.check()


def card(page: Page) -> None:
    search(page)
    page.locator("td a.row-link, tbody th a, tbody a").first.click()


def search(page: Page) -> None:
    page.goto(f"{SITE}/odbiorcy/")
    page.fill("main input[name=q]", "kowal")
    page.locator("main form[role=search] button, main form button").first.click()
    page.wait_for_load_state()


def consents(page: Page) -> None:
    card(page)
    page.get_by_role("link", name="Udziel lub wycofaj").first.click()


def written(page: Page, kind: str = "information") -> None:
    page.goto(f"{SITE}/wiadomosci/nowa/")
    page.locator(f"input[name=klass][value={kind}]").check(force=True)
    page.locator("#id_topic").select_option(label="Przerwy w dostawach")
    page.fill("#id_title", TITLE)
    page.get_by_text("Osiedle Słoneczne", exact=True).first.click()
    for channel in ("email", "sms", "push"):
        # The page counts anew after each change and may exchange the box under a pointer.
        box = page.locator(f"input[name=channels][value={channel}]")
        box.evaluate("box => { if (!box.checked) box.click(); }")
    page.fill(
        "#id_short",
        "Piątek 8:00-14:00: brak wody na Osiedlu Słonecznym. Beczkowóz: ul. Sportowa 1.",
    )
    page.fill(
        "#id_long",
        "Szanowni Państwo,\n\nw **piątek od 8:00 do 14:00** na Osiedlu Słonecznym nie będzie wody."
        " Beczkowóz stanie przy ul. Sportowej 1.",
    )
    expect(page.locator("#preview-sms")).to_contain_text("Beczkowóz")


def checked(page: Page, kind: str = "information") -> None:
    written(page, kind)
    page.locator("button[value=check]").click()
    expect(page).to_have_url(re.compile("/sprawdzenie/"))


def sent(page: Page) -> None:
    checked(page)
    page.locator("aside form button").last.click()
    expect(page).to_have_url(MESSAGE)
    page.wait_for_timeout(20_000)
    page.reload()


def one_person(page: Page) -> None:
    page.goto(f"{SITE}/wiadomosci/")
    page.locator(f"tr:has-text('{TITLE}'):has-text('wysłana') a").first.click()
    expect(page).to_have_url(MESSAGE)
    page.goto(f"{page.url}doreczenia/")
    page.locator("tr:has-text('doręczone') a").first.click()


def to_approve(page: Page) -> None:
    page.goto(f"{SITE}/wiadomosci/")
    page.locator("a[href$='/zatwierdzenie/']").first.click()


def asked_for_approval(page: Page) -> None:
    checked(page, "warning")
    page.locator("aside form button").last.click()
    page.wait_for_load_state()


def tried(page: Page) -> None:
    page.goto(f"{SITE}/ustawienia/email/zmien/")
    page.get_by_role("button", name="Sprawdź połączenie").click()
    page.locator("[role=status] .notice, .notice-ok").first.wait_for()


# In the order of the story: later scenes look at what earlier ones made.
SCENES: dict[str, Scene] = {
    "logowanie": ("", opened("/zaloguj/")),
    "rejestracja": (CLERK, registered),
    "szukanie": (CLERK, search),
    "karta": (CLERK, card),
    "zgody": (CLERK, consents),
    "pisanie": (CLERK, written),
    "sprawdzenie": (CLERK, checked),
    "postep": (CLERK, sent),
    "doreczenie": (CLERK, one_person),
    "-": (CLERK, asked_for_approval),
    "zatwierdzanie": (HEAD, to_approve),
    "pulpit": (CLERK, opened("/")),
    "dziennik": (OFFICER, opened("/dziennik/")),
    "pracownicy": (ADMINISTRATOR, opened("/pracownicy/")),
    "role": (ADMINISTRATOR, opened("/uprawnienia/")),
    "jednostki": (ADMINISTRATOR, opened("/jednostki/")),
    "ustawienia": (ADMINISTRATOR, opened("/ustawienia/")),
    "bramka": (ADMINISTRATOR, tried),
    "tematy": (ADMINISTRATOR, opened("/tematy/")),
    "rejestr-adresow": (ADMINISTRATOR, opened("/odbiorcy/rejestr-adresow/")),
    "przeglad": (ADMINISTRATOR, opened("/przeglad-uprawnien/")),
    "konto": (CLERK, opened("/konto/")),
    "epuap": (ADMINISTRATOR, opened("/ustawienia/epuap/certyfikaty/")),
    "dokumenty": (ADMINISTRATOR, opened("/dokumenty/")),
}


def main(names: list[str]) -> None:
    TO.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (login, walk) in SCENES.items():
            if names and name not in names:
                continue
            page = seat(browser, login)
            walk(page)
            if name != "-":
                print(f"{name}: {keep(page, name) // 1024} kB", flush=True)
            page.context.close()
        browser.close()


def seat(browser: Browser, login: str) -> Page:
    """A fresh window, with `login` signed in unless it is empty."""
    context = browser.new_context(
        locale="pl-PL",
        color_scheme="light",
        reduced_motion="reduce",
        viewport={"width": WIDTH, "height": HEIGHT},
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    if login:
        page.goto(f"{SITE}/zaloguj/")
        page.fill("input[name=login]", f"{login}@zazolcin.example")
        page.fill("input[name=password]", PASSWORD_FILE.read_text(encoding="utf-8").strip())
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{SITE}/")
    return page


def keep(page: Page, name: str) -> int:
    """Write the page as WebP, cut where it becomes very long; returns the bytes."""
    page.wait_for_load_state("networkidle")
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": WIDTH, "height": min(max(height, 500), TALLEST)})
    page.evaluate(f"window.scrollTo(0, {height if name in FROM_BELOW else 0})")
    path = TO / f"{name}.webp"
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.save(path, "WEBP", quality=QUALITY, method=6)
    return path.stat().st_size


if __name__ == "__main__":
    main(sys.argv[1:])
