"""The desk of requests: the list, the card, a page for each step, letters, codes; who sees what."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import User
from conversations.access import clockwork, identity, listing, steps
from conversations.access.grant_form import parts_of
from conversations.models import AccessRequest, RequestLetter, Step
from icp.days import working_days_after
from messaging.models import Letter
from tests import make as office
from tests import make_access as make
from tests import make_conversations

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def seen(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def take(user: User, row: AccessRequest, slug: str, **data: Any) -> Any:
    row.refresh_from_db()
    path = reverse("access-step", args=[row.pk, slug])
    return seen(user).post(path, {"revision": row.revision, **data})


def buttons(user: User, row: AccessRequest) -> set[str]:
    """Slugs of the steps that the card offers."""
    page = seen(user).get(reverse("access-request", args=[row.pk])).content.decode()
    return set(re.findall(r"/krok/([a-z-]+)/", page))


def test_the_whole_way_is_walked_on_the_pages() -> None:
    call = make_conversations.call()
    row = make.request(of=call)
    clerk, director = make.clerk(), make.director()
    make.head(), make.officer()
    assert buttons(clerk, row) == {"sprawdzenie", "tozsamosc", "wycofanie"}
    take(clerk, row, "sprawdzenie")
    assert "opinie" not in buttons(clerk, row)
    take(clerk, row, "tozsamosc", how="counter")
    seen(clerk).post(reverse("access-match", args=[row.pk, call.pk]))
    assert "opinie" in buttons(clerk, row)
    take(clerk, row, "opinie")
    assert buttons(make.head(), row) == {"opinia"}
    words = {"verdict": "positive", "text": "Bez uwag."}
    take(make.head(), row, "opinia", giver="unit", **words)
    take(make.officer(), row, "opinia", giver="iod", **words)
    assert {"udostepnienie", "odmowa", "ponowna-opinia"} <= buttons(director, row)
    assert "udostepnienie" not in buttons(clerk, row)
    take(director, row, "udostepnienie", verdict="grant", form="supervised_listening")
    day = working_days_after(timezone.localdate(), 5)
    slot = {"day": day.isoformat(), "begins": "10:00", "ends": "10:45", "place": "Sala 12"}
    people = [user.pk for user in make.supervisors()]
    done = take(director, row, "termin", supervisors=people, **slot)
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.step == Step.APPOINTED
    term = row.appointments.get()
    assert timezone.localtime(term.begins_at) == timezone.make_aware(
        datetime.combine(day, time(10))
    )


def test_a_form_with_an_error_keeps_what_was_typed_and_says_what_to_do() -> None:
    row = make.opined("negative")
    answer = take(make.director(), row, "udostepnienie", verdict="grant", form="copy")
    assert answer.status_code == 422
    assert "sprzeczna z opinią" in answer.content.decode()
    words = {"verdict": "partial", "form": "copy", "reasons": "Zachowane słowa."}
    part = f"parts_{row.items.get().conversation_id}"
    answer = take(make.director(), row, "udostepnienie", **words, **{part: "kawałek"})
    assert answer.status_code == 422
    assert "Zachowane słowa." in answer.content.decode()
    assert take(make.director(), row, "odmowa", ground="third_party").status_code == 422
    row.refresh_from_db()
    assert row.step == Step.DECISION


def test_an_art_15_request_is_answered_by_an_appointment_alone_only_knowingly() -> None:
    row = make.opined(basis=AccessRequest.Basis.GDPR)
    page = seen(make.director()).get(reverse("access-step", args=[row.pk, "udostepnienie"]))
    assert "C-487/21" in page.content.decode()
    assert "Biuletyn 11/2023" in page.content.decode()
    words = {"verdict": "grant", "form": "supervised_listening"}
    refused = take(make.director(), row, "udostepnienie", **words)
    assert {"aware", "reasons"} <= set(refused.context["form"].errors)
    done = take(
        make.director(), row, "udostepnienie", aware="on", reasons="Na prośbę osoby.", **words
    )
    assert done.status_code == 302


def test_a_slot_that_is_unwise_is_set_only_after_its_warning() -> None:
    row = make.granted()
    sunday = timezone.localdate() + timedelta(days=70)
    sunday += timedelta(days=6 - sunday.weekday())
    people = [user.pk for user in make.supervisors()]
    slot = {"day": sunday.isoformat(), "begins": "19:00", "ends": "19:45", "place": "Sala 12"}
    warned = take(make.director(), row, "termin", supervisors=people, **slot)
    said = " ".join(warned.context["form"].errors["anyway"])
    for words in ("art. 12 ust. 3", "dzień wolny", "zamknięty", "dni po decyzji"):
        assert words in said
    assert (
        take(make.director(), row, "termin", supervisors=people, anyway="on", **slot).status_code
        == 302
    )


def test_two_at_one_case_lose_nothing() -> None:
    row = make.opined()
    old = row.revision
    steps.perform(row, "extend", make.director(), {"note": "Urlopy."})
    path = reverse("access-step", args=[row.pk, "odmowa"])
    words = {"ground": "third_party", "legal_basis": "art. 15 ust. 4 RODO", "reasons": "Bo tak."}
    crossed = seen(make.director()).post(path, {"revision": old, **words})
    assert crossed.status_code == 409
    assert "Bo tak." in crossed.content.decode()
    assert f'value="{row.revision}"' in crossed.content.decode()
    assert seen(make.director()).post(path, {"revision": row.revision, **words}).status_code == 302


def test_a_head_sees_requests_of_the_own_unit_only_and_the_list_names_nobody() -> None:
    row = make.asked()
    assert row.number in seen(make.head()).get(reverse("access-list")).content.decode()
    other = office.staff("unit_manager", unit=office.unit("Wydział Zieleni"))
    assert seen(other).get(reverse("access-request", args=[row.pk])).status_code == 404
    page = seen(make.director()).get(reverse("access-list") + "?widok=otwarte").content.decode()
    assert row.number in page
    assert "Żółkiewska" not in page
    assert seen(make_conversations.agent()).get(reverse("access-list")).status_code == 403


def test_each_list_holds_what_its_name_says() -> None:
    row, late = make.asked(), make.request()
    AccessRequest.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    rows = {view: {one.pk for one in listing.rows_of(make.clerk(), view)} for view in listing.VIEWS}
    assert rows == {
        "moje": {late.pk},
        "otwarte": {row.pk, late.pk},
        "po-terminie": {late.pk},
        "zamkniete": set(),
    }
    assert {one.pk for one in listing.rows_of(make.officer(), "moje")} == {row.pk}
    assert {one.pk for one in listing.rows_of(make.head(), "moje")} == {row.pk}
    make.give(row, "iod")
    assert listing.waiting(make.officer()) == 0
    page = seen(make.clerk()).get(reverse("access-list") + "?widok=otwarte&number=" + row.number)
    assert [line.request for line in page.context["lines"]] == [row]


def test_a_code_to_the_calling_number_proves_it_once_and_after_five_misses_not_at_all() -> None:
    row = make.request()
    clerk = make.clerk()
    identity.send(row, clerk)
    farewell = Letter.objects.filter(farewell__isnull=False).latest("id")
    assert farewell.farewell.sms == make_conversations.PHONE
    code = re.search(r"\d{6}", farewell.text.short)
    assert code is not None
    path = reverse("access-code", args=[row.pk])
    assert seen(clerk).post(path, {"code": "0000"}).status_code == 422
    row.refresh_from_db()
    assert row.identity == ""
    spaced = f"{code[0][:3]} {code[0][3:]}"
    assert seen(clerk).post(path, {"code": spaced}).status_code == 302
    row.refresh_from_db()
    assert (row.identity, row.identity_by) == ("sms", clerk)
    other = make.request()
    identity.send(other, clerk)
    newest = Letter.objects.filter(farewell__isnull=False).latest("id").text.short
    good = re.search(r"\d{6}", newest)
    assert good is not None
    assert not any(identity.redeem(other, "1", clerk) for _miss in range(identity.ATTEMPTS))
    assert not identity.redeem(other, good[0], clerk)
    landline = make.request(applicant_fields={"phone": "+48914245000"})
    with pytest.raises(steps.NotAllowed):
        identity.send(landline, clerk)


def test_letters_are_read_marked_and_signed_on_their_pages() -> None:
    row = make.refused()
    clerk = make.clerk()
    letter = row.letters.get(kind=RequestLetter.Kind.REFUSAL)
    read = seen(clerk).get(reverse("access-letter", args=[row.pk, letter.pk]))
    assert b"".join(read).startswith(b"%PDF")
    assert "Jadwiga" not in read["Content-Disposition"]
    path = reverse("access-letter-sent", args=[row.pk, letter.pk])
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert seen(clerk).post(path, {"way": "post", "day": tomorrow.isoformat()}).status_code == 422
    today = timezone.localdate().isoformat()
    assert seen(clerk).post(path, {"way": "post", "day": today}).status_code == 302
    assert "zamkniecie-odmowa" in buttons(clerk, row)
    scan = reverse("access-letter-scan", args=[row.pk, letter.pk])
    bad = SimpleUploadedFile("skan.pdf", b"MZ to nie jest skan")
    assert seen(clerk).post(scan, {"scan": bad}).status_code == 422
    signed = SimpleUploadedFile("skan.pdf", letter.read())
    assert seen(clerk).post(scan, {"scan": signed}).status_code == 302
    assert row.letters.get(kind="signed").signed_for == letter
    foreign = make.request()
    assert (
        seen(clerk).get(reverse("access-letter", args=[foreign.pk, letter.pk])).status_code == 404
    )


def test_opinions_are_reminded_of_once_and_the_director_is_told_when_one_is_late() -> None:
    row = make.asked()
    director = make.director()
    make.give(row, "unit")
    today = timezone.localdate()
    assert clockwork.remind(today + timedelta(days=4)) == 0
    assert clockwork.remind(today + timedelta(days=5)) == 1
    assert clockwork.remind(today + timedelta(days=6)) == 0
    told = Letter.objects.filter(staff=make.officer()).count()
    assert told == 2
    before = Letter.objects.filter(staff=director).count()
    assert clockwork.escalate(today + timedelta(days=40)) == 1
    assert clockwork.escalate(today + timedelta(days=41)) == 0
    assert Letter.objects.filter(staff=director).count() == before + 1
    row.refresh_from_db()
    assert row.step == Step.OPINIONS
    assert clockwork.warn(row.deadline - clockwork.SOON) == 1


def test_what_staff_are_told_names_no_applicant_and_the_applicant_is_told_the_day() -> None:
    row = make.appointed()
    letters = [letter.text for letter in Letter.objects.filter(staff__isnull=False)]
    assert letters
    assert not any("Żółkiewska" in text.long + text.subject for text in letters)
    told = Letter.objects.filter(farewell__isnull=False).latest("id")
    assert told.farewell.email == "jadwiga@przyklad.example"
    assert row.number in told.text.long
    assert "Sala 12" in told.text.long


@pytest.mark.dry
def test_parts_are_read_as_people_write_them() -> None:
    assert parts_of("0:30-1:45, 3:00 – 4:10") == [[30_000, 105_000], [180_000, 250_000]]
    assert parts_of("1:00:00-1:00:05") == [[3_600_000, 3_605_000]]
    assert parts_of("") == []
    assert parts_of("od początku") is None
