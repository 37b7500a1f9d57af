"""Service letters: codes and words to one person, in their own lane through the same engine."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from messaging import sweeping
from messaging.correspondence import letters
from messaging.models import Delivery, Letter, LetterText
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.contacts import verification
from recipients.models import ContactPoint, Recipient, ValidationCode
from tests import make

pytestmark = pytest.mark.django_db
TEXT = LetterText("Potwierdzenie", "Przyjęliśmy zgłoszenie.", "Przyjęliśmy **zgłoszenie** nr 7.")


def test_a_letter_goes_to_every_contact_point(fake: Fake) -> None:
    email, sms = fake("email"), fake("sms")
    letters.post(make.recipient(kinds=("email", "sms")), TEXT, kinds=("email", "sms"))
    ValidationCode.objects.all().delete()
    assert flow.drain("email") == flow.drain("sms") == 1
    assert email.got[0].content.text == "Przyjęliśmy zgłoszenie nr 7."
    assert "<strong>" in email.got[0].content.html
    assert sms.got[0].content.text == TEXT.short
    assert set(Delivery.objects.values_list("lane", "state")) == {(2, "accepted")}


def test_the_same_form_posts_once() -> None:
    person, key = make.recipient(kinds=("email",)), uuid.uuid4()
    first = letters.post(person, TEXT, kinds=("email",), form_key=key)
    assert letters.post(person, TEXT, kinds=("email",), form_key=key) == first
    assert Delivery.objects.filter(letter=first).count() == 1


def test_a_code_is_drawn_in_the_worker_and_confirms_the_address(fake: Fake) -> None:
    channel = fake("email")
    point = ContactPoint.objects.get(recipient=make.recipient(kinds=("email",)))
    sweeping.tick()
    assert ValidationCode.objects.get().digest is None
    flow.drain("email")
    text = channel.got[0].content.text
    code = next(word for word in text.replace("\n", " ").split() if len(word) == 11)
    redeemed = verification.redeem(code, address=point.value)
    assert redeemed is not None
    assert redeemed.point == point
    letter = Letter.objects.get()
    assert letter.text is None


def test_codes_are_posted_once() -> None:
    make.recipient(kinds=("email", "sms"))
    assert letters.post_codes() == 2
    assert letters.post_codes() == 0
    assert Delivery.objects.count() == 2


def test_letters_need_no_consent_but_not_to_the_erased(fake: Fake) -> None:
    channel = fake("email")
    person = make.recipient(kinds=("email",))
    letters.post(person, TEXT, kinds=("email",))
    Recipient.objects.filter(pk=person.pk).update(state="erased", identity=None)
    flow.drain("email")
    assert not channel.got
    assert Delivery.objects.get(letter__text__isnull=False).reason == "erased"


def test_a_letter_that_is_no_longer_true_stays(fake: Fake) -> None:
    channel = fake("email")
    person = make.recipient(kinds=("email",))
    ValidationCode.objects.all().delete()
    past = timezone.now() - timedelta(hours=1)
    letters.post(person, TEXT, kinds=("email",), expires_at=past)
    flow.drain("email")
    assert not channel.got
    assert Delivery.objects.get().reason == "expired"
