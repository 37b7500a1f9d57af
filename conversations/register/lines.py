"""From what somebody wants of a line to the line: made, changed, closed; recording only by a standing basis."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import LegalBasis, Line, RecordingMode


class StaleLine(Exception):
    """Somebody saved it in the meantime; `theirs` is what stands in the database."""

    def __init__(self, theirs: Line) -> None:
        super().__init__("saved by somebody else")
        self.theirs = theirs


class NoBasis(Exception):
    """Nothing is recorded without a legal basis that is approved and not withdrawn."""


@transaction.atomic
def save(line: Line, values: Mapping[str, Any], *, by: User, revision: int) -> None:
    """Number, name and unit of a line, or of a new one; never its recording. Raises StaleLine, IntegrityError."""
    if line.pk is not None:
        _held(line, revision)
        line.revision = revision + 1
    for name, value in values.items():
        setattr(line, name, value)
    line.save()
    detail: dict[str, object] = {"columns": sorted(values), "revision": line.revision}
    audit.record("line.changed" if line.revision > 1 else "line.made", line, by=by, detail=detail)


def _held(line: Line, revision: int) -> Line:
    now = Line.objects.select_for_update().get(pk=line.pk)
    if now.revision != revision:
        raise StaleLine(now)
    return now


@transaction.atomic
def record(line: Line, mode: str, basis: LegalBasis | None, *, by: User, revision: int) -> bool:
    """Switch recording on, over or off; False where it is so already. Raises NoBasis, StaleLine."""
    # The basis before the line, as whoever withdraws it takes them.
    if mode == RecordingMode.OFF:
        basis = None
    elif basis is None or not _standing(basis):
        raise NoBasis
    now = _held(line, revision)
    if (now.recording_mode, now.legal_basis_id) == (mode, basis.pk if basis else None):
        return False
    rows = Line.objects.filter(pk=line.pk)
    rows.update(recording_mode=mode, legal_basis=basis, revision=F("revision") + 1)
    detail: dict[str, object] = {
        "before": now.recording_mode,
        "mode": mode,
        "basis": basis.pk if basis else 0,
    }
    audit.record("line.recording_changed", now, by=by, detail=detail)
    return True


def _standing(basis: LegalBasis) -> bool:
    """By what the database says now, and so that nobody withdraws it before the line is saved."""
    found = LegalBasis.objects.select_for_update().filter(pk=basis.pk).first()
    return found is not None and found.stands


@transaction.atomic
def close(line: Line, closed: bool, *, by: User) -> bool:
    """Take no more calls on it, or again; a closed line records nothing. False where it is so already."""
    rows = Line.objects.filter(pk=line.pk, closed_at__isnull=closed)
    at = timezone.now() if closed else None
    changed = rows.update(
        closed_at=at,
        recording_mode=RecordingMode.OFF,
        legal_basis=None,
        revision=F("revision") + 1,
    )
    if changed:
        audit.record("line.closed", line, by=by, detail={"closed": closed})
    return bool(changed)
