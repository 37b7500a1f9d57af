"""The list of reports, its filters and search, and the page of one: what staff see, and who sees it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry, User
from reports.models import Report, State
from reports.showing import searching
from reports.steps import handling, moves
from reports.steps.acting import Actor
from tests import make

from . import desk_things

pytestmark = pytest.mark.django_db
LIST = "/zgloszenia/"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def numbers(page: str, *reports: Report) -> list[bool]:
    return [f'<div class="small muted mono">{one.number}</div>' in page for one in reports]


def test_an_empty_list_says_what_it_is(desk: Client) -> None:
    assert "Nie ma otwartych zgłoszeń" in text(desk, LIST)


def test_views_and_filters_choose(desk: Client, user: User) -> None:
    fresh = desk_things.report(by=user)
    mine = desk_things.report(by=user, state=State.ACCEPTED)
    handling.assign(mine, user, by=user, version=None)
    late = desk_things.report(by=user, state=State.ACCEPTED)
    day = timezone.localdate() - timedelta(days=9)
    Report.objects.filter(pk=late.pk).update(due_on=day)
    done = desk_things.report(by=user, state=State.RESOLVED)
    every = (fresh, mine, late, done)
    assert numbers(text(desk, LIST), *every) == [True, True, True, False]
    assert numbers(text(desk, f"{LIST}?widok=moje"), *every) == [False, True, False, False]
    assert numbers(text(desk, f"{LIST}?widok=nowe"), *every) == [True, False, False, False]
    assert numbers(text(desk, f"{LIST}?widok=po-terminie"), *every) == [False, False, True, False]
    assert numbers(text(desk, f"{LIST}?widok=wszystkie"), *every) == [True] * 4
    assert numbers(text(desk, f"{LIST}?widok=wszystkie&state=resolved"), *every) == [
        False, False, False, True,
    ]  # fmt: skip
    assert numbers(text(desk, f"{LIST}?who=nikt"), *every) == [True, False, True, False]
    assert numbers(text(desk, f"{LIST}?deadline=po"), *every) == [False, False, True, False]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert numbers(text(desk, f"{LIST}?since={tomorrow}"), *every) == [False] * 4
    assert "dni robocz" in text(desk, f"{LIST}?widok=po-terminie")


@pytest.mark.parametrize(
    "query",
    [
        "widok=%00",
        "widok=nic",
        "state=nic",
        "category=x",
        "unit=99999999999999999999",
        "since=wczoraj",
        "since=2026-02-01&until=2026-01-01",
        "deadline=x&who=x&order=x&page=-7",
        "district=0x1",
    ],
)
def test_filters_that_cannot_be_read_break_nothing(desk: Client, query: str) -> None:
    assert desk.get(f"{LIST}?{query}").status_code in {200, 400}


def test_a_search_opens_what_was_written(desk: Client, user: User) -> None:
    bench = desk_things.report(by=user, description="Złamana ławka przy żłobku")
    other = desk_things.report(by=user, description="Nie świeci latarnia", address="ul. Leśna 1")
    for asked, found in [
        ("lawka zlobku", [True, False]),
        ("LEŚNA", [False, True]),
        ("złamana latarnia", [False, False]),
        (other.number, [False, True]),
        (other.number.rpartition("/")[2], [False, True]),
    ]:
        page = desk.post(f"{LIST}szukaj/?widok=otwarte", {"q": asked}).content.decode()
        assert numbers(page, bench, other) == found, asked
    assert desk.post(f"{LIST}szukaj/", {"q": ""}).status_code == 422


def test_a_search_says_how_far_it_came(
    desk: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_OPENED", 1)
    desk_things.report(by=user, description="Złamana ławka")
    desk_things.report(by=user, description="Nie świeci latarnia")
    page = desk.post(f"{LIST}szukaj/", {"q": "ławka"}).content.decode()
    assert "Przejrzano 1 z 2" in page


def test_staff_of_a_unit_see_what_is_their_units(client: Client, user: User) -> None:
    school = make.municipal_unit()
    theirs = desk_things.report(by=user, unit=school)
    others = desk_things.report(by=user)
    client.force_login(desk_things.handler(unit=school))
    assert numbers(text(client, LIST), theirs, others) == [True, False]
    assert client.get(f"{LIST}{theirs.pk}/").status_code == 200
    for address in ("", "ruch/przyjmij/", "notatka/", "osoba/", "odpowiedz/"):
        assert client.get(f"{LIST}{others.pk}/{address}").status_code == 404, address


def test_the_page_says_what_was_told_and_every_look_is_recorded(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, photos=(desk_things.photo(user),))
    page = text(desk, f"{LIST}{report.pk}/")
    for words in ("Głęboka dziura", "Nie", "ul. Sportowa 5", "Przyjmij"):
        assert words in page, words
    assert "/zgloszenia/zdjecia/" in page
    assert AuditEntry.objects.filter(action="report.opened", actor=user).exists()


def test_who_reported_is_told_on_request_only(desk: Client, user: User) -> None:
    person = make.recipient(last_name="Tajemnicza")
    report = desk_things.report(by=user, reporter=person)
    assert "Tajemnicza" not in text(desk, f"{LIST}{report.pk}/")
    assert AuditEntry.objects.filter(action="report.reporter_seen").count() == 0
    told = desk.post(f"{LIST}{report.pk}/zglaszajacy/").content.decode()
    assert "Tajemnicza" in told
    assert AuditEntry.objects.filter(action="report.reporter_seen", actor=user).count() == 1


def test_near_by_reports_are_named(desk: Client, user: User) -> None:
    first = desk_things.report(by=user)
    near = desk_things.report(by=user, latitude=52.3012)
    far = desk_things.report(by=user, latitude=52.32)
    page = text(desk, f"{LIST}{first.pk}/")
    assert near.number in page
    assert far.number not in page


def test_a_forgotten_report_is_a_tombstone(desk: Client, user: User) -> None:
    from reports.steps import retention

    report = desk_things.report(by=user, state=State.RESOLVED)
    later = timezone.localdate() + timedelta(days=40 * 366)
    assert retention.forget_due(later) == 1
    page = text(desk, f"{LIST}{report.pk}/")
    assert "Głęboka dziura" not in page
    assert "Załatane" not in page
    assert numbers(text(desk, f"{LIST}?widok=wszystkie"), report) == [True]
    assert desk.post(f"{LIST}szukaj/?widok=wszystkie", {"q": "dziura"}).status_code == 200


def test_nobody_sees_what_nobody_confirmed(desk: Client, user: User) -> None:
    report = desk_things.report(by=user)
    Report.objects.filter(pk=report.pk).update(
        state=State.AWAITING, token_until=timezone.now() + timedelta(days=7)
    )
    assert desk.get(f"{LIST}{report.pk}/").status_code == 404
    assert numbers(text(desk, f"{LIST}?widok=wszystkie"), report) == [False]


def test_every_button_of_a_state_leads_on(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    page = text(desk, f"{LIST}{report.pk}/")
    offered = moves.ways(report, Actor.staff(user))
    assert page.count("/ruch/") == len(offered)
