"""Orders about a message: one transaction, one audit entry, and only one of two who press at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging.engine import expanding
from messaging.ledger import epoch
from messaging.models import Audience, Delivery, Message, MessageText
from messaging.steps import braking, sending
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db
Status = Message.Status


def actions() -> list[str]:
    entries = AuditEntry.objects.filter(action__startswith="message.").order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_information_is_scheduled_at_once() -> None:
    message = make.message()
    sending.send(message, by=message.author)
    message.refresh_from_db()
    assert message.status == Status.SCHEDULED
    assert message.sent_at is not None
    assert actions() == ["message.sent"]


def test_of_two_clerks_one_gives_the_order() -> None:
    message = make.message()
    twice = Message.objects.get(pk=message.pk)
    sending.send(message, by=message.author)
    with pytest.raises(sending.AlreadyDone):
        sending.send(twice, by=make.staff())
    assert actions() == ["message.sent"]


def test_a_stale_draft_is_not_sent() -> None:
    message = make.message()
    Message.objects.filter(pk=message.pk).update(revision=2)
    with pytest.raises(sending.AlreadyDone):
        sending.send(message, by=message.author)


@pytest.mark.parametrize("klass", ["alarm", "warning"])
def test_some_classes_wait_for_a_second_person(klass: str) -> None:
    message = make.message(klass=klass)
    sending.send(message, by=message.author)
    assert message.status == Status.WAITING
    with pytest.raises(sending.CannotSend):
        sending.approve(message, by=message.author)
    other = make.staff()
    sending.approve(message, by=other)
    message.refresh_from_db()
    assert (message.status, message.approved_by) == (Status.SCHEDULED, other)
    assert actions() == ["message.submitted", "message.approved"]


def test_breaking_the_glass_is_for_alarms_and_is_written_down() -> None:
    warning = sending.send(make.message(klass="warning"), by=make.clerk())
    with pytest.raises(sending.CannotSend):
        sending.approve(warning, by=make.clerk(), break_glass="nobody else is here")
    alarm = sending.send(make.message(klass="alarm"), by=make.clerk())
    sending.approve(alarm, by=make.clerk(), break_glass="nobody else is here")
    entry = AuditEntry.objects.get(action="message.sent_alone")
    assert "nobody" not in entry.reason
    assert entry.reason


def test_a_waiting_message_can_be_returned_or_rejected() -> None:
    message = sending.send(make.message(klass="warning"), by=make.clerk())
    sending.return_(message, by=make.staff())
    assert message.status == Status.DRAFT
    sending.send(message, by=make.clerk())
    sending.reject(message, by=make.staff())
    with pytest.raises(sending.CannotSend):
        braking.cancel(message, by=make.staff())


@pytest.mark.parametrize(
    "fields",
    [
        {"channels": ()},
        {"audience": {}, "channels": ("email",)},
        {"text": MessageText(title="Bez treści", short="krótko"), "channels": ("email",)},
        {"text": MessageText(title="Bez treści", long="długo"), "channels": ("sms",)},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"topic": None},
    ],
)
def test_what_could_only_go_wrong_is_refused(fields: dict[str, object]) -> None:
    message = make.message()
    for name, value in fields.items():
        setattr(message, name, Audience() if name == "audience" else value)
    with pytest.raises(sending.CannotSend) as caught:
        sending.send(message, by=message.author)
    assert str(caught.value)
    assert actions() == []


def test_pause_keeps_the_queue_and_resume_lets_it_go(fake: Fake) -> None:
    channel = fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    message = flow.sent(make.message(about=about))
    braking.pause(message, by=message.author)
    assert flow.drain() == 0
    braking.resume(message, by=message.author)
    assert flow.drain() == 1
    assert len(channel.got) == 1


def test_late_schedules_expire_and_ask(fake: Fake) -> None:
    fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    message = make.message(about=about, due_at=timezone.now() - timedelta(hours=5))
    flow.sent(message)
    assert (message.status, message.problem) == (Status.EXPIRED, expanding.LATE)
    assert not Delivery.objects.exists()
    sending.send_late(message, by=message.author)
    expanding.expand(message.pk)
    assert flow.states(message) == {"queued": 1}


def test_nothing_is_sent_while_the_restore_guard_holds() -> None:
    message = make.message()
    epoch.outside_path().write_text("5", encoding="ascii")
    with pytest.raises(sending.CannotSend):
        sending.send(message, by=message.author)


def test_a_schedule_met_by_the_restore_guard_waits_for_a_person() -> None:
    message = sending.send(make.message(), by=make.clerk())
    epoch.outside_path().write_text("5", encoding="ascii")
    expanding.expand(message.pk)
    message.refresh_from_db()
    assert (message.status, message.problem) == (Status.SCHEDULED, epoch.RESTORED)
