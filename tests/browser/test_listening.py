"""A request from its decision over appointment and supervised listening, with a seek, to the protocol; in a real browser."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from conversations.models import PlaybackEvent, PlaybackSession, RequestLetter, Step
from conversations.playback.rights import Purpose
from icp.days import working_days_after
from tests import make, make_access, make_conversations, make_listening
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def _decided(page: Page, base: str, row: int) -> None:
    """The Director gives two parts, and sets the day."""
    page.goto(f"{base}/rozmowy/wnioski/{row}/krok/udostepnienie/")
    page.get_by_label("części wskazane niżej").check()
    page.get_by_label("Części rozmowy 1").fill("0:05-0:35, 0:40-0:42")
    page.get_by_label("Uzasadnienie").fill("Reszta dotyczy innej osoby.")
    page.get_by_label("Podstawa prawna").fill("§ 4 ust. 3 zarządzenia nr 308/18")
    page.get_by_role("button", name="Udostępnij").click()
    page.get_by_role("link", name="Wyznacz termin").click()
    day = working_days_after(timezone.localdate(), 4)
    page.get_by_label("Dzień", exact=True).fill(day.isoformat())
    page.get_by_label("Miejsce").fill("Sala 12, parter")
    for name in ("Nadzorująca0", "Nadzorująca1"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Wyznacz termin").click()
    expect(page.get_by_text("termin wyznaczony").first).to_be_visible()


def _present(page: Page) -> None:
    page.get_by_label("Pani/Pana hasło").fill(make.PASSWORD)
    page.get_by_role("button", name="Potwierdzam obecność").click()
    expect(page.get_by_text("Obecność odnotowano.")).to_be_visible()


def _ends_in_sight(page: Page) -> None:
    """On a low window the column at the side is no window of its own: its end is scrolled to with the page."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 480})
    column = page.locator(".page-aside")
    assert column.evaluate("one => one.scrollHeight - one.clientHeight") == 0
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert float(column.evaluate("one => one.getBoundingClientRect().bottom")) <= 480
    assert before
    page.set_viewport_size(before)


def _heard(page: Page) -> None:
    """It plays, jumps ten seconds on by button and by key, and the server knows."""
    sound = page.locator("audio").first
    sound.evaluate(
        "one => one.readyState > 1 || new Promise(go => one.addEventListener('canplay', go))"
    )
    assert round(float(sound.evaluate("one => one.duration"))) == 30
    sound.evaluate("one => one.play()")
    _reached(sound, 0.2)
    page.get_by_role("button", name="Do przodu o 10 s").first.click()
    _reached(sound, 10)
    sound.focus()
    page.keyboard.press("ArrowRight")
    _reached(sound, 20)
    with page.expect_response(lambda answer: "/slad/" in answer.url):
        sound.evaluate("one => one.pause()")


def _reached(sound: Locator, second: float) -> None:
    """Wait until the player stands at this second or later."""
    sound.evaluate(
        """(one, second) => new Promise(go => {
          const look = () => (one.currentTime >= second ? go() : setTimeout(look, 20));
          look();
        })""",
        second,
    )


def _begun(page: Page, sign_in: SignIn, address: str) -> None:
    """Both designated persons sign in for themselves; the applicant shows a document."""
    one, two = make_access.supervisors()
    for user in (two, one):
        user.set_password(make.PASSWORD)
        user.save(update_fields=["password"])
    sign_in(two)
    page.goto(address)
    _present(page)
    sign_in(one)
    page.goto(address)
    page.get_by_role("button", name="Rozpocznij").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_page(page, "listening-before")
    _ends_in_sight(page)
    _present(page)
    page.get_by_label("Jaki dokument okazano").select_option("dowód osobisty")
    page.get_by_role("button", name="Odnotuj").click()
    page.get_by_label("Stanowisko").fill("BOI 3")
    page.get_by_role("button", name="Rozpocznij").click()
    expect(page.get_by_text("Odsłuch rozpoczęto.")).to_be_visible()
    check_page(page, "listening-running")


def _ended(page: Page, paper: Path) -> None:
    """With a remark; the protocol is printed, and comes back signed."""
    page.get_by_role("button", name="Zakończ").click()
    page.get_by_role("link", name="Zakończ").click()
    page.get_by_label("Uwagi do protokołu").fill("Nagranie jest ciche.")
    check_page(page, "listening-finish")
    page.get_by_role("button", name="Zakończ i sporządź protokół").click()
    expect(page.get_by_text("Zakończono. Proszę wydrukować")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Protokół (PDF)").click()
    download.value.save_as(paper)
    page.get_by_label("Skan podpisanego protokołu").set_input_files(paper)
    page.get_by_role("button", name="Dołącz").click()
    expect(page.get_by_text("Podpisany protokół dołączono.")).to_be_visible()
    check_page(page, "listening-after")


def test_a_listening_from_the_decision_to_the_protocol(
    page: Page, live_server: LiveServer, sign_in: SignIn, tmp_path: Path
) -> None:
    call, _content = make_listening.recorded(60)
    row = make_access.opined(of=call)
    make_access.supervisors()
    sign_in(make_access.director())
    _decided(page, live_server.url, row.pk)
    term = make_access.begun_now(row)
    _begun(page, sign_in, f"{live_server.url}/rozmowy/wnioski/odsluch/{term.pk}/")
    page.get_by_role("button", name="Odsłuchaj").click()
    _heard(page)
    check_page(page, "listening-player")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("Rozmowę odtwarza inna karta")).to_be_visible()
    other.close()
    paper = tmp_path / "protokol.pdf"
    _ended(page, paper)
    row.refresh_from_db()
    assert row.step == Step.CLOSED_GRANTED
    assert row.letters.filter(kind=RequestLetter.Kind.SIGNED).exists()
    events = PlaybackEvent.objects.filter(session__appointment=term)
    seeks = [(event.begin // 1000, event.end // 1000) for event in events.filter(action="seek")]
    assert [end - begin for begin, end in seeks][:2] == [10, 10]
    # Of the recording, not of the part.
    assert [one for one in seeks if not 5 <= one[0] <= 42] == []
    assert events.filter(action="range").count() >= 2
    assert events.filter(action="end").count() == 1


def _number_seen(page: Page, server: str) -> None:
    """By an administrator who says why."""
    call = make_conversations.call()
    page.goto(f"{server}/rozmowy/{call.pk}/")
    page.get_by_role("link", name="Cały numer w dostępie awaryjnym").click()
    page.get_by_role("button", name="Pokaż numer").click()
    check_page(page, "break-glass-number")
    page.get_by_label("Powód").fill("Centrala stoi; oddzwaniam do przerwanej rozmowy.")
    page.get_by_role("button", name="Pokaż numer").click()
    expect(page.get_by_text(make_conversations.PHONE)).to_be_visible()
    check_page(page, "break-glass-number-shown")


def test_a_chat_is_read_for_quality_and_an_emergency_is_told(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    chat = make_conversations.chat(at=timezone.now() - timedelta(hours=1))
    make_listening.said(
        chat,
        ("visitor", "Dzień dobry, kiedy odbierają odpady wielkogabarytowe?", False),
        ("agent", "Sprawdzę w harmonogramie.", False),
        ("agent", "Trzeci raz w tym tygodniu", True),
        ("agent", "W piątek rano.", False),
    )
    director = make_conversations.director()
    sign_in(make.staff("administrator"))
    page.goto(f"{live_server.url}/rozmowy/odsluch/rozmowa/{chat.pk}/")
    page.get_by_role("button", name="Otwórz").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_page(page, "playback-begin")
    page.get_by_label("Powód").fill("Zgłoszono, że czat się urywa; sprawdzam zapis.")
    page.get_by_role("button", name="Otwórz").click()
    expect(page.get_by_text("W piątek rano.")).to_be_visible()
    check_page(page, "playback-transcript")
    page.emulate_media(media="print")
    expect(page.get_by_text("W piątek rano.")).to_be_hidden()
    expect(page.get_by_text("Drukowanie jest zablokowane.")).to_be_visible()
    page.emulate_media(media="screen")

    _number_seen(page, live_server.url)
    sign_in(director)
    page.goto(f"{live_server.url}/rozmowy/odsluch/awaryjne/")
    check_page(page, "break-glass-list")
    for _one in range(2):
        page.get_by_role("button", name="Zapoznałam(-em) się").first.click()
        expect(page.get_by_text("Potwierdzono zapoznanie się.")).to_be_visible()
    expect(page.get_by_text("Dyrektor się zapoznał")).to_have_count(2)
    session = PlaybackSession.objects.get()
    assert (session.purpose, session.reviewed_by) == (Purpose.BREAK_GLASS, director)
