"""What a push service may carry: that something waits, never what, unless everybody may read it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from messaging.correspondence import letters
from messaging.engine import expanding
from messaging.models import Delivery, LetterText, Message, MessageText
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.texts import hint_texts
from messaging.texts.rendering import content_for
from messaging.trace import explaining
from recipients.models import ContactPoint
from tests import make

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0{}"), min_size=20, max_size=60)
TEXT = MessageText(title="Wynik sprawy", short="Decyzja jest odmowna.", long="Szczegóły: odmowa.")
KLASSES = [(Message.Klass.ALARM, "Nowy alarm"), (Message.Klass.WARNING, "Masz nową wiadomość")]


@pytest.mark.django_db
@pytest.mark.parametrize(("klass", "words"), KLASSES)
def test_a_message_to_people_says_only_who_writes(klass: str, words: str) -> None:
    until = timezone.now() + timedelta(hours=2)
    message = make.message(text=TEXT, channels=("push",), klass=klass, expires_at=until)
    with translation.override("pl"):
        said = content_for(message, "push")
    assert (said.subject, said.text) == (message.unit.name, words)
    assert said.hint
    assert (said.hint.kind, said.hint.uid) == ("message", str(message.uid))
    assert said.hint.link.endswith(f"/app/m/{message.uid}")
    assert said.hint.until == until
    assert said.urgent is (klass == Message.Klass.ALARM)


@pytest.mark.django_db
def test_what_everybody_may_read_travels_with_its_words() -> None:
    message = make.message(text=TEXT, channels=("push",), public=True)
    said = content_for(message, "push")
    assert (said.subject, said.text) == (TEXT.title, TEXT.short)


@pytest.mark.django_db
@given(title=WORDS, short=WORDS, long=WORDS)
def test_no_words_of_a_message_to_people_leave_by_push(title: str, short: str, long: str) -> None:
    message = Message(text=MessageText(title, short, long), unit=make.unit())
    carried = repr(vars_of(content_for(message, "push")))
    assert not [words for words in (title, short, long) if words in carried]


def vars_of(content: object) -> list[object]:
    return [getattr(content, name) for name in content.__slots__]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_letters_go_by_the_ways_that_carry_words(fake: Fake) -> None:
    person = make.recipient(kinds=("email", "push"))
    letter = letters.post(person, LetterText("Kod", "Kod: 1234", "Kod: 1234"))
    posted = Delivery.objects.filter(letter=letter)
    assert list(posted.values_list("channel", flat=True)) == ["email"]
    # One that was posted when they still did.
    letters.deliver([(letter, "push")])
    channel = fake("push")
    assert flow.drain("push") == 1
    assert "1234" not in repr(vars_of(channel.got[0].content))


@pytest.mark.django_db
def test_a_report_is_told_of_in_the_languages_of_the_app() -> None:
    uid = make.message().uid
    told = {code: hint_texts.about_report(uid, code).text for code in ("pl", "uk", "en", "xx")}
    assert len(set(told.values())) == 3
    assert told["xx"] == told["pl"]
    hint = hint_texts.about_report(uid, "uk").hint
    assert hint
    assert hint.link.endswith(f"/app/r/{uid}")


@pytest.mark.django_db
def test_two_people_at_one_device_each_find_it_in_their_inbox(fake: Fake) -> None:
    people = [make.recipient(kinds=("push",)) for _each in range(2)]
    one = people[0].contact_points.get(kind="push").value
    for point in ContactPoint.objects.filter(kind="push"):
        point.value = one
        point.save()
    message = flow.sent(make.message(channels=("push",), about=make.topic("OC", mandatory=True)))
    assert flow.states(message) == {"queued": 2}
    expanding.expand(message.pk)


def test_staff_read_that_it_waits_in_the_app() -> None:
    with translation.override("pl"):
        assert "czeka w aplikacji" in explaining.why("push", "accepted", "", "app")
        assert "czeka w aplikacji" in explaining.why("push", "no_receipt", "", "app")
        assert "czeka w aplikacji" not in explaining.why("push", "read", "", "app")
        assert "czeka w aplikacji" not in explaining.why("push", "accepted", "", "200")
