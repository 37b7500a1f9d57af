"""What reporters and followers do, and who hears of it how."""

from datetime import timedelta

import pytest
from django.utils import timezone

from icp import braces
from messaging.channels import targets
from messaging.models import Delivery, DeviceHint, Letter
from messaging.tests import flow
from messaging.tests.conftest import Fake, fake
from recipients.contacts import devices
from recipients.models import Device, Recipient
from recipients.models.changes import Change
from reports.models import Report, ReporterContact, ReportEvent, State, Visibility
from reports.steps import answering, following, publishing
from reports.steps.acting import Actor
from reports.steps.guards import CONFIRM_DAYS, WORDS, NotAllowed
from reports.steps.wording import PLACEHOLDERS, SAID, fill, said
from tests import make, make_reports

pytestmark = pytest.mark.django_db
__all__ = ["fake"]  # the fixture


def of(device: Device | None, row: Report) -> Actor:
    assert device is not None
    found = Actor.of_device(device, row)
    assert found is not None
    return found


@pytest.fixture
def row() -> Report:
    return make_reports.report(device=make_reports.device())


def test_an_answer_puts_the_report_back_into_hand(row: Report) -> None:
    make_reports.moved(row, State.ACCEPTED, State.NEEDS_INFO)
    assert row.deadline == "paused"
    event = answering.reply(row, "Przy numerze 7.", by=of(row.device, row), version=row.version)
    assert (event.before, event.after, event.actor) == ("needs_info", "accepted", "reporter")
    assert (row.state, row.deadline, row.back_on) == (State.ACCEPTED, "running", None)
    assert row.events.latest().public_text == "Przy numerze 7."


def test_a_question_before_anybody_accepted_is_answered_to_whoever_asked() -> None:
    kind = make_reports.category("Inne", unit=None)
    row = make_reports.report(device=make_reports.device(), category=kind)
    make_reports.moved(row, State.NEEDS_INFO)
    answering.reply(row, "Przy numerze 7.", by=of(row.device, row))
    assert (row.state, row.unit) == (State.ACCEPTED, make.unit())


def test_words_may_be_added_while_the_report_is_open(row: Report) -> None:
    event = answering.reply(row, "Jeszcze jedno.", by=of(row.device, row))
    assert (event.kind, event.after) == ("replied", "received")
    with pytest.raises(NotAllowed):
        answering.reply(row, "  ", by=of(row.device, row))
    make_reports.moved(row, State.REJECTED)
    with pytest.raises(NotAllowed):
        answering.reply(row, "Jeszcze jedno.", by=of(row.device, row))


def test_one_tap_confirms_and_one_tap_disputes(row: Report) -> None:
    make_reports.moved(row, State.ACCEPTED, State.RESOLVED)
    answering.confirm(row, True, by=of(row.device, row))
    assert (row.state, row.confirmed_at is not None) == (State.RESOLVED, True)
    answering.confirm(row, False, by=of(row.device, row))
    assert (row.state, row.confirmed_at) == (State.DISPUTED, None)
    assert row.events.latest().public_text
    assert (row.deadline, row.due_on is not None) == ("running", True)


def test_the_question_whether_it_is_repaired_ends_and_strangers_are_not_asked(row: Report) -> None:
    make_reports.moved(row, State.ACCEPTED, State.RESOLVED)
    assert Actor.of_device(make_reports.device(), row) is None
    assert not answering.may_confirm(row, Actor.staff(make_reports.handler()))
    Report.objects.update(closed_at=timezone.now() - timedelta(days=CONFIRM_DAYS))
    row.refresh_from_db()
    with pytest.raises(NotAllowed):
        answering.confirm(row, True, by=of(row.device, row))
    answering.dispute(row, "Znów jest dziura.", by=of(row.device, row))
    assert row.state == State.DISPUTED


def test_it_is_taken_back_before_work_begins_and_not_after(row: Report) -> None:
    late = make_reports.report(device=make_reports.device())
    make_reports.moved(late, State.ACCEPTED, State.IN_PROGRESS)
    with pytest.raises(NotAllowed):
        answering.withdraw(late, by=of(late.device, late))
    answering.withdraw(row, by=of(row.device, row))
    assert (row.state, row.deadline, row.closed_at is not None) == (State.WITHDRAWN, "", True)


# --- followers -----------------------------------------------------------------------------------------


def test_only_a_public_report_of_somebody_else_is_followed(row: Report) -> None:
    device = make_reports.device()
    with pytest.raises(NotAllowed):
        answering.follow(row, device)
    publishing.show(row, by=make_reports.handler(), version=row.version)
    row.refresh_from_db()
    assert [answering.follow(row, device), answering.follow(row, device)] == [True, False]
    assert row.device is not None
    assert not answering.follow(row, row.device), "the reporter hears anyway"
    assert of(device, row).kind == "follower"
    make_reports.moved(row, State.ACCEPTED, State.RESOLVED)
    answering.confirm(row, False, by=of(device, row))
    assert (row.state, row.events.latest().actor) == (State.DISPUTED, "follower")
    assert [answering.unfollow(row, device), answering.unfollow(row, device)] == [True, False]


def test_a_person_follows_on_every_device_of_theirs(row: Report) -> None:
    Report.objects.update(visibility=Visibility.PUBLIC)
    row.refresh_from_db()
    person = make.recipient(kinds=("email",))
    one, other = make.paired_device(person), make.paired_device(person)
    answering.follow(row, one)
    assert of(other, row).kind == "follower"
    assert answering.unfollow(row, other)
    assert Actor.of_device(one, row) is None


def test_followers_and_reporter_of_a_duplicate_follow_the_lead() -> None:
    lead, twin = (make_reports.report(device=make_reports.device()) for _ in range(2))
    person = make.recipient(kinds=("email",))
    following.follow(twin, device=None, person=person)
    following.follow(twin, device=lead.device, person=None)
    make_reports.moved(twin, State.DUPLICATE, lead=lead)
    assert set(lead.followers.values_list("recipient", "device")) == {
        (person.pk, None),
        (None, twin.device_id),
    }
    assert not twin.followers.exists()
    make_reports.moved(lead, State.ACCEPTED)
    assert Change.objects.filter(kind="report", uid=lead.uid, device=twin.device).exists()


def test_a_persons_report_is_nobodys_after_the_phone_was_unpaired() -> None:
    person = make.recipient(kinds=("email",))
    device = make.paired_device(person)
    row = make_reports.report(device=device)
    assert (row.reporter, of(device, row).kind) == (person, "reporter")
    device.recipient = device.paired_at = None
    device.save(update_fields=["recipient", "paired_at"])
    assert Actor.of_device(device, row) is None
    assert of(make.paired_device(person), row).kind == "reporter"


# --- who hears how -------------------------------------------------------------------------------------


def confirmed(person: Recipient, *kinds: str) -> Recipient:
    person.contact_points.filter(kind__in=kinds).update(verified_at=timezone.now())
    return person


def letters() -> list[tuple[str, str]]:
    """Channel and first words of every letter about a report, the oldest first."""
    rows = Delivery.objects.filter(letter__code=None).select_related("letter").order_by("pk")
    return [(row.channel, row.letter.text.short) for row in rows if row.letter and row.letter.text]


def test_the_reporter_reads_plain_words_at_each_state_by_the_cheapest_confirmed_way() -> None:
    person = confirmed(make.recipient(kinds=("email", "sms", "epuap")), "email", "sms")
    Letter.objects.all().delete()
    row = make_reports.report(reporter=person)
    make_reports.moved(row, State.ACCEPTED, State.NEEDS_INFO)
    assert [kind for kind, _words in letters()] == ["email"] * 3
    last = Letter.objects.order_by("pk").last()
    assert last is not None
    assert "Przy którym numerze to jest?" in last.text.long
    assert f"/app/r/{row.uid}" in last.text.long
    answering.reply(row, "Przy numerze 7.", by=Actor.reporter(recipient=person))
    assert len(letters()) == 3, "nobody is written to about their own words"
    person.contact_points.filter(kind="email").delete()
    make_reports.moved(row, State.IN_PROGRESS)
    assert letters()[-1][0] == "sms"


def test_an_address_that_nobody_confirmed_gets_nothing() -> None:
    person = make.recipient(kinds=("email",))
    Letter.objects.all().delete()
    make_reports.moved(make_reports.report(reporter=person), State.ACCEPTED)
    assert letters() == []


def test_followers_hear_of_the_state_and_not_of_the_words() -> None:
    row = make_reports.report(device=make_reports.device())
    person = confirmed(make.recipient(kinds=("email",)), "email")
    following.follow(row, device=None, person=person)
    Letter.objects.all().delete()
    make_reports.moved(row, State.REJECTED)
    letter = Letter.objects.get()
    assert row.number in letter.text.short
    assert "Na miejscu nic nie ma." not in letter.text.long


def test_every_state_has_words_and_none_says_that_it_is_not_our_business(row: Report) -> None:
    assert set(SAID) == set(State)
    make_reports.moved(row, State.FORWARDED)
    for state in State:
        row.state = state
        assert row.number in said(row) or state in {State.RECEIVED, State.AWAITING}
        assert "kompeten" not in said(row)
    assert all("kompeten" not in str(words) for words in WORDS.values())


def test_templates_fill_what_is_on_the_list_and_refuse_the_rest(row: Report) -> None:
    text = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    braces.check(text, PLACEHOLDERS)
    filled = fill(text, row)
    assert row.number in filled
    assert "{" not in filled
    assert fill("{pesel}", row) == "{pesel}"
    with pytest.raises(braces.UnknownPlaceholder, match="numer"):
        braces.check("Zgłoszenie {numerek}", PLACEHOLDERS)


def test_sync_hears_of_everything_that_concerns_the_reporter(row: Report) -> None:
    change = Change.objects.get(kind="report", uid=row.uid)
    assert change.device == row.device
    change.delete()
    make_reports.moved(row, State.ACCEPTED)
    assert Change.objects.get(kind="report", uid=row.uid).device == row.device
    assert ReportEvent.objects.filter(report=row).count() == 2


def test_phones_ring_for_news_and_not_for_ones_own_doing(row: Report) -> None:
    assert row.device is not None
    follower = make_reports.device()
    for device in (row.device, follower):
        devices.register_push(device, targets.fcm(f"token-{device.pk}"))
    following.follow(row, device=follower, person=None)
    make_reports.moved(row, State.ACCEPTED)
    assert set(DeviceHint.objects.values_list("device", flat=True)) == {row.device_id, follower.pk}
    make_reports.moved(row, State.RESOLVED)
    DeviceHint.objects.all().delete()
    answering.dispute(row, "Znów dziura.", by=of(row.device, row))
    assert list(DeviceHint.objects.values_list("device", "thing")) == [(follower.pk, row.uid)]


def test_the_link_to_confirm_leaves_by_e_mail_to_the_address_that_was_given(fake: Fake) -> None:
    channel = fake("email")
    row = make_reports.anonymous(contact=ReporterContact(email="ktos@przyklad.example"))
    flow.drain("email")
    (envelope,) = channel.got
    assert envelope.address == "ktos@przyklad.example"
    assert row.number in envelope.content.subject


def test_braces_and_links_of_a_resident_stay_what_they_are_in_letters(fake: Fake) -> None:
    channel, person = fake("email"), confirmed(make.recipient(kinds=("email",)), "email")
    told = "Nawiasy {imie} {0} { [kliknij](https://zle.example)"
    row = make_reports.report(reporter=person, description=told)
    make_reports.moved(row, State.FORWARDED, public_text="Odpowiedź {imie} {0} {")
    flow.drain("email")
    by_address = {one.address: one.content.text for one in channel.got}
    letter = by_address["drogi@wojewodztwo.example"]
    assert "Nawiasy {imie} {0} { (kliknij)(https://zle.example)" in letter
    (own,) = [text for text in by_address.values() if "Odpowiedź" in text]
    assert "Odpowiedź {imie} {0} {" in own
