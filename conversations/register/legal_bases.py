"""From a proposed legal basis of recording to one that stands: the officer's opinion first, then the Director.

Each step is one conditional change, so that two people never take it twice. A basis against the officer's
opinion, or with conditions, can be approved only with a written justification (docs/decisions/0046): the
officer advises (RODO art. 39), the controller answers for it (art. 24).
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import LegalBasis, Line, RecordingMode

WORDS: dict[str, Promise] = {
    "approved": _("This legal basis is approved: it is withdrawn, and a new one is proposed."),
    "withdrawn": _("This legal basis was withdrawn."),
    "no_opinion": _("The data protection officer has not given an opinion yet."),
    "own_opinion": _("Who gave the opinion does not approve: another person decides."),
    "own_proposal": _("Who proposed it does not give the officer’s opinion on it."),
    "not_justified": _("The opinion is not simply positive: write why the basis is approved."),
    "stale": _("Somebody changed this legal basis in the meantime. Read it again."),
}


class Refused(Exception):
    """`code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(WORDS[self.code])


def _held(basis: LegalBasis, revision: int) -> LegalBasis:
    now = LegalBasis.objects.select_for_update().get(pk=basis.pk)
    if now.withdrawn_at is not None:
        raise Refused("withdrawn")
    if now.revision != revision:
        raise Refused("stale")
    return now


@transaction.atomic
def propose(basis: LegalBasis, values: Mapping[str, Any], *, by: User, revision: int) -> None:
    """Write a basis down, or change one that is not approved: an opinion on older words is void then."""
    if basis.pk:
        now = _held(basis, revision)
        if now.approved_at is not None:
            raise Refused("approved")
        basis.revision = revision + 1
    else:
        basis.proposed_by = by
    for name, value in values.items():
        setattr(basis, name, value)
    basis.opinion, basis.opinion_text, basis.opinion_by, basis.opinion_at = "", "", None, None
    basis.save()
    audit.record("legal_basis.proposed", basis, by=by, detail={"revision": basis.revision})


@transaction.atomic
def opine(basis: LegalBasis, verdict: str, text: str, *, by: User, revision: int) -> None:
    """The data protection officer's word (RODO art. 35 (2), 39 (1) c)."""
    now = _held(basis, revision)
    if now.approved_at is not None:
        raise Refused("approved")
    if now.proposed_by_id == by.pk:
        raise Refused("own_proposal")
    LegalBasis.objects.filter(pk=now.pk).update(
        opinion=verdict,
        opinion_text=text,
        opinion_by=by,
        opinion_at=timezone.now(),
        revision=F("revision") + 1,
    )
    audit.record("legal_basis.opined", now, by=by, detail={"verdict": verdict})


@transaction.atomic
def approve(basis: LegalBasis, justification: str, *, by: User, revision: int) -> None:
    """The Director's yes; from now on lines may record by it."""
    now = _held(basis, revision)
    if now.approved_at is not None:
        raise Refused("approved")
    if now.opinion_at is None:
        raise Refused("no_opinion")
    if now.opinion_by_id == by.pk:
        raise Refused("own_opinion")
    if now.opinion != LegalBasis.Verdict.POSITIVE and not justification.strip():
        raise Refused("not_justified")
    LegalBasis.objects.filter(pk=now.pk).update(
        approved_by=by,
        approved_at=timezone.now(),
        justification=justification.strip(),
        revision=F("revision") + 1,
    )
    audit.record("legal_basis.approved", now, by=by, detail={"verdict": now.opinion})


@transaction.atomic
def withdraw(basis: LegalBasis, *, by: User) -> int:
    """Switch its lines off and let it go, in one transaction; how many lines stopped recording."""
    now = LegalBasis.objects.select_for_update().get(pk=basis.pk)
    if now.withdrawn_at is not None:
        raise Refused("withdrawn")
    lines = list(Line.objects.select_for_update().filter(legal_basis=now).order_by("pk"))
    for line in lines:
        Line.objects.filter(pk=line.pk).update(
            recording_mode=RecordingMode.OFF, legal_basis=None, revision=F("revision") + 1
        )
        detail: dict[str, object] = {"before": line.recording_mode, "mode": "off", "basis": now.pk}
        audit.record("line.recording_changed", line, by=by, detail=detail)
    LegalBasis.objects.filter(pk=now.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, revision=F("revision") + 1
    )
    audit.record("legal_basis.withdrawn", now, by=by, detail={"lines": len(lines)})
    return len(lines)
