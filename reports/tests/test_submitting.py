"""What comes in: once, routed, with a word back; and what does not come in, with a reason."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging.models import Delivery, Letter
from recipients.models import Device, District
from reports.intake.questions import BadAnswers, Stopped, checked
from reports.models import (
    Origin,
    Report,
    ReportCategory,
    ReporterContact,
    RoutingRule,
    State,
    Visibility,
)
from reports.pictures import photos
from reports.steps import publishing, verifying
from reports.steps.submitting import A_DAY, NewReport, Refused, clamped, submit
from tests import make, make_reports

pytestmark = pytest.mark.django_db
GAS = {
    "code": "zapach",
    "text": "Czy czuć gaz?",
    "type": "choice",
    "required": True,
    "choices": [
        {"code": "tak", "text": "tak", "stop": "To zagraża życiu. Zadzwoń pod 112.", "call": "112"},
        {"code": "nie", "text": "nie"},
    ],
}
HOW_MANY = {"code": "ile", "text": "Ile?", "type": "number"}


def sent(client_uuid: uuid.UUID, device: Device, **fields: Any) -> Report:
    return submit(
        make_reports.new_report(**fields), origin=Origin.APP, client_uuid=client_uuid, device=device
    )


def test_a_report_gets_a_number_a_unit_a_deadline_that_waits_and_a_history() -> None:
    row = make_reports.report(device=make_reports.device())
    year = timezone.localdate().year
    assert row.number == f"ZG/{year}/000001"
    assert (row.state, row.unit, row.due_on) == (State.RECEIVED, make.unit(), None)
    event = row.events.get()
    assert (event.seq, event.before, event.after, event.actor) == (1, "", "received", "reporter")
    assert AuditEntry.objects.filter(action="report.received").count() == 1
    assert make_reports.report(device=make_reports.device()).number == f"ZG/{year}/000002"


def test_what_is_sent_twice_is_one_report_and_somebody_elses_uuid_is_refused() -> None:
    uid, device = uuid.uuid4(), make_reports.device()
    first = sent(uid, device)
    again = sent(uid, device, description="Inne słowa.")
    assert (again.pk, again.replayed, first.replayed) == (first.pk, True, False)
    assert Report.objects.count() == 1
    with pytest.raises(Refused) as refused:
        sent(uid, make_reports.device())
    assert refused.value.code == "uuid_taken"


def test_the_place_is_exact_for_the_office_and_rounded_for_maps() -> None:
    row = make_reports.report(device=make_reports.device(), latitude=52.301234, longitude=22.000789)
    details = Report.objects.get(pk=row.pk).details
    assert (details.latitude, details.longitude) == (52.301234, 22.000789)
    assert (row.lat, row.lon) == (52.301, 22.0008)


def test_the_district_is_that_of_the_nearest_house() -> None:
    make.point("Sportowa", 1, district_name="Północ")
    make.point("Wodna", 90, district_name="Południe")
    row = make_reports.report(device=make_reports.device(), latitude=52.3002, longitude=22.0001)
    assert row.district == District.objects.get(name="Północ")
    with pytest.raises(Refused) as refused:
        make_reports.report(device=make_reports.device(), latitude=50.06, longitude=19.94)
    assert refused.value.code == "too_far"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"description": " "}, "description_missing"),
        ({"description": "a" * 4001}, "description_long"),
        ({"description": "a\0b"}, "description_long"),
        ({"latitude": float("nan")}, "place_missing"),
        ({"latitude": 0.0, "longitude": 0.0}, "place_missing"),
        ({"longitude": 181.0}, "place_missing"),
        ({"photos": tuple(uuid.uuid4() for _ in range(6))}, "too_many_photos"),
    ],
)
def test_what_is_no_report_is_refused_with_a_sentence(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        make_reports.report(device=make_reports.device(), **fields)
    assert refused.value.code == code
    assert str(refused.value)
    assert not Report.objects.exists()


def test_a_photo_that_nobody_sent_leaves_no_report() -> None:
    with pytest.raises(photos.UnknownPhotos):
        make_reports.report(device=make_reports.device(), photos=(uuid.uuid4(),))
    assert not Report.objects.exists()


def test_danger_stops_the_report_whatever_else_is_wrong() -> None:
    kind = make_reports.category("Gaz", questions=[GAS, HOW_MANY])
    with pytest.raises(Stopped) as stopped:
        make_reports.report(
            device=make_reports.device(),
            category=kind,
            description="",
            answers={"zapach": "tak", "ile": "dużo"},
        )
    assert (stopped.value.choice.call, "112" in stopped.value.choice.stop) == ("112", True)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        (HOW_MANY, "3,5", 3.5),
        (HOW_MANY, 2, 2),
        ({"code": "ile", "text": "?", "type": "date"}, "2026-11-30", "2026-11-30"),
        ({"code": "ile", "text": "?", "type": "text"}, " słowa ", "słowa"),
    ],
)
def test_answers_are_kept_by_their_type(question: dict[str, Any], value: Any, kept: Any) -> None:
    assert checked(ReportCategory(questions=[question]), {"ile": value}) == {"ile": kept}


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"zapach"}),
        ({"zapach": "może"}, {"zapach"}),
        ({"zapach": ["nie"]}, {"zapach"}),
        ({"zapach": "nie", "ile": "dużo"}, {"ile"}),
        ({"zapach": "nie", "ile": True}, {"ile"}),
        ({"zapach": "nie", "ile": "1e999999"}, {"ile"}),
        ({"zapach": "nie", "ile": {"a": 1}}, {"ile"}),
        ({"zapach": "nie", "skąd": "x"}, {"skąd"}),
    ],
)
def test_wrong_answers_are_named(answers: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(BadAnswers) as bad:
        checked(ReportCategory(questions=[GAS, HOW_MANY]), answers)
    assert set(bad.value.errors) == wrong


def test_any_of_several_answers_may_stop() -> None:
    multi = GAS | {"type": "multi"}
    assert checked(ReportCategory(questions=[multi]), {"zapach": ["nie", "nie"]}) == {
        "zapach": ["nie"]
    }
    with pytest.raises(Stopped):
        checked(ReportCategory(questions=[multi]), {"zapach": ["nie", "tak"]})


# --- where it goes -------------------------------------------------------------------------------------


def test_the_most_specific_rule_wins_and_a_closed_unit_gets_nothing() -> None:
    make.point("Sportowa", 1, district_name="Północ")
    kind, north = make_reports.category(), District.objects.get(name="Północ")
    school = make.municipal_unit()
    units = {name: make.unit(name) for name in ("gdzie indziej", "grupa", "kategoria", "rejon")}
    RoutingRule.objects.create(unit=units["gdzie indziej"])
    RoutingRule.objects.create(unit=units["grupa"], group=kind.group, district=north)
    RoutingRule.objects.create(unit=units["kategoria"], category=kind)
    assert arrived(kind).unit == units["kategoria"]
    handler = make_reports.handler()
    RoutingRule.objects.create(
        unit=units["rejon"], category=kind, district=north, assignee=handler, accepts=True
    )
    row = arrived(kind)
    assert (row.unit, row.assigned_to, row.state) == (units["rejon"], handler, State.ACCEPTED)
    assert [event.actor for event in row.events.all()] == ["reporter", "rule"]
    assert row.due_on is not None
    units["rejon"].closed_at = timezone.now()
    units["rejon"].save()
    assert arrived(kind).unit == units["kategoria"]
    assert not Report.objects.visible_to(make_reports.handler(unit=school)).exists()


def arrived(kind: ReportCategory) -> Report:
    return make_reports.report(
        device=make_reports.device(), category=kind, latitude=52.3002, longitude=22.0001
    )


# --- clocks and crowds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-365, -31, 1, 365])
def test_a_clock_that_is_wrong_is_not_believed(days: int) -> None:
    now = timezone.now()
    assert clamped(now + timedelta(days=days), now) == now


def test_a_report_that_waited_for_a_signal_keeps_its_time() -> None:
    now = timezone.now()
    assert clamped(now - timedelta(days=3), now) == now - timedelta(days=3)


def test_a_device_and_a_person_send_so_many_a_day_and_no_more() -> None:
    person, device = make.recipient(kinds=("email",)), make_reports.device()
    rows = [make_reports.report(device=device) for _ in range(2)]
    copies = [clone(rows[0]) for _ in range(A_DAY - 2)]
    Report.objects.bulk_create(copies)
    with pytest.raises(Refused) as refused:
        make_reports.report(device=device)
    assert refused.value.code == "too_many_today"
    assert "112" in str(refused.value)
    make_reports.report(device=make_reports.device())
    Report.objects.update(reporter=person, device=None)
    with pytest.raises(Refused):
        make_reports.report(reporter=person)
    make_reports.report(reporter=person, user=make_reports.handler(), origin=Origin.DESK)


def clone(row: Report) -> Report:
    skipped = {"id", "uid", "number", "client_uuid", "details", "public_text"}
    plain = {
        f.attname: getattr(row, f.attname)
        for f in Report._meta.concrete_fields
        if f.name not in skipped
    }
    number = f"X/{uuid.uuid4().hex[:12]}"
    return Report(**plain, number=number, client_uuid=uuid.uuid4(), details=row.details)


# --- what everybody sees -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("publishing_of_category", "wants", "text", "shown"),
    [
        ("never", True, "Dziura.", Visibility.PRIVATE),
        ("after_look", True, "Dziura.", Visibility.PENDING),
        ("at_once", True, "Dziura.", Visibility.PUBLIC),
        ("at_once", False, "Dziura.", Visibility.PRIVATE),
        ("at_once", True, "Dziura, proszę dzwonić 600 700 800.", Visibility.PENDING),
        ("at_once", True, "Pan Kowalski parkuje na trawniku.", Visibility.PENDING),
        ("at_once", True, "Auto WSI 12345 stoi od roku.", Visibility.PENDING),
        ("at_once", True, "Piszcie: anna@przyklad.example", Visibility.PENDING),
    ],
)
def test_nothing_personal_is_shown_before_somebody_looked(
    publishing_of_category: str, wants: bool, text: str, shown: str
) -> None:
    kind = make_reports.category("Śmieci", publishing=publishing_of_category)
    row = make_reports.report(
        device=make_reports.device(), category=kind, description=text, wants_public=wants
    )
    assert row.visibility == shown
    assert Report.objects.public().exists() is (shown == Visibility.PUBLIC)
    assert row.public_text == (text if shown == Visibility.PUBLIC else None)


def test_somebody_looks_changes_the_words_and_hides_again() -> None:
    by, row = make_reports.handler(), make_reports.report(device=make_reports.device())
    publishing.show(row, by=by, version=row.version, text="Dziura przy szkole.")
    row.refresh_from_db()
    assert (row.visibility, row.public_text, row.moderated_by) == (
        "public",
        "Dziura przy szkole.",
        by,
    )
    assert row.details.description == "Głęboka dziura przy przystanku."
    publishing.hide(row, by=by, version=row.version)
    assert not Report.objects.public().exists()


# --- by nobody we know ---------------------------------------------------------------------------------


def test_an_anonymous_report_waits_for_its_link() -> None:
    row = make_reports.anonymous()
    assert (row.state, row.number[:3]) == (State.AWAITING, "ZG/")
    assert not Report.objects.known().exists()
    letter = Letter.objects.get()
    token = letter.text.long.split(verifying.PATH)[1].split("/")[0]
    assert letter.farewell.email.endswith("@przyklad.example")
    assert Delivery.objects.get().channel == "email"
    assert verifying.confirm("x" + token) is None
    confirmed = verifying.confirm(token)
    assert confirmed is not None
    assert (confirmed.state, confirmed.token_digest) == (State.RECEIVED, None)
    assert verifying.confirm(token) is None
    assert Letter.objects.count() == 2, "the word back goes to the address that was proved"


def test_what_nobody_confirms_within_a_week_is_forgotten() -> None:
    row = make_reports.anonymous()
    token = Letter.objects.get().text.long.split(verifying.PATH)[1].split("/")[0]
    assert verifying.purge_expired() == 0
    Report.objects.update(token_until=timezone.now() - timedelta(minutes=1))
    assert verifying.confirm(token) is None
    assert (verifying.purge_expired(), verifying.purge_expired()) == (1, 0)
    row = Report.objects.get()
    assert (row.details, row.forgotten_at is not None) == (None, True)


def test_nobody_without_an_address_reports_from_the_website() -> None:
    for contact in (None, ReporterContact(phone="600700800")):
        with pytest.raises(Refused) as refused:
            make_reports.anonymous(contact=contact)
        assert refused.value.code == "contact_missing"


def test_a_new_report_prints_nothing_of_what_it_tells() -> None:
    new = NewReport(make_reports.category(), "tajemnica", 52.3, 22.0, {"a": "tajemnica"})
    assert "tajemnica" not in repr(new)
