"""From a message as it stands to a digest that an approval holds for, and to the log of who looked and decided."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils import timezone

from admin_module.configuration import Approval, read
from admin_module.models import AuditEntry, User
from icp.encryption.tokens import mac
from messaging.models import ApprovalStep, Message, Shown, Variants

LABEL = "approval.digest"
WROTE = ("message.created", "message.changed", "message.rescheduled")
Kind = ApprovalStep.Kind


def digest(message: Message, *, due: datetime | None = None) -> str:
    """64 hex digits over everything that a second person approves.

    Keyed, because texts and audiences can be guessed. Texts in every language, the class, topic,
    channels, audience, times, attachments, what it follows, how it escalates, and the newest version of
    the template it was begun from: who approved relied on the template, too. `due`: as if it were to
    leave then.
    """
    content = _content(message) | {"due": due or message.due_at}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return mac(LABEL, canonical.encode()).hex()


def _content(message: Message) -> dict[str, object]:
    return {
        "text": asdict(message.text),
        "variants": asdict(message.variants or Variants()),
        "class": message.klass,
        "topic": message.topic_id,
        "channels": message.chosen_channels,
        "audience": message.audience.filter,
        "expires": message.expires_at,
        "public": message.public,
        "attachments": list(message.attachments.order_by("place").values_list("uid", "place")),
        "template": _newest_version(message),
        "follows": [message.follows_id, message.follow_kind, message.with_unknown],
        "drill": message.drill,
        "escalation": message.escalation,
    }


def _newest_version(message: Message) -> int | None:
    version = message.template_version
    if version is None:
        return None
    newest = type(version).objects.filter(template=version.template_id).aggregate(n=Max("number"))
    return int(newest["n"])


def _plain(value: Any) -> object:
    if hasattr(value, "isoformat"):
        return value.timestamp()  # the same moment in whatever zone it was read
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


def still_holds(message: Message) -> bool:
    """Whether what was approved is what stands there; true where nobody had to approve."""
    return not message.approved_digest or message.approved_digest == digest(message)


def needs_approval(message: Message) -> bool:
    """Alarms always; other classes by the office's rule or that of the unit (or one above it)."""
    if message.klass == Message.Klass.ALARM:
        # A false one must not wait for a second person: whoever is on duty calls it off at once.
        return message.follow_kind != Message.FollowKind.CALL_OFF
    rules = read(Approval)
    if message.klass in rules.classes:
        return True
    asked = rules.units_of(message.klass)
    line = {message.unit_id, *(unit.pk for unit in message.unit.ancestors())} if asked else set()
    return not line.isdisjoint(asked)


def wrote(user: User, message: Message) -> bool:
    """Whether `user` is the author or ever changed it: what one wrote another approves."""
    return user.pk == message.author_id or user.pk in writers(message)


def writers(message: Message) -> set[int]:
    """Ids of everybody who made or changed the message."""
    entries = AuditEntry.objects.filter(
        subject=f"messaging.message:{message.pk}", action__in=WROTE, actor__isnull=False
    )
    return set(entries.values_list("actor_id", flat=True))


# --- The log --------------------------------------------------------------------------------------


def note(message: Message, kind: str, *, by: User | None, words: str = "") -> ApprovalStep:
    """Write a step down, in the caller's transaction; `words` are sealed."""
    step = ApprovalStep(
        message=message,
        kind=kind,
        by=by,
        at=timezone.now(),
        revision=message.revision,
        digest=digest(message),
        note=words or None,
    )
    step.save(force_insert=True)
    return step


def look(message: Message, shown: Shown, *, by: User) -> ApprovalStep | None:
    """Keep what `by` reads now; return their last look at another wording, None at the first."""
    now = digest(message)
    mine = ApprovalStep.objects.filter(message=message, by=by, kind=Kind.SEEN)
    before: ApprovalStep | None = mine.exclude(digest=now).order_by("-pk").first()
    step = ApprovalStep(
        message=message,
        kind=Kind.SEEN,
        by=by,
        at=timezone.now(),
        revision=message.revision,
        digest=now,
        shown=shown,
    )
    if not mine.filter(digest=now).exists():
        ApprovalStep.objects.bulk_create([step], ignore_conflicts=True)
    return before


def history(message: Message) -> list[ApprovalStep]:
    """Every step about a message, the oldest first: who, when, what, and in `note` why."""
    steps: models.QuerySet[ApprovalStep] = message.approval_steps.select_related("by")
    return list(steps.order_by("at", "pk"))


def last_no(message: Message) -> ApprovalStep | None:
    """The latest decision, if it gave the message back to its author or made its approval void."""
    decisions: Iterable[str] = (Kind.APPROVED, Kind.RETURNED, Kind.REJECTED, Kind.VOIDED)
    steps = message.approval_steps.filter(kind__in=decisions).select_related("by")
    latest: ApprovalStep | None = steps.order_by("-pk").first()
    return latest if latest and latest.kind in {Kind.RETURNED, Kind.VOIDED} else None
