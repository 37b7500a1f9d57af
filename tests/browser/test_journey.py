"""The main job as a stranger does it: `make run`, sign in, register, choose, write, send, watch.

Everything is real: the supervisor with its processes, the browser, the four client libraries, the
sockets of the sandbox. At the end the database is searched for every value that was typed.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests import leaks, servers

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FIRST, LAST, PESEL = "Wirgiliusza", "Szczebrzeszyńska", "48031512349"
PHONE, EMAIL, BOX = "+48 512 904 417", "w.szczebrzeszynska@przyklad.example", "/wirgiliusza/moja"
HOUSE_STREET = "ul. Sportowa"
TITLE = "Zebranie klubu kajakowego w piątek"
SHORT = "Zebranie klubu w piątek o 17. Wstęp wolny, prosimy zabrać wiosło."
LONG = "Szanowni Państwo,\n\nzebranie **klubu kajakowego** jest w piątek o 17 w domu sąsiedzkim."


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `make run`."""

    url: str
    sandbox: str
    data: Path
    process: "subprocess.Popen[bytes]"

    @property
    def password(self) -> str:
        return (self.data / "demo-password").read_text(encoding="utf-8").strip()

    def arrived(self, channel: str) -> list[dict[str, Any]]:
        address = f"{self.sandbox}/arrived.json?channel={channel}"
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - loopback
            rows: list[dict[str, Any]] = json.load(answer)["arrived"]
        return rows

    def wait_for_more(self, channel: str, before: int = 0) -> None:
        eventually(lambda: len(self.arrived(channel)) > before)


def start(data: Path, log: Path) -> Demo:
    port, stand_in = servers.free_port(), servers.free_port_pair()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ICP_")}
    environment.pop("DATABASE_URL", None)
    environment |= {"PORT": str(port), "SANDBOX_PORT": str(stand_in), "ICP_DATA_DIR": str(data)}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.demo"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    demo = Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stand_in}", data, process)
    said = "Ctrl-C zatrzymuje wszystko."
    begun = log.read_text(encoding="utf-8").count(said)
    eventually(lambda: log.read_text(encoding="utf-8").count(said) > begun, 180)
    return demo


def stop(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0


def eventually(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = start(tmp_path / "data", tmp_path / "log")
    yield running
    if running.process.poll() is None:
        running.process.kill()


def sign_in(page: Page, demo: Demo, login: str) -> None:
    page.goto(demo.url)
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pulpit")


def register(page: Page, demo: Demo) -> None:
    """At the desk, with the keyboard: PESEL gives the birth date and sex, "spo" gives the street."""
    page.goto(demo.url + "/odbiorcy/nowy/")
    page.fill("#id_first_name", FIRST)
    page.fill("#id_last_name", LAST)
    page.fill("#id_pesel", PESEL)
    page.keyboard.press("Tab")
    expect(page.locator("#id_birth_date")).to_have_value("15.03.1948")
    expect(page.locator("#id_sex_0")).to_be_checked()
    page.locator("#id_street").press_sequentially("spo", delay=40)
    page.get_by_role("button", name=HOUSE_STREET).or_(
        page.get_by_role("option", name=HOUSE_STREET)
    ).first.click()
    page.fill("#id_house", "7")
    page.keyboard.press("Tab")
    page.fill("#id_phone", PHONE)
    page.fill("#id_email", EMAIL)
    page.fill("#id_epuap", BOX)
    for tick in page.locator("input[name=wanted]").all()[:4]:
        tick.check()
    page.get_by_role("button", name="Zarejestruj, wydrukuj później").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LAST)
    expect(page.get_by_text("czeka").first).to_be_visible()


def bring_the_form_back(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Podpisany formularz")).first.click()
    picture = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(picture, "PNG")
    scan: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.set_input_files("#id_scan", scan)
    page.locator("main form[data-scan-of] .button-primary").click()
    expect(page.get_by_text("konto jest aktywne").first).to_be_visible()


def write(page: Page, demo: Demo) -> None:
    """Women over 60 in Osiedle Słoneczne, odd numbers of ulica Sportowa."""
    page.goto(demo.url + "/wiadomosci/nowa/")
    page.locator("#id_topic").select_option(label="Przerwy w dostawach")
    page.fill("#id_title", TITLE)
    page.get_by_text("Osiedle Słoneczne", exact=True).first.click()
    page.fill("#id_street-0-name", "Sportowa")
    page.select_option("#id_street-0-parity", "odd")
    page.locator("label[for=id_sex_1]").click()
    page.fill("#id_age_from", "60")
    for channel in ("email", "sms", "epuap", "push"):
        page.locator(f"input[name=channels][value={channel}]").set_checked(True, force=True)
    page.fill("#id_short", SHORT)
    page.fill("#id_long", LONG)
    page.locator("button[name=action][value=check]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def send(page: Page) -> int:
    """Press the button that says what will happen; returns how many deliveries there are."""
    page.get_by_role("button", name=re.compile("^Wyślij")).click()
    page.wait_for_url(re.compile(r"/wiadomosci/\d+/$"))
    expect(page.get_by_text("wysłana", exact=True).first).to_be_visible(timeout=60_000)
    return int(page.url.rstrip("/").rpartition("/")[2])


def test_the_whole_story(demo: Demo, page: Page, tmp_path: Path) -> None:
    sign_in(page, demo, "rejestr@zazolcin.example")
    register(page, demo)
    bring_the_form_back(page)
    for channel in ("email", "sms", "epuap"):
        demo.wait_for_more(channel)  # the validation codes
    before = {channel: len(demo.arrived(channel)) for channel in ("email", "sms", "epuap", "push")}
    write(page, demo)
    message = send(page)
    for channel, number in before.items():
        demo.wait_for_more(channel, number)
    assert [row for row in demo.arrived("email") if row["address"] == EMAIL]
    assert any(SHORT in row["text"] for row in demo.arrived("sms"))
    assert any(row["address"] == BOX for row in demo.arrived("epuap"))
    everybody_is_explained(page, demo, message)
    stop(demo)
    nothing_is_in_the_clear(demo, tmp_path / "log")
    a_second_start_keeps_the_data(demo, page, tmp_path / "log")


def everybody_is_explained(page: Page, demo: Demo, message: int) -> None:
    """Each person of the list has one state, and a page that tells their story."""
    page.goto(f"{demo.url}/wiadomosci/{message}/doreczenia/")
    rows = page.locator("main tbody tr")
    expect(rows.first).to_be_visible()
    page.locator("main tbody tr a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def nothing_is_in_the_clear(demo: Demo, log: Path) -> None:
    planted = [FIRST, LAST, PESEL, "512904417", EMAIL, BOX, TITLE, SHORT, "klubu kajakowego"]
    places = leaks.sqlite_places(demo.data / "icp.sqlite3")
    places |= {"log": log.read_bytes()} | leaks.files_below(demo.data, "*.log", "*.jsonl", "epoch*")
    assert leaks.found(planted, places) == []
    # The search works: what is public is there.
    assert leaks.found(["Przerwy w dostawach"], places)


def a_second_start_keeps_the_data(demo: Demo, page: Page, log: Path) -> None:
    again = start(demo.data, log)
    try:
        page.context.clear_cookies()
        sign_in(page, again, "rejestr@zazolcin.example")
        page.goto(again.url + "/wiadomosci/")
        expect(page.get_by_text(TITLE).first).to_be_visible()
    finally:
        stop(again)
