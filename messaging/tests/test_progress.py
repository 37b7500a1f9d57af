"""From counters to a true picture: the states sum to the total, and 100 % means everybody."""

import pytest
from pytest_django import DjangoAssertNumQueries

from messaging.ledger.counting import SPARED
from messaging.ledger.progress import GROUP_OF_STATE, progress_of, tallies_of
from messaging.models import Counter, Delivery, Message
from messaging.trace.explaining import CODES_OF, REASONS, STATES, code_in_words, why
from tests import make

pytestmark = pytest.mark.django_db


def counted(message: Message, channel: str, **numbers: int) -> None:
    for state, number in numbers.items():
        Counter.objects.create(message=message, channel=channel, state=state, number=number)


def test_every_state_belongs_to_one_group() -> None:
    assert set(GROUP_OF_STATE) == {*Delivery.State.values, SPARED}


def test_every_state_and_reason_is_explained() -> None:
    assert set(STATES) == set(Delivery.State.values)
    assert set(REASONS) == set(Delivery.Reason.values)


def test_the_slices_sum_to_the_total(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    message = make.message(channels=("email", "sms"), status=Message.Status.SENDING)
    counted(message, "email", delivered=60, read=5, accepted=10, queued=20, failed=3, suppressed=40)
    counted(message, "sms", delivered=30, unknown=2, undelivered=1, no_receipt=4, retry_wait=1)
    with django_assert_num_queries(1):
        progress = progress_of(message)
    assert progress.whole.total == 176
    assert sum(part.number for part in progress.whole.slices) == 176
    assert progress.whole.to_send == 136
    email, sms = progress.channels
    assert (email.delivered, email.on_the_way, email.waiting, email.failed) == (65, 10, 20, 3)
    assert (email.left_out, sms.unknown, sms.waiting) == (40, 2, 1)
    assert progress.moving


def test_a_hundred_percent_is_said_only_when_it_is_true() -> None:
    message = make.message(status=Message.Status.SENT)
    counted(message, "email", delivered=999, failed=1)
    progress = progress_of(message)
    assert progress.whole.percent == 99
    assert not progress.moving


def test_a_sent_message_moves_while_confirmations_are_awaited() -> None:
    message = make.message(status=Message.Status.SENT)
    counted(message, "email", accepted=1)
    assert progress_of(message).moving


def test_a_list_reads_all_counters_at_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    messages = [make.message(), make.message(), make.message()]
    counted(messages[0], "email", delivered=1)
    counted(messages[2], "email", queued=7)
    with django_assert_num_queries(1):
        tallies = tallies_of(messages)
    assert messages[1].pk not in tallies
    assert tallies[messages[2].pk].waiting == 7


def test_the_most_telling_sentence_is_chosen() -> None:
    assert why("email", "failed", "refused", "5.1.1") == str(CODES_OF["email"]["5.1.1"].words)
    assert why("sms", "suppressed", "no_consent", "") == str(REASONS["no_consent"])
    assert why("sms", "queued", "", "") == str(STATES["queued"])
    assert "99999" in code_in_words("sms", "99999")
