"""From what a browser tells every few seconds to work that a lost session, or a closed window, does not take along.

It is whoever typed it who may have it back, nobody else; a saved draft ends it, and so do two weeks.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from admin_module.models import User
from icp.encryption.erasing import erase_key
from messaging.models import Message, Typed, UnsavedWork

KEPT = timedelta(days=14)
MOST_OF_ONE = 20  # a member of staff's; the oldest ends
LARGEST = 300_000  # characters of all fields
# Searching for a person is no work, and a token is nobody's to keep.
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "action", "person", "not-person", "preview-tab"})


class TooLarge(ValueError):
    """Nobody types so much into this form."""


def key_of(message: Message) -> uuid.UUID:
    """What names the form of a draft: that of its first saving, else the draft's own."""
    return message.form_key or message.uid


def keep(
    posted: QueryDict, *, by: User, form_key: uuid.UUID, message: Message | None, revision: int
) -> UnsavedWork:
    """Keep the form as it stands, in the place of what it was; raises TooLarge."""
    fields = {name: posted.getlist(name) for name in posted if name not in LEFT_OUT}
    if sum(len(text) for texts in fields.values() for text in texts) > LARGEST:
        raise TooLarge
    row = UnsavedWork(author=by, form_key=form_key)
    row.message, row.revision, row.typed = message, revision, Typed(dict(fields))
    try:
        return _kept(row)
    except IntegrityError:  # the same form in another tab was the first one
        return _kept(row)


@transaction.atomic
def _kept(work: UnsavedWork) -> UnsavedWork:
    mine = UnsavedWork.objects.select_for_update().filter(author=work.author)
    row = mine.filter(form_key=work.form_key).first() or UnsavedWork(
        author=work.author, form_key=work.form_key
    )
    row.message, row.revision, row.typed = work.message, work.revision, work.typed
    row.saved_at = timezone.now()
    row.save()
    _end(list(mine.order_by("-saved_at")[MOST_OF_ONE:]))
    return row


def of(by: User, message: Message | None) -> QuerySet[UnsavedWork]:
    """What this member of staff left unsaved of a draft, or of new messages; the newest first."""
    mine = UnsavedWork.objects.filter(author=by, message=message)
    found: QuerySet[UnsavedWork] = mine.order_by("-saved_at")
    return found


def posted_of(work: UnsavedWork) -> QueryDict:
    """The form as a browser would send it."""
    posted = QueryDict(mutable=True)
    for name, texts in work.typed.fields.items():
        if isinstance(texts, list):
            posted.setlist(name, [str(text) for text in texts])
    return posted


def title_of(work: UnsavedWork) -> str:
    return posted_of(work).get("title", "").strip()


def drop(by: User, form_keys: Iterable[uuid.UUID | None]) -> int:
    """The form was saved, or its work is not wanted any more; returns how much ended."""
    wanted = [key for key in form_keys if key is not None]
    with transaction.atomic():
        return _end(list(UnsavedWork.objects.filter(author=by, form_key__in=wanted)))


def tidy_up() -> int:
    """What is older than two weeks, and what belongs to messages that left their editors' hands."""
    before = timezone.now() - KEPT
    old = UnsavedWork.objects.filter(saved_at__lt=before)
    sent = UnsavedWork.objects.filter(message__isnull=False).exclude(
        message__status=Message.Status.DRAFT
    )
    with transaction.atomic():
        return _end([*old, *sent])


def _end(rows: list[UnsavedWork]) -> int:
    for row in rows:
        erase_key(row.uid)
        row.delete()
    return len(rows)
