"""From two cards of one person to one: everything of both stays, one identifier leads to the other.

docs/decisions/0023 says what becomes of each thing. It cannot be undone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from icp.encryption.erasing import erase_key, hold_key
from icp.encryption.handing_over import hand_over
from recipients.account import rights
from recipients.contacts import verification
from recipients.feed import changes
from recipients.lookup.facets import changed
from recipients.models import (
    CONTACT_KINDS,
    GIVEN_KINDS,
    DuplicatePair,
    EpuapDocument,
    ImportProposal,
    PersonFile,
    Recipient,
    RightsRequest,
    ValidationCode,
)
from recipients.people import duplicates, moves, particulars
from recipients.people.particulars import RegistrationData

State = Recipient.State
# What can be taken from either card; contacts stand under their kind.
FIELDS = (
    "first_name",
    "second_name",
    "last_name",
    "pesel",
    "birth_date",
    "sex",
    "address",
    "guardian",
)
# The stricter state of the two holds: neither a doubt of the office nor a wish to be left alone ends
# because a second card turned up.
STRICTNESS = (State.RESTRICTED, State.SUSPENDED, State.ACTIVE, State.PENDING)

# What other apps do with their own rows about the person who is merged, in their AppConfig.ready;
# called with (card that stays, card that goes) while both are locked and nothing is changed yet.
joiners: list[Callable[[Recipient, Recipient], None]] = []


class CannotJoin(Exception):
    """These two cannot be merged; the sentence is for staff."""


class StalePair(Exception):
    """Somebody changed one of the cards after the page was shown: compare them again."""


def differing(stays: RegistrationData, goes: RegistrationData) -> list[str]:
    """What somebody must choose between: both cards say something, and not the same."""
    names = [name for name in FIELDS if _differ(getattr(stays, name), getattr(goes, name))]
    kinds = [
        kind for kind in GIVEN_KINDS if _differ(stays.contacts.get(kind), goes.contacts.get(kind))
    ]
    return names + kinds


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def chosen(
    stays: RegistrationData, goes: RegistrationData, taken: Collection[str]
) -> RegistrationData:
    """The particulars after the merge: what only one card says, and of the rest what was chosen.

    `taken`: names of FIELDS and kinds of contacts that come from the card that goes.
    """
    fields = {
        name: getattr(goes, name) for name in FIELDS if name in taken or not getattr(stays, name)
    }
    contacts = dict(goes.contacts) | {
        kind: value for kind, value in stays.contacts.items() if kind not in taken
    }
    return replace(stays, **fields, contacts=contacts)


def join(
    stays: Recipient,
    goes: Recipient,
    taken: Collection[str],
    *,
    by: User,
    revisions: tuple[int, int],
) -> Recipient:
    """Merge `goes` into `stays`, whose identifier remains the person's.

    `revisions` are those of the two cards as compared. Raises StalePair, CannotJoin,
    moves.CannotMove, and ValidationError where the chosen values contradict each other.
    """
    with transaction.atomic():
        duplicates.lock()
        kept, absorbed = _both(stays.pk, goes.pk)
        if (kept.revision, absorbed.revision) != revisions:
            raise StalePair
        moves.check(kept, State.MERGED)  # neither is gone
        moves.check(absorbed, State.MERGED)
        _refuse_two_requests(kept, absorbed)
        mine, theirs = particulars.of(kept), particulars.of(absorbed)
        data = chosen(mine, theirs, taken).checked()
        unconfirmed = _join_contacts(kept, absorbed, taken)
        for joiner in joiners:
            joiner(kept, absorbed)
        kept.refresh_from_db(fields=["consents"])
        _move_rows(kept, absorbed)
        was_active = kept.state == State.ACTIVE
        _take_state(kept, absorbed)
        _absorb(absorbed, kept)
        kept.identity, kept.address, kept.guardian = data.identity(), data.address, data.guardian
        moves.save(
            kept, "identity", "address", "guardian",
            "state", "state_before", "state_reason", "state_until",
        )  # fmt: skip
        _record(kept, absorbed, differing(mine, theirs), taken, by)
        verification.ask_for_codes(kept, kinds=unconfirmed if was_active else CONTACT_KINDS)
    return kept


def _both(first: int, second: int) -> tuple[Recipient, Recipient]:
    """Both rows locked, the lower id first: two merges that cross wait, and none for ever."""
    if first == second:
        raise CannotJoin(_("This is one card, not two."))
    rows = {pk: moves.locked(pk) for pk in sorted((first, second))}
    return rows[first], rows[second]


def _refuse_two_requests(kept: Recipient, absorbed: Recipient) -> None:
    open_ones = RightsRequest.objects.open()
    kinds = open_ones.filter(recipient=kept).values("kind")
    if open_ones.filter(recipient=absorbed, kind__in=kinds).exists():
        raise CannotJoin(
            _("On both cards the same request of the person is open. Close one of them first.")
        )


def _join_contacts(kept: Recipient, absorbed: Recipient, taken: Collection[str]) -> list[str]:
    """Move the ways to the person that stay, with their codes and confirmations.

    The app follows the devices (devices.join_devices). Returns the kinds that came over unconfirmed to an address that no code was ever asked for.
    """
    present = set(kept.contact_points.values_list("kind", flat=True))
    coming = [
        point
        for point in absorbed.contact_points.filter(kind__in=GIVEN_KINDS).order_by("kind")
        if point.kind in taken or point.kind not in present
    ]
    kinds = [point.kind for point in coming]
    kept.contact_points.filter(kind__in=kinds).delete()
    hand_over(coming, kept)
    absorbed.contact_points.all().delete()
    return [point.kind for point in coming if not point.verified_at and not point.codes.exists()]


def _move_rows(kept: Recipient, absorbed: Recipient) -> None:
    """Everything else of this app: groups, codes on paper, copies of data, requests, documents."""
    kept.groups.add(*absorbed.groups.all())
    absorbed.groups.clear()
    ValidationCode.objects.filter(recipient=absorbed).update(recipient=kept)
    EpuapDocument.objects.filter(recipient=absorbed).update(recipient=kept)
    hand_over(PersonFile.objects.filter(recipient=absorbed).order_by("pk"), kept)
    hand_over(ImportProposal.objects.filter(recipient=absorbed).order_by("pk"), kept)
    hand_over(RightsRequest.objects.filter(recipient=absorbed).order_by("pk"), kept)
    changes.join(kept, absorbed)
    DuplicatePair.objects.filter(Q(first=absorbed) | Q(second=absorbed)).delete()
    # Cards that were merged into the one that goes now lead to the one that stays.
    Recipient.objects.filter(merged_into=absorbed).update(merged_into=kept)


def _take_state(kept: Recipient, absorbed: Recipient) -> None:
    """The stricter state, with its reason and its end; a signed form of either makes both active."""
    before = min(_without_restriction(kept), _without_restriction(absorbed), key=STRICTNESS.index)
    if STRICTNESS.index(State(absorbed.state)) < STRICTNESS.index(State(kept.state)):
        kept.state, kept.state_until = absorbed.state, absorbed.state_until
        kept.state_reason = absorbed.state_reason
    kept.state_before = before if kept.state == State.RESTRICTED else ""


def _without_restriction(row: Recipient) -> Recipient.State:
    """What the account is, or will be again when its restriction is lifted."""
    return (
        State(row.state_before or State.PENDING)
        if row.state == State.RESTRICTED
        else State(row.state)
    )


def _absorb(row: Recipient, kept: Recipient) -> None:
    """Nothing personal stays in the row that goes. Its key stays until the person is erased:
    a backup from before the merge must be able to open the card again (docs/decisions/0023)."""
    row.identity = row.address = row.guardian = None
    row.state_reason = row.state_until = None
    row.state_before = ""
    row.consents = 0
    row.merged_into = kept
    row.state = State.MERGED
    row.revision += 1
    row.save()
    changed([row.pk])


def _record(
    kept: Recipient, absorbed: Recipient, differ: Collection[str], taken: Collection[str], by: User
) -> None:
    detail: Mapping[str, object] = {
        "merged": absorbed.pk,
        "differed": sorted(differ),
        "taken_from_it": sorted(set(taken) & set(differ)),
    }
    audit.record("recipient.merged", kept, by=by, detail=dict(detail))
    audit.record("recipient.merged_into", absorbed, by=by, detail={"into": kept.pk})


def all_of(person: Recipient) -> list[int]:
    """The ids under which things of this person may stand: their card and those merged into it."""
    absorbed = Recipient.objects.filter(merged_into=person).order_by("pk")
    return [person.pk, *absorbed.values_list("pk", flat=True)]


def forget_absorbed(person: Recipient) -> None:
    """The erasure of a person takes along the cards that were merged into theirs."""
    rows = Recipient.objects.filter(merged_into=person).exclude(state=State.ERASED)
    for pk, uid in rows.order_by("pk").values_list("pk", "uid"):
        hold_key(uid, alone=True)
        row = Recipient.objects.select_for_update(no_key=True).get(pk=pk)
        for eraser in rights.erasers:
            eraser(row)
        row.become_tombstone()
        changed([pk])
        erase_key(uid)
        audit.record("recipient.erased", row, by=None)
