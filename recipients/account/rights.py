"""From what a person asks for, or the office must do, to the state of their account (§§ 5.4, 5.6, 6.2).

Each step tells the person by a letter and closes their open request of this kind, or leaves a closed
one as proof that the right was exercised (requests.fulfil). `how` says how they asked: RightsRequest.How.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp.encryption import pages
from icp.encryption.erasing import erase_key, hold_key
from icp.encryption.models import DataKey
from recipients.contacts import devices, verification
from recipients.correspondence import answers, telling
from recipients.feed import changes
from recipients.lookup.facets import FACETS, changed
from recipients.lookup.names import NAMES
from recipients.models import CONTACT_KINDS, ContactPoint, PersonFile, Recipient, RightsRequest
from recipients.people import duplicates, moves, particulars
from recipients.people.particulars import RegistrationData

from . import requests

State = Recipient.State
Kind = RightsRequest.Kind
# One step for what the regulation calls by five words (§ 6.2): what is kept is replaced.
CORRECTIONS = (Kind.CORRECT, Kind.COMPLETE, Kind.UPDATE, Kind.RECTIFY)


def restrict(
    recipient: Recipient, *, by: User | None, reason: str, asked_how: str = ""
) -> Recipient:
    """Stop writing to a person until a reasonable doubt is cleared (§ 5.4).

    `asked_how`: the person asked for it, and how (GDPR art. 18). Where the office doubts, only
    addresses that somebody proved to hold are told: the others may be what is doubtful.
    """
    wanted = _reason(reason)
    with transaction.atomic():
        row = moves.locked(recipient.pk)

        def prepare(row: Recipient) -> None:
            row.state_before = row.state
            row.state_reason = wanted

        moves.move(row, State.RESTRICTED, prepare)
        audit.record("recipient.restricted", row, by=by)
        if asked_how:
            requests.fulfil(row, Kind.RESTRICT, how=asked_how, by=by)
        telling.tell(row, answers.restricted(bool(asked_how)), confirmed_only=not asked_how)
    return row


def lift(recipient: Recipient, *, by: User, reason: str) -> Recipient:
    """Lift the restriction: the account is again what it was before."""
    wanted = _reason(reason)
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        if row.state != State.RESTRICTED:
            raise moves.CannotMove(row.state, State.ACTIVE)

        def prepare(row: Recipient) -> None:
            row.state_before = ""
            row.state_reason = wanted

        moves.move(row, row.state_before or State.PENDING, prepare)
        audit.record("recipient.lifted", row, by=by)
        telling.tell(row, answers.lifted())
    return row


def suspend(
    recipient: Recipient,
    *,
    by: User | None,
    reason: str,
    until: date | None = None,
    how: str = "desk",
) -> Recipient:
    """Stop writing to a person at their own wish, through the day before `until` or for good."""
    wanted = _reason(reason)
    if until is not None and until <= timezone.localdate():
        raise ValidationError({"until": _("Choose a day in the future, or leave it empty.")})
    with transaction.atomic():
        row = moves.locked(recipient.pk)

        def prepare(row: Recipient) -> None:
            row.state_until = until
            row.state_reason = wanted

        if row.state == State.RESTRICTED:  # the office's doubt must not be walked around
            raise moves.CannotMove(row.state, State.SUSPENDED)
        moves.move(row, State.SUSPENDED, prepare)
        audit.record("recipient.suspended", row, by=by, detail={"for_good": until is None})
        requests.fulfil(row, Kind.SUSPEND, how=how, by=by)
        telling.tell(row, answers.suspended(until))
    return row


def resume(recipient: Recipient, *, by: User | None, how: str = "desk") -> Recipient:
    """End the suspension at the person's wish, or (`how` empty) because its day has come."""
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        if row.state != State.SUSPENDED:
            raise moves.CannotMove(row.state, State.ACTIVE)

        def prepare(row: Recipient) -> None:
            row.state_until = None
            row.state_reason = None

        moves.move(row, State.ACTIVE, prepare)
        audit.record("recipient.resumed", row, by=by)
        if how:
            requests.fulfil(row, Kind.RESUME, how=how, by=by)
        telling.tell(row, answers.resumed())
    return row


def resume_due(on: date | None = None, *, limit: int = 500) -> int:
    """Resume those whose suspension ends on `on` (today) or ended before; returns how many."""
    day = on or timezone.localdate()
    due = Recipient.objects.filter(state=State.SUSPENDED, state_until__lte=day)[:limit]
    for recipient in due:
        resume(recipient, by=None, how="")
    return len(due)


def correct(
    recipient: Recipient,
    data: RegistrationData,
    *,
    by: User | None,
    reason: str,
    revision: int,
    asked: tuple[str, str] = (Kind.CORRECT, "desk"),
) -> Recipient:
    """Replace the particulars of a person, as read at `revision`.

    `asked`: what the person asked for, one of CORRECTIONS, and how (empty: a file of the office says
    it, nobody asked). Raises StaleRevision where somebody saved first, ValidationError for wrong fields. The
    identifier stays. A changed contact point must be confirmed by a new code.
    """
    clean = data.checked()
    wanted = _reason(reason)
    with transaction.atomic():
        duplicates.lock()
        row = moves.locked(recipient.pk)
        if row.state in Recipient.GONE:
            raise moves.CannotMove(row.state, row.state)
        before = particulars.of(row)
        if row.revision != revision:
            raise moves.StaleRevision(data, before, row.revision)
        if clean.pesel and clean.pesel != before.pesel:
            duplicates.refuse_same(clean, but=row.pk)
        row.identity = clean.identity()
        row.address = clean.address
        row.guardian = clean.guardian
        row.language = clean.language or row.reads
        moves.save(row, "identity", "address", "guardian", "language")
        kinds = _keep_contacts(row, before, clean)
        audit.record(
            "recipient.corrected",
            row,
            by=by,
            detail={"fields": _changed_fields(before, clean), "reason_length": len(wanted)},
        )
        if asked[1]:
            requests.fulfil(row, asked[0], how=asked[1], by=by)
        telling.tell(row, answers.corrected(), kinds=set(CONTACT_KINDS) - set(kinds))
        if kinds and row.state == State.ACTIVE:
            verification.ask_for_codes(row, kinds=kinds)
    return row


def _changed_fields(before: RegistrationData, after: RegistrationData) -> list[str]:
    names = (
        "first_name",
        "last_name",
        "second_name",
        "birth_date",
        "sex",
        "pesel",
        "address",
        "guardian",
        "language",
    )
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _keep_contacts(row: Recipient, before: RegistrationData, after: RegistrationData) -> list[str]:
    """Write the contact points that differ; returns the kinds that are new or changed."""
    new = [kind for kind, value in after.contacts.items() if before.contacts.get(kind) != value]
    gone = [kind for kind in before.contacts if kind not in after.contacts]
    # A changed point is a new row: a code sent to the old address must not confirm the new one.
    row.contact_points.filter(kind__in=[*new, *gone]).delete()
    for kind in new:
        ContactPoint.objects.create(recipient=row, kind=kind, value=after.contacts[kind])
    return new


# What other apps do with their own rows about a person when the person is erased, in their
# AppConfig.ready: imports run down only, so news upwards needs a list to stand on.
erasers: list[Callable[[Recipient], None]] = []


def erase(recipient: Recipient, *, by: User | None, reason: str, how: str = "desk") -> Recipient:
    """Erase a person for good: only a tombstone with a random name stays (§ 5.6).

    The last letter to them carries its addresses under a key of its own and ends with it. Done means done: the pages that the filters read are rewritten before this returns.
    """
    wanted = _reason(reason)
    with transaction.atomic():
        hold_key(recipient.uid, alone=True)
        row = moves.locked(recipient.pk)
        moves.check(row, State.ERASED)
        requests.fulfil(row, Kind.ERASE, how=how, by=by)
        telling.take_leave(row, answers.erased())
        _forget(row)
        erase_key(row.uid)
        audit.record("recipient.erased", row, by=by, reason=wanted)
    pages.fold(FACETS)
    pages.fold(NAMES)
    return row


def take_back(people: Iterable[Recipient], *, by: User | None) -> int:
    """Make tombstones of people who were registered by mistake and never written to; how many.

    Nobody asked for it and nobody is told. The caller folds the pages that the filters read.
    """
    done = 0
    for person in people:
        with transaction.atomic():
            hold_key(person.uid, alone=True)
            row = moves.locked(person.pk)
            moves.check(row, State.ERASED)
            _forget(row)
            erase_key(row.uid)
            audit.record("recipient.taken_back", row, by=by)
        done += 1
    return done


def finish_erasures() -> int:
    """After a restore: whose key was destroyed again becomes a tombstone again; returns how many."""
    keyless = ~Exists(DataKey.objects.filter(uid=OuterRef("uid")))
    people = Recipient.objects.filter(keyless).exclude(state=State.ERASED)
    done = 0
    for pk in list(people.values_list("pk", flat=True)):
        with transaction.atomic():
            row = moves.locked(pk)
            _forget(row)
            audit.record("recipient.erased_again", row, by=None)
        done += 1
    devices.finish_removals()
    pages.fold(FACETS)
    pages.fold(NAMES)
    return done


def _forget(row: Recipient) -> None:
    for eraser in erasers:
        eraser(row)
    requests.end_all(row)
    row.contact_points.all().delete()
    row.printed_codes.all().delete()
    row.groups.clear()
    changes.forget_person(row)
    PersonFile.objects.filter(recipient=row).forget()
    row.become_tombstone()
    changed([row.pk])


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:300]
    if not reason:
        raise ValidationError({"reason": _("Write the reason in a few words.")})
    return reason
