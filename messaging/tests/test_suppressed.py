"""Nothing is sent to an address that messages come back from; news of an old address harms no new one."""

import pytest

from messaging.channels.base import News, Outcome, StatusUpdate
from messaging.correspondence import letters
from messaging.engine import claiming, receipts
from messaging.models import Delivery, LetterText
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import always
from recipients.contacts import address_health, verification
from recipients.models import ContactPoint, Recipient, SuppressedAddress
from tests import make

pytestmark = pytest.mark.django_db
Reason = SuppressedAddress.Reason
S = Delivery.State


@pytest.fixture
def person() -> Recipient:
    return make.recipient(topics=(make.topic(),), kinds=("email", "sms"))


def message(channel: str = "email") -> object:
    return flow.sent(make.message(about=make.topic(), channels=(channel,)))


def test_a_held_address_is_left_out_when_the_list_is_made(fake: Fake, person: Recipient) -> None:
    fake()
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    message()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (S.SUPPRESSED, "suppressed_address")
    assert flow.drain() == 0


def test_an_address_held_after_the_list_was_made_is_left_out_by_the_intent(
    fake: Fake, person: Recipient
) -> None:
    channel = fake()
    sent = message()
    seen = claiming.look("email", 3, 10)
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    assert claiming.intend(seen, "email") == set()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (S.SUPPRESSED, "suppressed_address")
    assert flow.counted(sent) == {"suppressed": 1}  # type: ignore[arg-type]
    assert not channel.got


def test_letters_keep_away_from_it_but_a_code_may_prove_it(fake: Fake, person: Recipient) -> None:
    channel = fake()
    address_health.hold({person.pk: "5.1.1"}, "email", Reason.HARD)
    letters.post(person, LetterText("Temat", "Krótko", "Długo"), kinds=("email",))
    assert flow.drain(lane=2) == 0
    assert Delivery.objects.get().reason == "suppressed_address"
    verification.ask_for_codes(person, kinds=("email",))
    letters.post_codes()
    assert flow.drain(lane=2) == 1
    assert len(channel.got) == 1


def test_a_server_that_says_no_such_mailbox_holds_it(fake: Fake, person: Recipient) -> None:
    fake(rule=always(Outcome.REFUSED, "5.1.1", gone=True))
    message()
    flow.drain()
    row = SuppressedAddress.objects.get()
    assert (row.held, row.reason, row.code) == (True, "hard", "5.1.1")
    assert person.contact_points.filter(kind="email").exists()


@pytest.mark.parametrize(
    ("channel", "news", "code", "state"),
    [
        ("email", News.UNDELIVERED, "5.1.1", "held"),
        ("email", News.UNDELIVERED, "5.2.2", "doubtful"),
        ("email", News.UNDELIVERED, "4.4.7", "doubtful"),
        ("email", News.UNDELIVERED, "", "doubtful"),
        ("email", News.UNDELIVERED, "5.7.1", "good"),
        ("email", News.DELAYED, "4.4.1", "good"),
        ("email", News.COMPLAINED, "", "held"),
        ("sms", News.UNDELIVERED, "30005", "held"),
        ("sms", News.UNDELIVERED, "30003", "doubtful"),
        ("sms", News.UNDELIVERED, "30007", "good"),
        ("sms", News.UNDELIVERED, "21610", "held"),
        ("sms", News.DELIVERED, "", "good"),
    ],
)
def test_news_says_how_an_address_is(
    fake: Fake, person: Recipient, channel: str, news: News, code: str, state: str
) -> None:
    fake(channel)
    message(channel)
    flow.drain(channel)
    delivery = Delivery.objects.get()
    receipts.store(channel, [StatusUpdate(delivery.reference, "SM1", news, code=code)])
    receipts.apply()
    assert address_health.of(person.contact_points.get(kind=channel)).state == state


def test_a_complaint_and_a_delay_change_no_state(fake: Fake, person: Recipient) -> None:
    fake()
    message()
    flow.drain()
    delivery = Delivery.objects.get()
    for news in (News.DELAYED, News.COMPLAINED):
        receipts.store("email", [StatusUpdate(delivery.reference, "", news)])
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.ACCEPTED
    told = set(delivery.attempts.values_list("outcome", flat=True))
    assert {"news:delayed", "news:complained"} <= told


def test_news_of_the_address_before_says_nothing_of_the_new_one(
    fake: Fake, person: Recipient
) -> None:
    fake()
    message()
    flow.drain()
    person.contact_points.get(kind="email").delete()
    ContactPoint.objects.create(recipient=person, kind="email", value="nowy@przyklad.example")
    delivery = Delivery.objects.get()
    receipts.store("email", [StatusUpdate(delivery.reference, "", News.UNDELIVERED, code="5.1.1")])
    receipts.apply()
    assert not SuppressedAddress.objects.exists()
    delivery.refresh_from_db()
    assert delivery.state == S.UNDELIVERED


def test_the_next_person_of_a_shared_address_is_left_out_too(fake: Fake) -> None:
    about = make.topic()
    for _one in range(3):
        make.recipient(topics=(about,), contacts={"email": "rodzina@przyklad.example"})
    fake()
    sent = flow.sent(make.message(about=about, channels=("email",)))
    address_health.hold({Recipient.objects.earliest("pk").pk: "5.1.1"}, "email", Reason.HARD)
    assert flow.drain() == 0
    assert flow.states(sent) == {"suppressed": 3} == flow.counted(sent)
