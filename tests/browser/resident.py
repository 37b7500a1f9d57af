"""From a test to a resident's phone: a narrow window on the app, a code, messages, photos with a place."""

import io
import time
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from consents import granting, numbering
from consents.models import NoScan
from messaging.models import Message, MessageText
from messaging.tests import flow
from recipients.contacts import verification
from recipients.contacts.permissions import bit
from recipients.models import Recipient
from tests import make
from tests.browser.looking import PAINTED, axe_violations, sideways, take_picture

PHONE = {"width": 390, "height": 844}
NARROWEST = 320
STORES = """async () => {
  const found = {};
  for (const { name, version } of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const asked = indexedDB.open(name, version);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of base.objectStoreNames) {
      found[store] = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    }
    base.close();
  }
  return found;
}"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


class Phone:
    """One installation of the app; `page` is its window."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page = self.window()

    def window(self) -> Page:
        page = self.context.new_page()
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        return page

    def open(self, screen: str = "") -> Page:
        self.page.goto(f"{self.url}/app/{screen}")
        return self.page

    def ready(self) -> None:
        """The worker keeps all files: from here on no network is needed."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        expect(self.page.locator("h1")).to_be_visible()
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def pair(self, person: Recipient, typed: Callable[[str], str] = str) -> None:
        """By a code on paper, typed as `typed` makes it, and the identifier beside it."""
        code, _row = verification.draw_on_paper(person, by=make.clerk())
        self.open("kod")
        self.page.get_by_label("Kod", exact=True).fill(typed(code))
        self.page.get_by_label("Adres, na który").fill(person.identifier)
        self.page.get_by_role("button", name="Połącz").click()
        expect(self.page.get_by_text("Aplikacja jest połączona")).to_be_visible()

    def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        """What a phone sends in the background arrives a little later; the browser goes on meanwhile."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not happen in time"
            self.page.wait_for_timeout(100)

    def stores(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = self.page.evaluate(STORES)
        return found

    def kept(self, name: str) -> Any:
        rows = {row["name"]: row["value"] for row in self.stores().get("kept", [])}
        return rows.get(name)

    def cached(self) -> list[str]:
        found: list[str] = self.page.evaluate(CACHED)
        return found


def without_the_network(said: list[str]) -> None:
    """That a request found no network is an error to the browser's console; the app lives with it."""
    said[:] = [line for line in said if "net::ERR_" not in line]


def look(page: Page, name: str, themes: tuple[str, ...] = ("light", "dark")) -> None:
    """Fail on what axe finds on a phone in light and dark, and on sideways scroll; leave pictures."""
    problems = []
    # As tall as the screen is long: what the tabs cover now, a thumb scrolls up.
    expect(page.locator("h1")).to_be_visible()
    tall = PHONE["height"]
    while (height := page.evaluate("document.documentElement.scrollHeight")) > tall:
        tall = height
        page.set_viewport_size({"width": PHONE["width"], "height": tall})
        page.evaluate(PAINTED)
    for colours in themes:
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.evaluate(PAINTED)
        problems += [f"{name} {colours} {line}" for line in axe_violations(page, look=colours)]
        take_picture(page, f"app-{name}-{colours}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROWEST, "height": 844})
    if sideways(page):
        problems.append(f"{name} scrolls {sideways(page)} px sideways at {NARROWEST} px")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert not problems, "\n".join(problems)


def resident(**fields: Any) -> Recipient:
    """A person who agreed to messages by e-mail and in the app, and has no device yet."""
    topic = make.topic()
    person = make.recipient(kinds=("email",), topics=(topic,), **fields)
    wanted = bit(topic.bit, "email") | bit(topic.bit, "push")
    paper = numbering.new_form(person, wanted, by=make.clerk())
    return granting.receive_form(paper, by=make.clerk(), paper=NoScan.LATER)


def write(title: str, long: str, *, public: bool = False, **more: Any) -> Message:
    """Send a message to everybody's app, and let it settle there."""
    text = MessageText(title=title, short=title, long=long)
    message = make.message(channels=("push",), text=text, public=public, **more)
    flow.sent(message)
    for lane in (1, 2, 3):
        flow.drain("push", lane)
    message.refresh_from_db()
    return message


def photo(place: tuple[float, float] | None = None) -> Mapping[str, Any]:
    """A JPEG as a phone makes it, for set_input_files; with a place in its EXIF where asked."""
    picture = Image.new("RGB", (640, 480), "#7a8793")
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "N", 2: _degrees(place[0]), 3: "E", 4: _degrees(place[1])}
    raw = io.BytesIO()
    picture.save(raw, "JPEG", exif=exif)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = (value - whole) * 60
    return float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)
