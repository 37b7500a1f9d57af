"""What a second person approves, and what makes that void: one wording, one yes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging import sweeping
from messaging.engine import expanding
from messaging.models import ApprovalStep, Letter, Message, MessageText, Shown
from messaging.steps import approving, planning, sending
from tests import make

pytestmark = pytest.mark.django_db
Status, Kind = Message.Status, ApprovalStep.Kind


def waiting(**fields: object) -> Message:
    author = make.staff("editor")
    message = make.message(author=author, klass="warning", **fields)  # type: ignore[arg-type]
    return sending.send(message, by=author)


def scheduled() -> Message:
    message = waiting(due_at=timezone.now() + timedelta(hours=3))
    return sending.approve(message, by=make.staff("approver"))


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", MessageText(title="Inny tytuł", short="krótko", long="długo")),
        ("channels", ["email", "sms"]),
        ("klass", "warning"),
        ("topic", None),
        ("public", True),
        ("expires_at", timezone.now() + timedelta(days=3)),
        ("due_at", timezone.now() + timedelta(days=2)),
        ("escalation", {"first": "push", "then": "sms", "after_minutes": 30}),
        ("drill", True),
    ],
)
def test_the_digest_tells_every_change(name: str, value: object) -> None:
    message = make.message()
    before = approving.digest(message)
    assert approving.digest(fresh(message)) == before
    setattr(message, name, value)
    assert approving.digest(message) != before


def test_the_log_keeps_who_decided_and_why() -> None:
    message = waiting()
    other = make.staff("approver")
    sending.return_(message, by=other, note="Popraw godzinę.")
    steps = approving.history(message)
    assert [(step.kind, step.by) for step in steps] == [
        (Kind.SUBMITTED, message.author), (Kind.RETURNED, other)
    ]  # fmt: skip
    assert steps[-1].note == "Popraw godzinę."
    last = approving.last_no(message)
    assert last is not None
    assert last.note == "Popraw godzinę."
    letter = Letter.objects.get(staff=message.author)
    assert "Popraw" not in letter.text.long


def test_a_look_shows_what_changed_since_the_one_before() -> None:
    message, by = waiting(), make.staff("approver")
    assert approving.look(message, Shown({"title": "A"}), by=by) is None
    assert approving.look(message, Shown({"title": "A"}), by=by) is None
    Message.objects.filter(pk=message.pk).update(public=True)
    changed = fresh(message)
    before = approving.look(changed, Shown({"title": "B"}), by=by)
    assert before is not None
    assert before.shown == Shown({"title": "A"})
    # Looking again does not make the difference go away; somebody else sees it for the first time.
    again = approving.look(changed, Shown({"title": "B"}), by=by)
    assert again is not None
    assert approving.look(changed, Shown({"title": "B"}), by=make.staff("approver")) is None


def test_what_was_read_is_what_is_approved() -> None:
    message, by = waiting(), make.staff("approver")
    seen = approving.digest(message)
    Message.objects.filter(pk=message.pk).update(public=True)
    with pytest.raises(sending.Changed):
        sending.approve(fresh(message), by=by, seen=seen)
    assert fresh(message).status == Status.WAITING


def test_an_editor_of_the_draft_cannot_approve_it_nor_who_moved_it() -> None:
    author, helper, mover = (make.staff("unit_manager") for _one in range(3))
    from messaging.steps import drafting

    message = make.message(
        author=author, klass="warning", due_at=timezone.now() + timedelta(days=1)
    )
    drafting.save(message, by=helper, revision=message.revision)
    sending.send(message, by=author)
    planning.move(message, timezone.now() + timedelta(days=2), by=mover)
    for person in (author, helper, mover):
        with pytest.raises(sending.CannotSend):
            sending.approve(fresh(message), by=person)
    sending.approve(fresh(message), by=make.staff("approver"))


@pytest.mark.parametrize("find", ["sweep", "start"])
def test_what_was_changed_after_its_approval_does_not_go_out(find: str) -> None:
    message = scheduled()
    assert approving.still_holds(fresh(message))
    changed = fresh(message)
    changed.text = MessageText(title="Inny", short="inny", long="inny")
    changed.due_at = timezone.now() - timedelta(seconds=1) if find == "start" else changed.due_at
    changed.save(update_fields=["text", "due_at"])
    if find == "sweep":
        assert planning.void_changed() == 1
        assert planning.void_changed() == 0
    else:
        expanding.expand(message.pk)
    void = fresh(message)
    assert (void.status, void.problem, void.approved_by) == (Status.WAITING, planning.VOID, None)
    assert AuditEntry.objects.filter(action="message.approval_void").count() == 1
    assert Letter.objects.filter(staff=message.author).exists()
    sweeping.start_due()
    assert fresh(message).status == Status.WAITING
    sending.approve(fresh(message), by=make.staff("approver"))
    assert fresh(message).status == Status.SCHEDULED


def test_a_new_hour_makes_the_approval_void() -> None:
    message = scheduled()
    later = timezone.now() + timedelta(days=1)
    planning.move(message, later, by=message.author)
    moved = fresh(message)
    assert (moved.status, moved.due_at, moved.approved_digest) == (Status.WAITING, later, "")
    assert Kind.VOIDED in [step.kind for step in approving.history(message)]


def test_taken_back_it_is_a_draft_again_and_nobody_has_approved_it() -> None:
    message = scheduled()
    planning.take_back(message, by=message.author)
    draft = fresh(message)
    assert (draft.status, draft.approved_by, draft.sent_at) == (Status.DRAFT, None, None)
    assert draft.due_at is not None
    with pytest.raises(sending.CannotSend):
        planning.take_back(draft, by=message.author)


def test_an_approval_that_comes_after_the_planned_hour_sends_now() -> None:
    message = waiting(due_at=timezone.now() + timedelta(hours=2))
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now() - timedelta(hours=5))
    approved = sending.approve(fresh(message), by=make.staff("approver"))
    assert approved.due_at is not None
    assert timezone.now() - approved.due_at < timedelta(minutes=1)
    expanding.start(message.pk)
    assert fresh(message).status == Status.EXPANDING


def test_one_sent_late_needs_its_second_person_again() -> None:
    message = scheduled()
    Message.objects.filter(pk=message.pk).update(
        status=Status.EXPIRED, problem="late", due_at=timezone.now() - timedelta(hours=9)
    )
    late = fresh(message)
    sending.send_late(late, by=message.author)
    assert fresh(message).status == Status.WAITING
    sending.approve(fresh(message), by=make.staff("approver"))
    assert fresh(message).status == Status.SCHEDULED
