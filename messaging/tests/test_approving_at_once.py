"""Two people, two workers, one message: on PostgreSQL one of them decides and one starts it."""

import pytest
from django.db import connection

from admin_module.models import AuditEntry, User
from messaging.engine import expanding
from messaging.models import ApprovalStep, Delivery, Message, SentAlone
from messaging.steps import alone, planning, sending
from recipients.tests.test_racing import at_once
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Status = Message.Status
TIMES = 5


def waiting(author: User, klass: str = "warning") -> Message:
    return sending.send(make.message(author=author, klass=klass), by=author)


def outcomes_of(*steps: object) -> list[str]:
    """Run the steps at once; the names of what they raised, "done" for the others."""
    found: list[str] = []

    def run(step: object) -> None:
        try:
            step()  # type: ignore[operator]
            found.append("done")
        except (sending.CannotSend, alone.CannotReview) as refusal:
            found.append(type(refusal).__name__)
        finally:
            connection.close()

    at_once(*[lambda step=step: run(step) for step in steps])
    return sorted(found)


def of_two_approvers_one_approves() -> None:
    author, people = make.staff("editor"), [make.staff("approver") for _one in range(2)]
    for _time in range(TIMES):
        message = waiting(author)
        copies = [Message.objects.get(pk=message.pk) for _one in people]
        found = outcomes_of(
            *[
                lambda copy=copy, by=by: sending.approve(copy, by=by)
                for copy, by in zip(copies, people, strict=True)
            ]
        )
        assert found == ["AlreadyDone", "done"]
        assert ApprovalStep.objects.filter(message=message, kind="approved").count() == 1


def approved_while_its_author_takes_it_back_it_is_one_or_the_other() -> None:
    author, by = make.staff("editor"), make.staff("approver")
    for _time in range(TIMES):
        message = waiting(author)
        one, other = (Message.objects.get(pk=message.pk) for _copy in range(2))
        found = outcomes_of(
            lambda one=one: sending.approve(one, by=by),
            lambda other=other: planning.take_back(other, by=author),
        )
        assert found == ["AlreadyDone", "done"]
        message.refresh_from_db()
        assert (message.status, bool(message.approved_digest)) in {
            (Status.SCHEDULED, True), (Status.DRAFT, False),
        }  # fmt: skip


def stopped_in_the_last_second_it_starts_or_it_does_not() -> None:
    author = make.staff("editor")
    make.recipient(topics=(make.topic(),), kinds=("email",))
    for _time in range(TIMES):
        message = sending.send(make.message(author=author), by=author)
        copy = Message.objects.get(pk=message.pk)
        outcomes_of(
            lambda pk=message.pk: expanding.expand(pk),
            lambda copy=copy: planning.take_back(copy, by=author),
        )
        message.refresh_from_db()
        listed = Delivery.objects.filter(message=message).count()
        assert (message.status, listed) in {(Status.DRAFT, 0), (Status.SENDING, 1)}


def of_two_schedulers_one_starts_it() -> None:
    for _time in range(TIMES):
        message = sending.send(make.message(), by=make.clerk())
        started: list[bool] = []
        outcomes_of(
            *[
                lambda pk=message.pk, started=started: started.append(expanding.start(pk))
                for _one in range(3)
            ]
        )
        assert sorted(started) == [False, False, True]
        outcomes_of(*[lambda pk=message.pk: expanding.expand(pk) for _one in range(3)])
        assert Delivery.objects.filter(message=message).count() == 1


def one_word_on_an_alarm() -> None:
    officer, people = make.staff("duty_officer"), [make.staff("approver") for _one in range(2)]
    message = waiting(officer, "alarm")
    sending.approve(message, by=officer, break_glass="Woda wdziera się do szpitala.")
    row = SentAlone.objects.get()
    found = outcomes_of(
        *[
            lambda by=by: alone.review(row, by=by, verdict="justified", words="Tak.")
            for by in people
        ]
    )
    assert found == ["CannotReview", "done"]
    assert AuditEntry.objects.filter(action="message.alone_reviewed").count() == 1


def test_of_two_who_decide_one_decides() -> None:
    """Together, because emptying the tables after each would take longer than the tests."""
    of_two_approvers_one_approves()
    approved_while_its_author_takes_it_back_it_is_one_or_the_other()
    one_word_on_an_alarm()


def test_a_message_starts_once_or_is_stopped() -> None:
    stopped_in_the_last_second_it_starts_or_it_does_not()
    of_two_schedulers_one_starts_it()
