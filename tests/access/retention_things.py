"""From the name of an address of retention to a conversation of a unit, held, proposed or to be deleted."""

import hashlib
import io
from datetime import timedelta
from typing import Any

from django.utils import timezone

from admin_module.models import Unit
from conversations.models import (
    Conversation,
    DestructionProtocol,
    EarlyPurge,
    HoldProposal,
    PurgeRun,
    RetentionHold,
)
from conversations.retention import holds, proposing
from tests import make_conversations as made
from tests.access.thing import Thing

CASE = "BOI.17.2026"


def call_of(unit: Unit) -> Conversation:
    found = Conversation.objects.filter(unit=unit, case_number=CASE).first()
    if found is None:
        line = made.line(f"+4891424{unit.pk:04}", unit=unit, name=f"Linia {unit.pk}")
        found = made.call(on=line)
        Conversation.objects.filter(pk=found.pk).update(case_number=CASE)
    return found


def _given() -> dict[str, Any]:
    return {
        "legal_basis": "art. 217 k.p.k.",
        "review_on": timezone.localdate() + timedelta(days=30),
        "case_number": CASE,
    }


def hold_of(unit: Unit) -> RetentionHold:
    call = call_of(unit)
    standing = holds.standing(call).first()
    return standing or holds.place(call, RetentionHold.Reason.POLICE, **_given())


def proposal_of(unit: Unit) -> HoldProposal:
    call = call_of(unit)
    found = call.hold_proposals.filter(decided_at=None).first()
    by = made.director(login="inspektor-rodo@zazolcin.example")
    return found or proposing.propose(call, RetentionHold.Reason.COURT, by, **_given())


def early_of(unit: Unit) -> EarlyPurge:
    call, by = call_of(unit), made.director(login="inspektor-rodo@zazolcin.example")
    wanted = {"conversation": call, "refused_at": None, "done_at": None}
    made_now = {"reason": "objection", "case_number": CASE, "proposed_by": by}
    return EarlyPurge.objects.get_or_create(**wanted, defaults=made_now)[0]


def protocol() -> DestructionProtocol:
    """Of no unit: ids and digests of all."""
    found = DestructionProtocol.objects.first()
    if found is None:
        run = PurgeRun.objects.create(ended_at=timezone.now(), purged=1)
        digest = hashlib.sha256(b"%PDF").hexdigest()
        found = DestructionProtocol.keep(
            io.BytesIO(b"%PDF"), media_type="application/pdf", run=run, purged=1, digest=digest
        )
    return found


CALL = Thing(lambda world, of: {"pk": call_of(of.unit).pk})
HOLD = Thing(lambda world, of: {"pk": hold_of(of.unit).pk})
EARLY = Thing(lambda world, of: {"pk": early_of(of.unit).pk})
RETENTION_THINGS: dict[str, Thing] = {
    "hold-new": CALL,
    "hold-propose": CALL,
    "hold-review": HOLD,
    "hold-release": HOLD,
    "hold-proposal": Thing(lambda world, of: {"pk": proposal_of(of.unit).pk}),
    "early-purge-new": CALL,
    "early-purge-approve": EARLY,
    "early-purge-coapprove": EARLY,
    "early-purge-refuse": EARLY,
    "destruction-protocol": Thing(lambda world, of: {"pk": protocol().pk}, of_unit=False),
}
