"""From a clerk's edits to a saved draft; two clerks on one draft lose nothing."""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from messaging.models import Message
from messaging.texts import attachments
from recipients.filtering import filters, wording
from recipients.models import RecipientGroup

DRAFT_FIELDS = (
    "klass", "topic", "channels", "text", "variants", "audience", "due_at", "expires_at", "public",
    "escalation", "sms_limit", "revision",
)  # fmt: skip


class StaleDraft(Exception):
    """Somebody saved the draft meanwhile; `current` is what stands in the database."""

    def __init__(self, current: Message) -> None:
        super().__init__("the draft was saved by somebody else")
        self.current = current


class NotADraft(Exception):
    """The message has left the hands of its editors."""


@transaction.atomic
def save(message: Message, *, by: User, revision: int) -> Message:
    """Keep the draft if it is still the version that was edited; a new one under its form key."""
    if message._state.adding:
        return _create(message, by)
    current = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if current.status != Message.Status.DRAFT or current.binned_at is not None:
        raise NotADraft
    if current.revision != revision:
        raise StaleDraft(current)
    message.revision = revision + 1
    message.save(update_fields=DRAFT_FIELDS)
    audit.record("message.changed", message, by=by, detail={"revision": message.revision})
    return message


def _create(message: Message, by: User) -> Message:
    """A double click or a repeated POST finds the message that its first one made."""
    if message.form_key is not None:
        made = Message.objects.filter(form_key=message.form_key).first()
        if made is not None:
            return made
    message.author, message.unit = by, by.unit
    message.save()
    audit.record("message.created", message, by=by, detail={"revision": message.revision})
    return message


# What a copy takes along beside its files; its times and its fate are its own.
COPIED = (
    "klass", "topic", "channels", "text", "variants", "audience", "public", "escalation",
    "template_version",
)  # fmt: skip


@transaction.atomic
def copy(message: Message, *, by: User) -> tuple[Message, attachments.Taken]:
    """A new draft of `by`'s with the same words for the same people, and what became of the files."""
    made = Message(**{name: getattr(message, name) for name in COPIED}, form_key=uuid.uuid4())
    save(made, by=by, revision=0)
    taken = attachments.take_along(message, made, by=by)
    detail: dict[str, object] = {
        "copy": made.pk, "files": len(taken.files), "lost": len(taken.lost),
    }  # fmt: skip
    audit.record("message.copied", message, by=by, detail=detail)
    return made, taken


def promise(message: Message, people: int, *, sms_parts: int = 0, sms_people: int = 0) -> None:
    """Keep what the check page showed: a list far from it stops and asks, parts draw on budgets."""
    drafts = Message.objects.filter(pk=message.pk, status=Message.Status.DRAFT)
    promised = {
        "expected_count": people,
        "sms_parts": sms_parts,
        "sms_planned": sms_parts * sms_people,
    }
    drafts.filter(revision=message.revision).update(**promised)
    for name, number in promised.items():
        setattr(message, name, number)


# Whom these mean is looked up when they are sent: what their filters name must stay.
UNRESOLVED = (
    Message.Status.DRAFT,
    Message.Status.WAITING,
    Message.Status.SCHEDULED,
    Message.Status.EXPANDING,
)


NAMING_LABEL = _("messages that are not sent yet")


def naming(group: RecipientGroup) -> int:
    """How many messages that are not sent yet are for this group."""
    waiting = Message.objects.filter(status__in=UNRESOLVED, people__isnull=True, binned_at=None)
    return sum(
        group.pk in wording.ids_in(filters.parse(audience.filter))[2]
        for _pk, audience in waiting.opened("audience")
        if audience.filter
    )


IN_HAND = (Message.Status.DRAFT, Message.Status.WAITING)


def in_hand(author: User) -> QuerySet[Message]:
    """What an author still answers for: drafts, and what waits for somebody's approval."""
    return Message.objects.filter(author=author, status__in=IN_HAND).order_by("pk")


@transaction.atomic
def hand_over(author: User, heir: User, *, by: User) -> list[int]:
    """Give everything in hand to a colleague, who writes for their own unit; returns the ids."""
    messages = list(in_hand(author).select_for_update(no_key=True, of=("self",)))
    for message in messages:
        message.author, message.unit = heir, heir.unit
        message.revision += 1
        message.save(update_fields=["author", "unit", "revision"])
        detail: dict[str, object] = {"before": author.pk, "after": heir.pk}
        audit.record("message.handed_over", message, by=by, detail=detail)
    return [message.pk for message in messages]
