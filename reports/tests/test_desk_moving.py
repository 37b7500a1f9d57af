"""Moves at the desk: each state's form, what it refuses, two members of staff at one report, photos kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from admin_module.models import User
from reports.models import (
    AnswerTemplate,
    BodyContact,
    EventKind,
    OutsideBody,
    Report,
    ReportEvent,
    ReportPhoto,
    State,
)
from reports.steps import handling, moves, wording
from reports.steps.acting import Actor
from reports.views.letters import letter_of
from tests import make

from . import desk_things, pictures

pytestmark = pytest.mark.django_db


def post(client: Client, report: Report, slug: str, **data: Any) -> Any:
    given = {"version": report.version, **data}
    return client.post(f"/zgloszenia/{report.pk}/{slug}/", given)


def state(report: Report) -> str:
    report.refresh_from_db()
    return report.state


def test_a_report_goes_its_way_by_forms(desk: Client, user: User) -> None:
    report = desk_things.report(by=user)
    unit, today = make.unit(), timezone.localdate()
    body = OutsideBody.objects.create(
        name="Zarząd Dróg", contact=BodyContact(email="drogi@zarzad.example")
    )
    ways: list[tuple[str, dict[str, Any], State]] = [
        ("przyjmij", {"unit": unit.pk}, State.ACCEPTED),
        ("dopytaj", {"text": "Przy którym numerze?", "back_on": today}, State.NEEDS_INFO),
        ("przyjmij", {"unit": unit.pk}, State.ACCEPTED),
        ("zaplanuj", {"scheduled_on": today + timedelta(days=3)}, State.SCHEDULED),
        ("rozpocznij", {}, State.IN_PROGRESS),
        ("przekaz", {"outside": body.pk, "back_on": today + timedelta(days=9)}, State.FORWARDED),
        ("wykonane", {"text": "Załatane.", "work_order": "7/2026"}, State.RESOLVED),
    ]
    for slug, data, after in ways:
        page = desk.get(f"/zgloszenia/{report.pk}/ruch/{slug}/")
        assert page.status_code == 200, slug
        answer = post(desk, report, f"ruch/{slug}", **data)
        assert answer.status_code == 302, (slug, answer.content.decode())
        assert state(report) == after
    shown = desk.get(f"/zgloszenia/{report.pk}/").content.decode()
    assert "Załatane." in shown
    assert "Zarząd Dróg" in shown
    assert "dowód: zlecenie" in shown


@pytest.mark.parametrize(
    ("slug", "data", "field"),
    [
        ("dopytaj", {"text": " ", "back_on": "2030-01-01"}, "text"),
        ("dopytaj", {"text": "Gdzie?", "back_on": "2001-01-01"}, ""),
        ("zaplanuj", {}, "scheduled_on"),
        ("zaplanuj", {"scheduled_on": "2001-01-01"}, ""),
        ("przekaz", {"back_on": "2030-01-01"}, "outside"),
        ("wykonane", {"text": "Gotowe"}, "photos"),
        ("wykonane", {"work_order": "7"}, "text"),
        ("nie-podejmujemy", {"text": "Bo nie."}, "reason"),
        ("nie-podejmujemy", {"text": "Bo nie.", "reason": "poza_kompetencja"}, "reason"),
        ("powielone", {"lead": "999"}, "lead"),
        ("powielone", {"lead": ""}, "lead"),
        ("przyjmij", {"unit": 1}, None),
    ],
)
def test_what_a_move_asks_for(
    desk: Client, user: User, slug: str, data: dict[str, Any], field: str | None
) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    answer = post(desk, report, f"ruch/{slug}", **data)
    assert state(report) == State.ACCEPTED
    assert answer.status_code == 422
    if field:
        assert f'href="#id_{field}' in answer.content.decode()


def test_a_report_joins_another_by_its_number(desk: Client, user: User) -> None:
    lead, report = desk_things.report(by=user), desk_things.report(by=user)
    page = desk.get(f"/zgloszenia/{report.pk}/ruch/powielone/").content.decode()
    assert lead.number in page  # it lies near by, so it is proposed
    assert post(desk, report, "ruch/powielone", lead=lead.number).status_code == 302
    assert state(report) == State.DUPLICATE
    assert report.lead == lead
    assert lead.number in desk.get(f"/zgloszenia/{report.pk}/").content.decode()
    own = post(desk, lead, "ruch/powielone", lead=lead.number)
    assert own.status_code == 422


def test_two_members_of_staff_at_one_report(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    seen = report.version
    other = desk_things.handler(last_name="Druga")
    begun = "Ekipa już jedzie."
    moves.move(report, State.IN_PROGRESS, by=Actor.staff(other), version=seen, public_text=begun)
    mine = {"version": seen, "text": "Załatano wczoraj.", "work_order": "12/2026"}
    answer = post(desk, report, "ruch/wykonane", **mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    for words in (begun, "Druga", "Załatano wczoraj.", "12/2026", "Zapisz także moje"):
        assert words in page
    assert state(report) == State.IN_PROGRESS
    # The page carries the newest version: saving there is a decision, not an accident.
    assert f'name="version" value="{report.version}"' in page
    assert (
        post(desk, report, "ruch/wykonane", **mine | {"version": report.version}).status_code == 302
    )
    assert state(report) == State.RESOLVED


def test_a_conflict_where_the_move_is_over_keeps_the_words(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    seen = report.version
    other = Actor.staff(desk_things.handler(last_name="Druga"))
    moves.move(report, State.RESOLVED, by=other, version=seen, public_text="x", work_order="1")
    answer = post(
        desk, report, "ruch/zaplanuj", version=seen, scheduled_on="2030-01-01", text="W maju."
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "W maju." in page
    assert "Zapisz także moje" not in page


def test_photos_are_kept_while_a_form_comes_back(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    file = SimpleUploadedFile("po.jpg", pictures.jpeg())
    answer = post(desk, report, "ruch/wykonane", text="", photos=file)
    assert answer.status_code == 422
    [photo] = ReportPhoto.objects.waiting()
    assert str(photo.uid) in answer.content.decode()
    assert "1 zdjęcie jest zachowane" in answer.content.decode()
    done = post(desk, report, "ruch/wykonane", text="Załatane.", kept=str(photo.uid))
    assert done.status_code == 302
    photo.refresh_from_db()
    assert photo.report == report
    assert "dowód: zdjęcie" in desk.get(f"/zgloszenia/{report.pk}/").content.decode()


@pytest.mark.parametrize("raw", [b"", b"not a photo", b"\x89PNG\r\n\x1a\nnothing"])
def test_what_is_no_photo_is_refused(desk: Client, user: User, raw: bytes) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    file = SimpleUploadedFile("po.jpg", raw)
    answer = post(desk, report, "ruch/wykonane", text="Gotowe.", photos=file)
    assert answer.status_code == 422
    assert ReportPhoto.objects.count() == 0


def test_somebody_elses_photo_cannot_be_claimed(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    theirs = desk_things.photo(desk_things.handler(last_name="Druga"))
    answer = post(desk, report, "ruch/wykonane", text="Gotowe.", kept=f"{theirs},x")
    assert answer.status_code == 422
    answer = post(desk, report, "ruch/wykonane", text="Gotowe.", kept=str(theirs))
    assert answer.status_code == 422
    assert ReportPhoto.objects.get(uid=theirs).report is None


def test_assigning_routing_sorting(desk: Client, user: User) -> None:
    school = make.municipal_unit()
    report = desk_things.report(by=user, unit=school)
    of_school = desk_things.handler(unit=school, last_name="Szkolna")
    assert post(desk, report, "osoba", to=of_school.pk).status_code == 302
    report.refresh_from_db()
    assert report.assigned_to == of_school
    # Another unit takes it: who cannot see it any more has it no more.
    assert post(desk, report, "jednostka", unit=make.unit().pk).status_code == 302
    report.refresh_from_db()
    assert (report.unit_id, report.assigned_to_id) == (make.unit().pk, None)
    assert post(desk, report, "osoba", to=of_school.pk).status_code == 422
    stale = post(desk, report, "osoba", to=user.pk, version=1)
    assert stale.status_code == 409
    kinds = list(report.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.ASSIGNED, EventKind.ROUTED]


def test_whoever_closed_is_not_given_the_dispute(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.RESOLVED)
    moves.move(
        report, State.DISPUTED, by=Actor.reporter(), version=None, public_text="Nadal dziura."
    )
    answer = post(desk, report, "osoba", to=user.pk)
    assert answer.status_code == 422
    assert "o reklamacji musi zdecydować kto inny" in answer.content.decode()
    other = desk_things.handler(last_name="Druga")
    assert post(desk, report, "osoba", to=other.pk).status_code == 302


def test_notes_stay_inside_and_answers_go_out(desk: Client, user: User) -> None:
    person = make.recipient(kinds=("email",))
    person.contact_points.update(verified_at=timezone.now())
    report = desk_things.report(by=user, reporter=person)
    desk.post(f"/zgloszenia/{report.pk}/notatka/", {"text": "Zgłaszający dzwoni codziennie."})
    desk.post(f"/zgloszenia/{report.pk}/notatka/", {"text": "Druga notatka."})
    report.refresh_from_db()
    assert post(desk, report, "odpowiedz", text="Sprawdzimy jutro.").status_code == 302
    page = desk.get(f"/zgloszenia/{report.pk}/").content.decode()
    assert page.count("Czyta to tylko urząd") >= 2
    told = ReportEvent.objects.filter(report=report).told()
    assert [event.public_text for event in told if event.kind == EventKind.ANSWERED] == [
        "Sprawdzimy jutro."
    ]
    assert not any(event.internal_text for event in told)
    assert mail.outbox == []  # letters go by the queue


def test_a_preview_is_the_letter_and_saves_nothing(desk: Client, user: User) -> None:
    person = make.recipient(kinds=("email",))
    person.contact_points.update(verified_at=timezone.now())
    report = desk_things.report(by=user, reporter=person, state=State.ACCEPTED)
    before = (report.version, ReportEvent.objects.count())
    asked = {"to": "wykonane", "version": report.version, "text": "Załatane masą na gorąco."}
    shown = desk.post(f"/zgloszenia/{report.pk}/podglad/", asked).content.decode()
    assert "Załatane masą na gorąco." in shown
    assert report.number in shown
    report.refresh_from_db()
    assert (report.version, ReportEvent.objects.count()) == before
    assert report.state == State.ACCEPTED
    wrong = desk.post(f"/zgloszenia/{report.pk}/podglad/", {"to": "wykonane", "version": "1"})
    assert "notice-warn" in wrong.content.decode()


def test_a_template_fills_its_placeholders(desk: Client, user: User) -> None:
    report = desk_things.report(by=user, state=State.ACCEPTED)
    text = "Zgłoszenie {numer} z {data}: {miejsce}."
    row = AnswerTemplate.objects.create(name="Potwierdzenie", text=text)
    page = desk.get(f"/zgloszenia/{report.pk}/ruch/wykonane/").content.decode()
    assert "Potwierdzenie" in page
    filled = desk.post(f"/zgloszenia/{report.pk}/szablon/", {"template": row.pk})
    assert filled.content.decode() == wording.fill(text, report)
    assert "ul. Sportowa 5" in filled.content.decode()
    assert desk.post(f"/zgloszenia/{report.pk}/szablon/", {"template": "x"}).status_code == 422


def test_who_may_see_only_may_not_handle(client: Client, user: User) -> None:
    report = desk_things.report(by=user)
    client.force_login(make.staff("data_protection_officer"))
    assert client.get(f"/zgloszenia/{report.pk}/").status_code == 200
    assert client.get(f"/zgloszenia/{report.pk}/ruch/przyjmij/").status_code == 403
    assert client.post(f"/zgloszenia/{report.pk}/notatka/", {"text": "x"}).status_code == 403


def test_handlers_are_those_who_may_and_see(user: User) -> None:
    school = make.municipal_unit()
    of_school = desk_things.handler(unit=school, last_name="Szkolna")
    make.staff("editor")
    assert set(handling.handlers(school)) == {user, of_school}
    assert set(handling.handlers(make.unit())) == {user}


def test_a_forwarded_report_has_a_letter_that_names_nobody(desk: Client, user: User) -> None:
    person = make.recipient(last_name="Tajemnicza")
    report = desk_things.report(by=user, reporter=person, state=State.ACCEPTED)
    assert desk.post(f"/zgloszenia/{report.pk}/pismo/").status_code == 404
    contact = BodyContact(person="Jan Próbny", address="ul. Drogowa 1\n00-001 Zażółcin")
    body = OutsideBody.objects.create(name="Zarząd Dróg", contact=contact)
    on = timezone.localdate() + timedelta(days=9)
    post(desk, report, "ruch/przekaz", outside=body.pk, back_on=on)
    report.refresh_from_db()
    letter = letter_of(report, body)
    assert letter.address == (
        "Zarząd Dróg",
        "do rąk: Jan Próbny",
        "ul. Drogowa 1",
        "00-001 Zażółcin",
    )
    assert "Głęboka dziura" in "".join(letter.paragraphs)
    assert "Tajemnicza" not in repr(letter) + "".join(letter.paragraphs)
    pdf = desk.post(f"/zgloszenia/{report.pk}/pismo/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert b"pdfuaid" in pdf.content


def test_a_unit_gives_reports_to_its_own_people_or_back_to_the_office(client: Client) -> None:
    school = make.municipal_unit()
    other = make.municipal_unit("Szkoła Podstawowa nr 3")
    of_school = desk_things.handler(unit=school, last_name="Szkolna")
    of_office = desk_things.handler()
    report = desk_things.report(by=of_office, unit=school)
    client.force_login(of_school)
    assert post(client, report, "osoba", to=of_office.pk).status_code == 422
    assert post(client, report, "osoba", to=of_school.pk).status_code == 302
    report.refresh_from_db()
    assert post(client, report, "jednostka", unit=other.pk).status_code == 422
    assert post(client, report, "jednostka", unit=make.unit().pk).status_code == 302
    assert client.get(f"/zgloszenia/{report.pk}/").status_code == 404
