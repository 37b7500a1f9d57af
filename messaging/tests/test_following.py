"""A correction and a call-off: to exactly those whom the first message reached, by the channel that worked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry
from messaging.channels.base import Answer, Envelope, Outcome
from messaging.engine import expanding
from messaging.models import Delivery, Message, MessageText, Variants
from messaging.steps import braking, follow_ups, following, publishing, sending
from messaging.steps.follow_ups import Kind
from messaging.steps.following import Wish
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.reading import Phone
from recipients.account import rights
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
S, Status = Delivery.State, Message.Status


def refuse_some(*addresses: str) -> Any:
    def rule(envelope: Envelope) -> Answer:
        outcome = Outcome.REFUSED if envelope.address in addresses else Outcome.ACCEPTED
        return Answer(envelope.reference, outcome)

    return rule


def people(number: int, *kinds: str, **fields: Any) -> list[Recipient]:
    about = make.topic()
    return [make.recipient(topics=(about,), kinds=kinds, **fields) for _each in range(number)]


def a_message(**fields: Any) -> Message:
    return flow.sent(make.message(about=make.topic(), **fields))


def followed(message: Message, kind: str = Kind.CORRECTION, **wish: Any) -> Message:
    words = {"pl": "Woda z kranu jest dobra."}
    made, _files = following.follow(
        message, Wish(kind, **{"words": words} | wish), by=message.author
    )
    return flow.sent(made)


def channels_of(message: Message) -> set[tuple[int, str]]:
    return set(message.deliveries.values_list("recipient_id", "channel"))


def address_of(person: Recipient, kind: str) -> str:
    return str(person.contact_points.get(kind=kind).value)


def test_it_goes_to_those_reached_by_the_channel_that_worked(fake: Fake) -> None:
    both, mail_only, phone_only = people(3, "email", "sms")
    nobody = people(1, "email")[0]
    fake("email", refuse_some(address_of(phone_only, "email"), address_of(nobody, "email")))
    fake("sms", refuse_some(address_of(mail_only, "sms")))
    message = a_message(channels=["email", "sms"])
    flow.drain("email"), flow.drain("sms")
    newcomer = people(1, "email", "sms")[0]
    made = followed(message)
    assert channels_of(made) == {
        (both.pk, "email"),
        (both.pk, "sms"),
        (mail_only.pk, "email"),
        (phone_only.pk, "sms"),
    }
    assert newcomer.pk not in {pk for pk, _channel in channels_of(made)}
    flow.drain("email"), flow.drain("sms")
    assert flow.states(made) == {"accepted": 4} == flow.counted(made)
    made.refresh_from_db()
    assert (made.people_count, made.status, made.follows) == (3, Status.SENT, message)


def test_the_unknown_get_it_unless_somebody_says_otherwise(fake: Fake) -> None:
    sure, unsure = people(2, "email")
    lost = address_of(unsure, "email")
    fake("email", lambda e: None if e.address == lost else Answer(e.reference, Outcome.ACCEPTED))
    message = a_message(channels=["email"])
    flow.drain()
    assert channels_of(followed(message)) == {(sure.pk, "email"), (unsure.pk, "email")}
    later = followed(message, with_unknown=False, cancel_rest=False)
    # The first correction has not gone out yet, so nobody knows that it reached the unsure one.
    later.refresh_from_db()
    assert later.status == Status.SCHEDULED
    assert follow_ups.reached(later).tolist() == [sure.pk]


def test_who_was_erased_or_withdrew_meanwhile_is_left_out_with_the_reason(fake: Fake) -> None:
    fake("email")
    stays, left, erased = people(3, "email")
    message = a_message(channels=["email"])
    flow.drain()
    left.consents = 0
    left.save(update_fields=["consents"])
    rights.erase(erased, by=make.staff("administrator"), reason="na wniosek")
    made = followed(message)
    reasons = dict(made.deliveries.values_list("recipient_id", "reason"))
    assert reasons == {stays.pk: "", left.pk: "no_consent", erased.pk: "erased"}


def test_a_household_is_told_on_its_phone_also_when_its_first_has_left(fake: Fake) -> None:
    fake("sms")
    about = make.topic()
    first, second = (
        make.recipient(topics=(about,), contacts={"sms": "+48512000777"}) for _each in range(2)
    )
    message = a_message(channels=["sms"])
    flow.drain("sms")
    assert flow.states(message) == {"accepted": 1, "suppressed": 1}
    rights.erase(first, by=make.staff("administrator"), reason="na wniosek")
    made = followed(message)
    assert dict(made.deliveries.values_list("recipient_id", "state"))[second.pk] == S.QUEUED


def test_it_waits_until_the_first_one_stands_still(fake: Fake) -> None:
    fake("email")
    people(2, "email")
    message = a_message(channels=["email"])
    made = followed(message, cancel_rest=False)
    assert made.status == Status.SCHEDULED
    assert follow_ups.hinders(made) == message
    assert flow.drain() == 2
    expanding.expand(made.pk)
    made.refresh_from_db()
    assert made.status == Status.SENDING
    assert flow.states(made) == {"queued": 2}


def test_the_rest_is_cancelled_where_that_was_asked(fake: Fake) -> None:
    fake("email")
    told, untold = people(2, "email")
    message = a_message(channels=["email"])
    Delivery.objects.filter(recipient=untold).update(state=S.RETRY_WAIT)
    flow.drain()
    made = followed(message, Kind.CALL_OFF)
    message.refresh_from_db()
    assert (message.status, flow.reasons(message)) == (Status.CANCELLED, {"cancelled": 1})
    assert channels_of(made) == {(told.pk, "email")}


def test_a_follow_up_of_a_follow_up_is_for_those_of_the_first(fake: Fake) -> None:
    one, other = people(2, "email")
    fake("email")
    message = a_message(channels=["email"])
    flow.drain()
    fake("email", refuse_some(address_of(other, "email")))
    correction = followed(message)
    flow.drain()
    off = followed(correction, Kind.CALL_OFF)
    assert off.follows == message
    assert channels_of(off) == {(one.pk, "email"), (other.pk, "email")}
    marks = follow_ups.marks([message.pk, correction.pk, off.pk])
    assert {pk: mark.uid for pk, mark in marks.items()} == {
        message.pk: off.uid,
        correction.pk: off.uid,
    }


def test_the_words_come_first_and_the_old_text_is_quoted(fake: Fake) -> None:
    fake("email")
    people(1, "email")
    text = MessageText(title="Brak wody", short="Nie ma wody", long="Nie ma wody\ndo piątku.")
    variants = Variants(en=MessageText(title="No water", short="No water", long="No water."))
    message = a_message(channels=["email"], text=text, variants=variants)
    wish = Wish(Kind.CORRECTION, {"pl": "Woda jest.", "en": "There is water."})
    made = following.drafted(message, wish, by=message.author)
    assert made.text.title == "Sprostowanie: Brak wody"
    assert made.text.short == "Sprostowanie: Woda jest."
    assert made.text.long.startswith("Woda jest.\n\n**To jest sprostowanie wiadomości z ")
    assert made.text.long.endswith("> Nie ma wody\n> do piątku.")
    assert made.variants.en is not None
    assert made.variants.en.title == "Correction: No water"
    assert made.variants.uk is None
    again = following.drafted(made, Wish(Kind.CALL_OFF), by=message.author)
    assert (again.text.title, again.text.short) == ("Odwołanie: Brak wody",) * 2


def test_everybody_reads_that_it_was_corrected_and_that_it_was_called_off(fake: Fake) -> None:
    fake("push")
    person = make.recipient(topics=(make.topic(),), kinds=("email", "push"))
    phone = Phone(person)
    message = a_message(channels=["push"], klass="warning", public=True)
    flow.drain("push")
    phone.sync()
    made = followed(message)
    flow.drain("push")
    phone.sync()
    kept = phone.kept["message", str(message.uid)]
    assert kept["followed_by"]["id"] == str(made.uid)
    assert kept["followed_by"]["kind"] == "correction"
    assert phone.kept["message", str(made.uid)]["follows"] == {
        "id": str(message.uid),
        "kind": "correction",
    }
    assert phone.kept["announcement", str(message.uid)]["status"] == "ended"
    page = Client().get(reverse("alert", args=[message.uid])).content.decode()
    assert reverse("alert", args=[made.uid]) in page
    off = followed(made, Kind.CALL_OFF)
    flow.drain("push")
    phone.sync()
    assert phone.kept["announcement", str(message.uid)]["status"] == "cancelled"
    assert phone.kept["message", str(made.uid)]["followed_by"]["id"] == str(off.uid)
    listed = Client().get("/api/v1/alerts").json()["items"]
    assert {one["id"]: one["status"] for one in listed} == {
        str(message.uid): "cancelled",
        str(made.uid): "cancelled",
    }
    assert Client().get("/api/v1/alerts?active=1").json()["items"] == []


def test_areas_are_those_of_the_first() -> None:
    place = make.district()
    root = make.message(about=make.topic(), audience={"district": [place.pk]})
    draft = following.drafted(root, Wish(Kind.CORRECTION, {"pl": "Nie."}), by=root.author)
    assert publishing.areas_of(draft) == publishing.areas_of(root) == [place.pk]


def test_nothing_is_put_right_that_never_went_out() -> None:
    message = make.message(about=make.topic())
    with pytest.raises(following.CannotFollow):
        followed(message)


def test_an_alarm_is_called_off_without_a_second_person_and_corrected_with_one(fake: Fake) -> None:
    fake("email")
    people(1, "email")
    message = a_message(channels=["email"], klass="alarm")
    flow.drain()
    words = {"pl": "Zagrożenie minęło."}
    off, _files = following.follow(message, Wish(Kind.CALL_OFF, words), by=message.author)
    sending.send(off, by=message.author)
    assert off.status == Status.SCHEDULED
    right, _files = following.follow(message, Wish(Kind.CORRECTION, words), by=message.author)
    sending.send(right, by=message.author)
    assert right.status == Status.WAITING
    assert AuditEntry.objects.filter(action="message.followed").count() == 2


def test_a_paused_first_message_keeps_it_waiting(fake: Fake) -> None:
    fake("email")
    people(1, "email")
    message = a_message(channels=["email"])
    braking.pause(message, by=message.author)
    made = followed(message, cancel_rest=False)
    expanding.expand(made.pk)
    made.refresh_from_db()
    assert made.status == Status.SCHEDULED
