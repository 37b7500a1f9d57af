"""From a message that is sent to one that everybody may read, and back: withdrawn, called off."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.models import Message, MessageText
from messaging.texts.placeholders import is_personal
from recipients.feed import changes
from recipients.filtering import areas, filters
from recipients.models import District

SHOWN_AFTERWARDS = timedelta(days=30)  # past ones on the page of alerts


class CannotWithdraw(Exception):
    """There is nothing to withdraw; the sentence is for staff."""


def may_be_public(*texts: MessageText) -> bool:
    """What everybody reads names nobody: no text is filled with a person's particulars."""
    return not any(is_personal(f"{text.title}\n{text.short}\n{text.long}") for text in texts)


def publish(message: Message) -> None:
    """Let everybody read a public message from now on; in the transaction that begins its sending."""
    if not message.public or message.drill or message.published_at is not None:
        return
    message.published_at = timezone.now()
    message.areas = areas_of(message)
    message.save(update_fields=["published_at", "areas"])
    changes.note("announcement", [message.uid], everybody=True)
    audit.record("message.published", message, by=None, detail={"areas": len(message.areas)})


def areas_of(message: Message) -> list[int]:
    """Districts that the audience names and nothing widens; none where it means the whole town.

    Of an area drawn on the map those that it has a house of.
    """
    if message.follows is not None:
        return areas_of(message.follows)
    if not message.audience.filter:
        return []
    term = filters.parse(message.audience.filter)
    terms = term.terms if isinstance(term, filters.All) else (term,)
    named = [found for found in map(_named, terms) if found is not None]
    wanted = set.intersection(*named) if named else set()
    return sorted(District.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def _named(term: filters.Filter) -> set[int] | None:
    """Districts that one condition names; None where it says nothing of them."""
    match term:
        case filters.Districts(ids):
            return set(ids)
        case filters.Polygon(corners):
            return areas.districts_of(corners)
        case filters.Any(terms):
            each = [_named(one) for one in terms]
            return None if None in each else set().union(*(found or () for found in each))
    return None


def withdraw(message: Message, *, by: User) -> None:
    """Take a published message back: information disappears, an alarm or a warning is called off."""
    with transaction.atomic():
        if not called_off(message):
            raise CannotWithdraw(_("This message is not published, or was withdrawn already."))
        audit.record("message.withdrawn", message, by=by)


def put_right(message: Message, earlier: Collection[int]) -> None:
    """Mark for everybody what a correction or a call-off follows (ids); in the transaction that
    begins it."""
    if message.follows_id is None or message.drill:
        return
    published = Message.objects.filter(pk__in=earlier, public=True, published_at__isnull=False)
    rows = list(published.defer("people", "audience"))
    if message.follow_kind == Message.FollowKind.CALL_OFF:
        for one in rows:
            called_off(one)
    elif rows:
        changes.note("announcement", [one.uid for one in rows], everybody=True)


def called_off(message: Message) -> bool:
    """Mark it as withdrawn for everybody, if it is published; in the caller's transaction."""
    rows = Message.objects.filter(
        pk=message.pk, public=True, published_at__isnull=False, withdrawn_at=None
    )
    now = timezone.now()
    if not rows.update(withdrawn_at=now):
        return False
    message.withdrawn_at = now
    gone = message.klass == Message.Klass.INFORMATION
    changes.note("announcement", [message.uid], everybody=True, deleted=gone)
    return True
