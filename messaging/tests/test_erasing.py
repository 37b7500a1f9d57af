"""An erased person's letters are gone, with the keys that opened them."""

import pytest

from icp.encryption import erasing as keys
from icp.encryption.models import DataKey
from messaging.correspondence import letters
from messaging.models import Attempt, Delivery, Letter, LetterText
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.account import rights
from tests import make

pytestmark = pytest.mark.django_db
TEXT = LetterText("Potwierdzenie", "Przyjęliśmy zgłoszenie.", "Przyjęliśmy **zgłoszenie** nr 7.")


def test_letters_end_with_the_person(fake: Fake) -> None:
    fake("email")
    person, other = make.recipient(kinds=("email",)), make.recipient(kinds=("email",))
    letter = letters.post(person, TEXT, kinds=("email",))
    kept = letters.post(other, TEXT, kinds=("email",))
    letters.post_codes()
    flow.drain("email")
    waiting = letters.post(person, TEXT, kinds=("email",))
    uids = {letter.uid, waiting.uid}
    assert DataKey.objects.filter(uid__in=uids).count() == 2
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    assert not DataKey.objects.filter(uid__in=uids).exists()
    assert not Letter.objects.filter(recipient=person).exists()
    assert not Delivery.objects.filter(recipient=person).exists()
    begun = keys.read_journal(keys.journal_path().read_text(encoding="utf-8").splitlines())[1]
    assert uids | {person.uid} <= begun
    # The others keep theirs.
    assert Letter.objects.get(pk=kept.pk).text == TEXT
    assert Attempt.objects.filter(delivery__letter=kept).exists()


def test_deliveries_of_messages_stay_as_what_happened(fake: Fake) -> None:
    fake("email")
    about = make.topic()
    person = make.recipient(kinds=("email",), topics=(about,))
    message = flow.sent(make.message(about=about))
    flow.drain("email")
    rights.erase(person, by=make.clerk(), reason="na wniosek")
    assert flow.states(message) == {"accepted": 1} == flow.counted(message)
