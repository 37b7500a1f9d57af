"""The desk of reports in a real browser: every screen looked at, the keys, and two people at one report."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from admin_module.models import User
from reports.models import AnswerTemplate, BodyContact, OutsideBody, Report, RoutingRule, State
from reports.pictures import photos
from reports.steps import clusters, handling, moves
from reports.steps.acting import Actor
from reports.tests import desk_things
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page
from tests.browser.test_maps import a_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


@pytest.fixture
def user() -> User:
    return make.staff("reports_handler", "editor", "recipients_clerk", last_name="Zgłoszeniowa")


def picture(user: User) -> object:
    """A street with a hole, as a child would draw it."""
    image = Image.new("RGB", (640, 480), "#9fb6c4")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 240, 640, 480), fill="#5b5f66")
    pen.ellipse((220, 300, 430, 400), fill="#22252a")
    pen.rectangle((40, 200, 150, 260), fill="#b3402e")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return photos.keep(ContentFile(out.getvalue(), name="ulica.jpg"), user=user).uid


def some_reports(user: User) -> list[Report]:
    """One in each of a few states, one late, all in the town of the maps."""
    a_town()
    person = make.recipient(kinds=("email",), last_name="Zgłaszająca")
    person.contact_points.update(verified_at=timezone.now())
    given: dict[str, Any] = {"by": user, "reporter": person}
    place: dict[str, Any] = {"latitude": 52.1640, "longitude": 22.2660}
    first = desk_things.report(photos=(picture(user),), **place, **given)
    going = desk_things.report(
        state=State.IN_PROGRESS, latitude=52.167, longitude=22.288,
        description="Nie świeci latarnia przy przystanku", address="ul. Leśna 7", **given,
    )  # fmt: skip
    handling.assign(going, user, by=user, version=None)
    late = desk_things.report(state=State.ACCEPTED, latitude=52.1642, longitude=22.2663, **given)
    Report.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=9))
    done = desk_things.report(state=State.RESOLVED, latitude=52.170, longitude=22.285, **given)
    moves.move(
        done,
        State.DISPUTED,
        by=Actor.reporter(recipient=person),
        version=None,
        public_text="Nadal dziura.",
    )
    handling.note(late, "Dzwonił sąsiad, pyta codziennie.", by=user)
    return [first, going, late, done]


def test_the_list_the_map_and_a_report(
    page: Page, live_server: LiveServer, sign_in: SignIn, user: User
) -> None:
    _first, _going, late, _done = some_reports(user)
    sign_in(user)
    page.goto(f"{live_server.url}/zgloszenia/")
    expect(page.locator("#report-map path.map-district")).to_have_count(2)
    check_page(page, "reports-list")
    page.get_by_role("link", name="reklamacje 1").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Słowa, adres albo numer").fill("latarnia")
    page.goto(f"{live_server.url}/zgloszenia/?widok=wszystkie")
    page.get_by_label("Słowa, adres albo numer").fill("LATARNIA lesna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Znaleziono 1 zgłoszenie.")).to_be_visible()

    page.goto(f"{live_server.url}/zgloszenia/{late.pk}/")
    expect(page.locator("#report-map .map-dot").first).to_be_visible()
    page.get_by_role("button", name="Pokaż, kto zgłosił").click()
    expect(page.locator("#reporter")).to_contain_text("Zgłaszająca")
    check_page(page, "reports-report")


def test_two_people_at_one_report(
    page: Page, live_server: LiveServer, sign_in: SignIn, user: User
) -> None:
    _first, _going, late, _done = some_reports(user)
    sign_in(user)
    # By keys alone: from the page to "done", with a template and a preview, and saved.
    AnswerTemplate.objects.create(name="Naprawione", text="Naprawiliśmy: {miejsce}.")
    page.goto(f"{live_server.url}/zgloszenia/{late.pk}/")
    page.get_by_role("link", name="Wykonane").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Szablon odpowiedzi").select_option(label="Naprawione")
    words = page.get_by_label("Co zrobiono?")
    expect(words).to_have_value("Naprawiliśmy: ul. Sportowa 5.")
    page.get_by_label("Numer zlecenia").fill("7/2026")
    page.get_by_role("button", name="Pokaż, co przeczyta zgłaszający").click()
    expect(page.locator("#preview")).to_contain_text("Naprawiliśmy: ul. Sportowa 5.")
    check_page(page, "reports-move")
    # Meanwhile somebody else works at it.
    other = desk_things.handler(last_name="Druga")
    late.refresh_from_db()
    moves.move(
        late, State.IN_PROGRESS, by=Actor.staff(other), version=late.version,
        public_text="Ekipa jest na miejscu.",
    )  # fmt: skip
    page.get_by_role("button", name="Wykonane").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ktoś inny zmienił w międzyczasie to zgłoszenie"
    )
    expect(page.get_by_text("Ekipa jest na miejscu.")).to_be_visible()
    check_page(page, "reports-conflict")
    page.get_by_role("button", name="Zapisz także moje").click()
    expect(page.get_by_text("proof").or_(page.get_by_text("dowód: zlecenie"))).to_be_visible()


def cover_parts(page: Page) -> None:
    """One box by keys and one by mouse; the first is thrown away."""
    page.get_by_role("button", name="Dodaj ramkę na środku").press("Enter")
    box = page.locator(".redact rect")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_text("Ramki jako liczby").click()
    expect(page.locator("#box-0-left")).to_have_value("246")
    expect(page.locator("#box-0-height")).to_have_value("106")
    stage = page.locator(".redact svg")
    stage.hover(position={"x": 20, "y": 20})
    page.mouse.down()
    stage.hover(position={"x": 120, "y": 90})
    page.mouse.up()
    expect(box).to_have_count(2)
    check_page(page, "reports-redact")
    box.first.focus()
    page.keyboard.press("Delete")
    expect(box).to_have_count(1)


def test_what_everybody_sees(
    page: Page, live_server: LiveServer, sign_in: SignIn, user: User
) -> None:
    first, *_rest = some_reports(user)
    sign_in(user)
    page.goto(f"{live_server.url}/zgloszenia/moderacja/")
    check_page(page, "reports-moderation")
    page.goto(f"{live_server.url}/zgloszenia/{first.pk}/widocznosc/")
    check_page(page, "reports-moderate")
    page.get_by_role("link", name="Zasłoń fragmenty").click()
    cover_parts(page)
    page.get_by_role("button", name="Zrób kopię z zasłonięciami").click()
    expect(page.get_by_alt_text("Zdjęcie 1, kopia z zasłonięciami")).to_be_visible()
    page.get_by_role("button", name="Pokaż zdjęcie").click()
    page.get_by_label("Co czytają wszyscy").fill("Dziura w jezdni przed szkołą")
    page.get_by_role("button", name="Pokaż wszystkim").click()
    first.refresh_from_db()
    assert first.visibility == "public"
    assert first.photos.get(redacts=None).redacted is not None


def test_taking_down_and_counting(
    page: Page, live_server: LiveServer, sign_in: SignIn, user: User
) -> None:
    some_reports(user)
    for n in range(5):
        desk_things.report(
            by=user, reporter=make.recipient(), latitude=52.1720 + n / 10_000, longitude=22.284
        )
    [found] = clusters.find()
    category = desk_things.category()
    sign_in(user)
    page.goto(f"{live_server.url}/zgloszenia/przyjmij/?kategoria={category.pk}")
    page.get_by_label("Znajdź miejsce po adresie").fill("wodna 5")
    page.get_by_role("button", name="Znajdź").first.click()
    page.get_by_role("button", name="ul. Wodna 5").click()
    expect(page.get_by_label("Szerokość geograficzna")).to_have_value("52.165200")
    page.get_by_label("Nie", exact=True).check()
    page.get_by_label("Co jest nie tak").fill("Zapadnięta studzienka")
    page.get_by_label("ktoś, kto nie podaje nazwiska").check()
    expect(page.get_by_label("Imię")).to_be_hidden()
    check_page(page, "reports-new")
    page.get_by_role("button", name="Zapisz zgłoszenie").click()
    expect(page.get_by_text("Zapisano pod numerem")).to_be_visible()
    for path, name in (
        ("/", "reports-start"),
        ("/zgloszenia/przyjmij/", "reports-new-category"),
        ("/zgloszenia/statystyki/", "reports-statistics"),
        ("/zgloszenia/eksport/", "reports-export"),
        (f"/zgloszenia/podobne/{found.pk}/", "reports-cluster"),
    ):
        page.goto(f"{live_server.url}{path}")
        check_page(page, name)


def test_what_an_administrator_keeps(page: Page, live_server: LiveServer, sign_in: SignIn) -> None:
    category = desk_things.category()
    OutsideBody.objects.create(name="Wodociągi", contact=BodyContact(epuap="/woda/skrytka"))
    RoutingRule.objects.create(category=category, unit=make.unit())
    AnswerTemplate.objects.create(name="Dziękujemy", text="Dziękujemy za {numer}.")
    sign_in(make.staff("administrator"))
    for path, name in (
        (f"/zgloszenia/kategorie/{category.pk}/", "reports-category"),
        ("/zgloszenia/kategorie/", "reports-categories"),
        ("/zgloszenia/kierowanie/", "reports-rules"),
        ("/zgloszenia/kierowanie/nowe/", "reports-rule"),
        ("/zgloszenia/podmioty/", "reports-bodies"),
        ("/zgloszenia/podmioty/nowe/", "reports-body"),
        ("/zgloszenia/szablony/", "reports-templates"),
        ("/zgloszenia/szablony/nowe/", "reports-template"),
        ("/zgloszenia/przechowywanie/", "reports-retention"),
    ):
        page.goto(f"{live_server.url}{path}")
        check_page(page, name)
