"""From something that was done to an entry in the log, in the transaction of the change."""

import json
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import models
from django.utils import timezone

from admin_module import request_ids
from admin_module.models import AuditEntry, User
from icp.encryption.tokens import mac

ENTRY, STATE, REASON = "audit.entry", "audit.state", "audit.reason"

# A code or an id fits; words, an address, a telephone number or a PESEL do not.
CODE = re.compile(
    r"(?!.*\d{9})[A-Za-z0-9_.:/=-]{0,80}"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9a-f]{32,130}"
)


class PersonalContent(ValueError):
    """An audit entry was given something that is no id, no number, no code and no digest."""


def record(
    action: str,
    subject: models.Model | str,
    *,
    by: User | None,
    detail: dict[str, object] | None = None,
    reason: str = "",
    states: tuple[object, object] | None = None,
    request_id: uuid.UUID | None = None,
) -> AuditEntry:
    """Insert one entry in the caller's transaction.

    `subject`: a saved model, or "app.model:id". `detail`: ids, numbers, codes, dates; raises
    PersonalContent for anything else. `reason`: a TextChoices member is kept as its code, free
    words as a keyed digest. `states`: what the subject was before and is after, kept as keyed
    digests.
    """
    entry = _entry(action, subject, by, detail, request_id)
    entry.before, entry.after = (_digest(state) for state in states) if states else (None, None)
    entry.reason = _reason(reason)
    entry.mac = mac(ENTRY, content(entry))
    entry.save(force_insert=True)
    return entry


def record_all(
    action: str,
    subjects: Iterable[tuple[models.Model | str, dict[str, object]]],
    *,
    by: User | None,
) -> int:
    """Insert one entry for each subject with its detail, a few statements for all of them.

    As `record`, for what was done to many things in one transaction; returns how many they were.
    """
    one_doing = request_ids.current() or uuid.uuid4()
    entries = [_entry(action, subject, by, detail, one_doing) for subject, detail in subjects]
    for entry in entries:
        entry.mac = mac(ENTRY, content(entry))
    return len(AuditEntry.objects.bulk_create(entries))


def _entry(
    action: str,
    subject: models.Model | str,
    by: User | None,
    detail: dict[str, object] | None,
    request_id: uuid.UUID | None,
) -> AuditEntry:
    return AuditEntry(
        at=timezone.now(),
        actor=by,
        roles=",".join(by.role_names)[:300] if by else "",
        action=action,
        subject=_name(subject),
        detail=_plain(detail or {}),
        request_id=request_id or request_ids.current() or uuid.uuid4(),
    )


def content(entry: AuditEntry) -> bytes:
    """What the entry's MAC covers, the same before the INSERT and after any SELECT."""
    return json.dumps(
        {
            "uid": str(entry.uid),
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor_id,
            "roles": entry.roles,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
            "reason": entry.reason,
            "before": _hex(entry.before),
            "after": _hex(entry.after),
            "request_id": str(entry.request_id),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def _name(subject: models.Model | str) -> str:
    if isinstance(subject, str):
        return str(_plain(subject))
    return f"{subject._meta.label_lower}:{subject.pk}"


def _reason(reason: str) -> str:
    if not reason or isinstance(reason, models.TextChoices):
        return str(reason)
    return f"mac:{mac(REASON, reason.encode()).hex()}"


def _digest(state: object) -> bytes | None:
    if state is None:
        return None
    canonical = json.dumps(state, sort_keys=True, separators=(",", ":"), default=str)
    return bytes(mac(STATE, canonical.encode()))


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, dict):
        return {str(_plain(str(key))): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        value = value.hex()
    text = _code(value)
    if not CODE.fullmatch(text):
        raise PersonalContent("audit: only ids, numbers, codes, dates and digests")
    return text


def _code(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat().replace("+", "_")
    if isinstance(value, (str, uuid.UUID)):
        return str(value)
    raise PersonalContent(f"audit: {type(value).__name__} does not belong into an entry")


def _hex(value: bytes | memoryview | None) -> str | None:
    return None if value is None else bytes(value).hex()
