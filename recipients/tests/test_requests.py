"""The register of requests: deadlines, extensions, refusals, and two clerks at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry
from icp.days import months_after
from messaging.models import Letter
from recipients.account import requests, rights
from recipients.models import Recipient, RightsRequest
from recipients.people import moves
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("recipients_clerk"))
    return client


def asked(
    kind: str = "view", *, days_ago: int = 0, person: Recipient | None = None
) -> RightsRequest:
    day = TODAY() - timedelta(days=days_ago)
    person = person or make.recipient(kinds=("email",))
    return requests.open_request(person, kind, "letter", by=make.clerk(), received_on=day)


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 10, 31), 3, date(2027, 1, 31)),
    ],
)
def test_the_month_ends_on_its_day(received: date, months: int, due: date) -> None:
    assert months_after(received, months) == due


def test_the_month_runs_from_the_day_it_reached_the_office() -> None:
    row = asked(days_ago=10)
    assert row.due_on == months_after(TODAY() - timedelta(days=10), 1)
    assert not row.is_late
    assert asked(days_ago=70).is_late
    with pytest.raises(ValidationError):
        asked(days_ago=-1)


def test_asking_twice_gives_one_open_request_and_a_new_one_after_the_end() -> None:
    first = asked()
    assert asked(person=first.recipient).pk == first.pk
    requests.close(first, by=make.clerk())
    assert requests.close(first, by=make.clerk()).pk == first.pk  # the same again changes nothing
    assert asked(person=first.recipient).pk != first.pk
    assert AuditEntry.objects.filter(action="request.closed").count() == 1


def test_exercising_a_right_closes_what_was_asked_and_nothing_else() -> None:
    person, clerk = make.recipient(), make.clerk()
    suspend, view = asked("suspend", person=person), asked("view", person=person)
    rights.suspend(person, by=clerk, reason="na wniosek", how="desk")
    suspend.refresh_from_db()
    view.refresh_from_db()
    assert (suspend.outcome, suspend.how) == ("done", "letter")  # as it came, not as it was done
    assert view.is_open


def test_a_refusal_needs_its_reason_and_tells_where_to_complain() -> None:
    row, clerk = asked(), make.clerk()
    with pytest.raises(ValidationError):
        requests.close(row, by=clerk, outcome="refused")
    requests.close(row, by=clerk, outcome="refused", answer="Nie potwierdzono tożsamości.")
    letter = Letter.objects.get(recipient=row.recipient, code=None)
    assert letter.text is not None
    assert "Nie potwierdzono tożsamości." in letter.text.long
    assert "Urzędu Ochrony Danych Osobowych" in letter.text.long
    with pytest.raises(requests.AlreadyClosed):
        requests.close(row, by=clerk, outcome="done")


def test_the_deadline_is_put_off_once_in_time_and_the_person_is_told() -> None:
    row, clerk = asked(days_ago=20), make.clerk()
    with pytest.raises(ValidationError):
        requests.extend(row, by=clerk, reason=" ")
    later = requests.extend(row, by=clerk, reason="Dane są w archiwum.")
    assert later.due_on == months_after(TODAY() - timedelta(days=20), 3)
    letter = Letter.objects.get(recipient=row.recipient, code=None)
    assert letter.text is not None
    assert "Dane są w archiwum." in letter.text.long
    with pytest.raises(ValidationError):
        requests.extend(later, by=clerk, reason="Jeszcze raz.")
    with pytest.raises(ValidationError):
        requests.extend(asked(days_ago=70), by=clerk, reason="Za późno.")


def test_an_erasure_ends_every_request_and_forgets_their_words() -> None:
    person, clerk = make.recipient(kinds=("email",)), make.clerk()
    requests.open_request(person, "view", "letter", by=clerk, asked="co o mnie macie")
    rights.erase(person, by=clerk, reason="na wniosek", how="letter")
    rows = {row.kind: row for row in RightsRequest.objects.filter(recipient=person)}
    assert {kind: row.outcome for kind, row in rows.items()} == {"view": "void", "erase": "done"}
    assert not RightsRequest.objects.filter(words__isnull=False).exists()


def test_the_erased_ask_for_nothing() -> None:
    person = make.recipient()
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    with pytest.raises(moves.CannotMove):
        requests.open_request(Recipient.objects.get(pk=person.pk), "view", "desk")


def test_the_list_shows_open_ones_by_their_deadline_and_is_recorded(desk: Client) -> None:
    late, fresh = asked(days_ago=70), asked("erase")
    closed = requests.close(asked("update"), by=make.clerk())
    rows = desk.get("/odbiorcy/wnioski/").context["page_obj"].object_list
    assert [row.pk for row in rows] == [late.pk, fresh.pk, closed.pk]

    def shown(query: str) -> list[int]:
        page = desk.get(f"/odbiorcy/wnioski/?{query}")
        return [row.pk for row in page.context["page_obj"].object_list]

    assert shown("stan=po-terminie") == [late.pk]
    assert shown("stan=otwarte&kind=erase") == [fresh.pk]
    assert shown("stan=zamkniete") == [closed.pk]
    assert shown("how=phone") == []
    assert shown("stan=bzdura&kind=bzdura") == [late.pk, fresh.pk, closed.pk]
    entry = AuditEntry.objects.filter(action="request.listed").order_by("pk")[0]
    assert set(entry.detail["recipients"]) == {
        late.recipient_id,
        fresh.recipient_id,
        closed.recipient_id,
    }


def test_the_page_leads_to_the_screen_that_does_it(desk: Client) -> None:
    row = asked("update")
    page = desk.get(f"/odbiorcy/wnioski/{row.pk}/")
    url = page.context["screen"].url
    assert url == f"/odbiorcy/{row.recipient_id}/popraw/?wniosek={row.pk}"
    form = desk.get(url).context["form"]
    assert (form.initial["asked_for"], form.initial["how"]) == ("update", "letter")


def test_a_wrong_request_comes_back_with_what_was_typed(desk: Client) -> None:
    person = make.recipient()
    tomorrow = TODAY() + timedelta(days=1)
    values = {
        "kind": "view",
        "how": "desk",
        "received_on": f"{tomorrow:%d.%m.%Y}",
        "asked": "proszę",
    }
    answer = desk.post(f"/odbiorcy/{person.pk}/wniosek/", values)
    assert answer.status_code == 422
    assert "proszę" in answer.content.decode()
    assert desk.post(f"/odbiorcy/{person.pk}/wniosek/", values | {"kind": "x"}).status_code == 422
    assert not RightsRequest.objects.exists()


def test_of_two_clerks_the_second_is_told(desk: Client) -> None:
    row = asked()
    requests.close(row, by=make.clerk(), outcome="taken_back")
    answer = desk.post(f"/odbiorcy/wnioski/{row.pk}/zakoncz/", {"outcome": "done"}, follow=True)
    assert "Ktoś inny zakończył" in answer.content.decode()
    answer = desk.post(f"/odbiorcy/wnioski/{row.pk}/przedluz/", {"reason": "x"}, follow=True)
    assert "Ktoś inny zakończył" in answer.content.decode()


def test_the_answer_is_printed_for_somebody_without_an_address(desk: Client) -> None:
    row = asked(person=make.recipient(kinds=()))
    early = desk.post(f"/odbiorcy/wnioski/{row.pk}/pismo/")
    assert early.status_code == 302
    requests.close(row, by=make.clerk())
    answer = desk.post(f"/odbiorcy/wnioski/{row.pk}/pismo/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="pismo-{row.recipient_id}.pdf"'


def test_the_start_page_counts_what_is_late(desk: Client) -> None:
    asked(days_ago=70)
    asked("erase")
    [tile] = [item for item in desk.get("/").context["board"].waiting if item.icon == "inbox"]
    assert (tile.number, tile.tone, tile.url) == (
        2,
        "danger",
        "/odbiorcy/wnioski/?stan=po-terminie",
    )


def test_who_may_only_look_closes_nothing(client: Client) -> None:
    row = asked()
    client.force_login(make.staff("data_protection_officer"))
    assert client.get(f"/odbiorcy/wnioski/{row.pk}/").status_code == 200
    for end in ("zakoncz", "przedluz"):
        assert client.get(f"/odbiorcy/wnioski/{row.pk}/{end}/").status_code == 403
    assert client.get(f"/odbiorcy/{row.recipient_id}/usun/").status_code == 403
    assert client.post(f"/odbiorcy/{row.recipient_id}/kod-listem/").status_code == 403
