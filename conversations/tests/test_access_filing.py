"""From an application to a number, a deadline and a hold: at the desk, from the page, sent twice, by a program."""

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from conversations.access import deadlines, filing, grounds, steps
from conversations.models import AccessRequest, AccessSeries, Conversation, RequestLetter
from tests import make_access as make
from tests import make_conversations

TYPED = {
    "first_name": "Jadwiga", "last_name": "Próbna", "address": "ul. Sportowa 1\n00-002 Zażółcin",
    "phone": "601 234 567", "conversation_on": "", "about": "Odpady",
    "basis": "order_308", "justification": "Podano mi inny termin.",
    "requested_form": "supervised_listening",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = str(tmp_path)


def typed(**fields: Any) -> dict[str, Any]:
    day = timezone.localdate() - timedelta(days=1)
    return TYPED | {"form_key": uuid.uuid4(), "conversation_on": day.isoformat()} | fields


@pytest.mark.dry
@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 20), date(2026, 12, 21)),  # 20 December is a Sunday
        (date(2026, 11, 24), date(2026, 12, 28)),  # Christmas Eve, and what follows
        (date(2026, 1, 31), date(2026, 3, 2)),  # there is no 31 February; the 28th is a Saturday
        (date(2026, 10, 1), date(2026, 11, 2)),  # All Saints' Day is a Sunday
    ],
)
def test_an_answer_is_due_in_a_month_on_a_working_day(received: date, due: date) -> None:
    assert deadlines.due_on(received) == due


@pytest.mark.dry
def test_a_call_for_completion_leaves_seven_days_at_least() -> None:
    assert grounds.completion_day(date(2026, 12, 18)) == date(2026, 12, 28)


@pytest.mark.django_db
def test_numbers_have_no_gaps_and_a_form_sent_twice_is_one_request() -> None:
    key = uuid.uuid4()
    application = filing.Application(make.applicant(), "paper", form_key=key)
    first = filing.file(application, make.clerk())
    assert filing.file(application, make.clerk()).pk == first.pk
    second = make.request()
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"BOI.1.{year}", f"BOI.2.{year}"]
    assert AccessSeries.objects.get(year=year).last == AccessRequest.objects.count() == 2


@pytest.mark.django_db
def test_what_an_application_may_be_about_is_held_until_it_is_known_which_one_it_is() -> None:
    meant, other = make_conversations.call(), make_conversations.call()
    long_ago = make_conversations.call(at=timezone.now() - timedelta(days=9))
    elsewhere = make_conversations.call(phone="+48602111222")
    row = make.request(of=meant)
    held = set(row.holds.values_list("conversation_id", flat=True))
    assert held == {meant.pk, other.pk}
    assert not {long_ago.pk, elsewhere.pk} & held
    steps.perform(row, "check", make.clerk())
    steps.perform(row, "prove_identity", make.clerk(), {"how": "counter"})
    steps.perform(row, "match", make.clerk(), {"conversation": meant})
    steps.perform(row, "ask_opinions", make.clerk())
    standing = row.holds.filter(released_at=None)
    assert [hold.conversation_id for hold in standing] == [meant.pk]


@pytest.mark.django_db
def test_the_time_is_extended_once_within_the_first_month_and_by_letter() -> None:
    row = make.request()
    why = {"note": "Wniosek dotyczy wielu rozmów."}
    steps.perform(row, "extend", make.director(), why)
    assert row.extended_to is not None
    assert row.extended_to >= row.due_on + timedelta(days=55)
    assert row.letters.filter(kind=RequestLetter.Kind.EXTENSION).exists()
    with pytest.raises(steps.NotAllowed) as again:
        steps.perform(row, "extend", make.director(), why)
    assert again.value.code == "extended_before"
    late = make.request()
    AccessRequest.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(steps.NotAllowed) as over:
        steps.perform(late, "extend", make.director(), why)
    assert over.value.code == "month_over"


@pytest.mark.django_db
def test_a_clerk_registers_what_came_and_is_told_what_is_wrong(client: Client) -> None:
    client.force_login(make.clerk())
    path = reverse("access-new")
    desk = {"channel": "epuap", "received_on": timezone.localdate().isoformat(), "reference": ""}
    wrong = client.post(path, typed(**desk, phone="12", justification=""))
    assert wrong.status_code == 422
    errors = wrong.context["form"].errors
    assert {"phone", "justification", "reference"} == set(errors)
    assert "Odpady" in wrong.content.decode()
    good = client.post(path, typed(**desk | {"reference": "ePUAP-UPP-123"}))
    row = AccessRequest.objects.get()
    assert good.headers["Location"] == reverse("access-request", args=[row.pk])
    assert (row.identity, row.reference, row.applicant.phone) == (
        "epuap",
        "ePUAP-UPP-123",
        "+48601234567",
    )
    assert row.letters.get().read().startswith(b"%PDF")


@pytest.mark.django_db
def test_anybody_applies_on_the_public_page_and_proves_who_they_are_later(client: Client) -> None:
    call = make_conversations.call()
    path = reverse("access-public")
    assert client.get(path).status_code == 200
    sent = typed()
    page = client.post(path, sent)
    row = AccessRequest.objects.get()
    assert row.number in page.content.decode()
    assert (row.channel, row.identity, row.registered_by) == ("web", "", None)
    assert row.holds.get().conversation == call
    assert row.number in client.post(path, sent).content.decode()
    assert client.post(path, typed(website="https://zlosliwy.example")).status_code == 200
    assert client.post(path, typed(basis="authority")).status_code == 422
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert client.post(path, typed(conversation_on=tomorrow.isoformat())).status_code == 422
    assert AccessRequest.objects.count() == 1


@pytest.mark.django_db
def test_one_number_does_not_flood_the_office(client: Client) -> None:
    for _number in range(5):
        assert client.post(reverse("access-public"), typed()).status_code == 200
    assert client.post(reverse("access-public"), typed()).status_code == 422
    assert AccessRequest.objects.count() == 5


@pytest.mark.django_db
def test_the_blank_form_is_there_for_everybody_and_holds_nobodys_data(client: Client) -> None:
    response = client.get(reverse("access-blank"))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


@pytest.mark.django_db
def test_a_deleted_conversation_is_no_candidate() -> None:
    gone = make_conversations.call()
    Conversation.objects.filter(pk=gone.pk).update(purge_state="purged")
    assert not make.request(of=gone).holds.exists()
