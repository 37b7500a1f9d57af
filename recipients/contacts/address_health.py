"""From what providers say about an address to whether anything is still sent to it.

A hard refusal, a complaint or several soft ones in a row hold an address; staff with a reason, a code
that arrived there or (after soft ones) a month let it go again. The engine asks `held` in the
statement that commits the intent, and `facets` counts a held address as none.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.models import User
from admin_module.scoping import Reader
from icp.encryption.erasing import erase_key
from icp.encryption.errors import KeyErased
from recipients.correspondence import telling
from recipients.lookup import facets
from recipients.models import HELD_KINDS, ContactPoint, Recipient, SuppressedAddress
from recipients.values import checks

Reason = SuppressedAddress.Reason
# Messages in a row that came back as "for now" (a full mailbox, a phone out of reach).
SOFT_IN_A_ROW = 5
SOFT_HELD = timedelta(days=30)
# A row of an address that nobody has any more serves no purpose (GDPR art. 5(1)(e)).
KEPT_UNUSED = timedelta(days=365)
BATCH = 500
Change = Callable[
    [SuppressedAddress, str], bool
]  # what a code does to a row; whether it is held now


@dataclass(frozen=True, slots=True)
class Health:
    """What is known about one address: "good", "doubtful" (some came back), or "held"."""

    state: str = "good"
    row: SuppressedAddress | None = None

    @property
    def is_held(self) -> bool:
        return self.state == "held"


GOOD = Health()


def of(point: ContactPoint) -> Health:
    """The health of one contact point's address."""
    return of_points([point])[point.pk]


def of_points(points: Iterable[ContactPoint]) -> dict[int, Health]:
    """The health of several addresses, with one query."""
    wanted = {p.pk: (p.kind, bytes(p.value_token)) for p in points if p.value_token is not None}
    tokens = {token for kind, token in wanted.values() if kind in HELD_KINDS}
    rows = SuppressedAddress.objects.filter(value_token__in=tokens) if tokens else ()
    known = {(row.kind, bytes(row.value_token)): _health(row) for row in rows}
    return {p.pk: known.get(wanted.get(p.pk, ("", b"")), GOOD) for p in points}


def _health(row: SuppressedAddress) -> Health:
    if row.held:
        return Health("held", row)
    return Health("doubtful", row) if row.soft_count else Health("good", row)


def hold(people: Mapping[int, str], kind: str, reason: str) -> int:
    """Hold the addresses of one kind that these people have now; returns how many.

    `people`: by primary key, the provider's code.
    """
    return _each(people, kind, lambda row, code: _hold(row, reason, code))


def came_back(people: Mapping[int, str], kind: str) -> int:
    """Count one more soft refusal; the fifth in a row holds the address for a month."""

    def count(row: SuppressedAddress, code: str) -> bool:
        row.soft_count += 1
        row.code, row.last_at = code, timezone.now()
        if row.held or row.soft_count < SOFT_IN_A_ROW:
            return False
        return _hold(row, Reason.SOFT, code, until=timezone.now() + SOFT_HELD)

    return _each(people, kind, count)


def doubtful_kinds() -> set[str]:
    """Kinds of which some addresses have soft refusals: others learn nothing from what arrives."""
    rows = SuppressedAddress.objects.filter(held=False, soft_count__gt=0)
    return set(rows.values_list("kind", flat=True).distinct())


def got_through(people: Collection[int], kind: str) -> None:
    """Something arrived there: soft refusals are counted from the start."""
    points = ContactPoint.objects.filter(recipient__in=people, kind=kind)
    rows = SuppressedAddress.objects.filter(kind=kind, held=False, soft_count__gt=0)
    rows.filter(value_token__in=points.values("value_token")).update(soft_count=0)


def _hold(row: SuppressedAddress, reason: str, code: str, until: datetime | None = None) -> bool:
    """A reason that stands for good is not replaced by one that passes."""
    now = timezone.now()
    row.code, row.last_at = code, now
    if row.held and row.until is None:
        return False
    row.held, row.reason, row.since, row.until = True, reason, now, until
    row.lifted_at = row.lifted_by = row.asked_at = None
    return True


def _each(people: Mapping[int, str], kind: str, change: Change) -> int:
    if kind not in HELD_KINDS or not people:
        return 0
    changed = 0
    with transaction.atomic():
        points = ContactPoint.objects.filter(recipient__in=people, kind=kind).order_by("pk")
        for point in points:
            row = _row_of(point)
            if row is None:
                continue
            newly = change(row, people[point.recipient_id][:40])
            row.save()
            if newly:
                changed += 1
                _announce(row, "address.held", by=None)
    return changed


def _row_of(point: ContactPoint) -> SuppressedAddress | None:
    """The row of a point's address, locked; made where there is none. None: the person is erased."""
    rows = SuppressedAddress.objects.select_for_update().filter(kind=point.kind)
    found = rows.filter(value_token=bytes(point.value_token or b"")).first()
    if found is not None:
        return found
    now = timezone.now()
    try:
        with transaction.atomic():
            return SuppressedAddress.objects.create(
                kind=point.kind, value=point.value, reason=Reason.SOFT, since=now, last_at=now
            )
    except KeyErased:
        return None
    except IntegrityError:  # another worker heard of it in the same moment
        return rows.get(value_token=bytes(point.value_token or b""))


def _announce(row: SuppressedAddress, action: str, *, by: User | None, reason: str = "") -> None:
    """Whoever counts reachable people reads the change; so does the log."""
    people = holders(row)
    facets.changed(people)
    detail: dict[str, object] = {
        "kind": row.kind,
        "reason": row.reason,
        "code": row.code.replace(" ", "_"),
        "people": len(people),
    }
    audit.record(action, row, by=by, detail=detail, reason=reason)


def holders(row: SuppressedAddress) -> list[int]:
    """Who has this address now."""
    points = ContactPoint.objects.filter(kind=row.kind, value_token=bytes(row.value_token))
    return sorted(points.values_list("recipient_id", flat=True))


def lift(row: SuppressedAddress, *, by: User | None, reason: str = "") -> bool:
    """Let messages go there again; False where nothing held it any more."""
    with transaction.atomic():
        held = SuppressedAddress.objects.select_for_update().filter(pk=row.pk, held=True).first()
        if held is None:
            return False
        held.held, held.until, held.soft_count = False, None, 0
        held.lifted_at, held.lifted_by = timezone.now(), by
        held.save()
        _announce(held, "address.lifted", by=by, reason=reason)
    return True


def proved(point: ContactPoint) -> None:
    """A code that was sent there came back: the address works."""
    row = of(point).row
    if row is not None and row.held:
        lift(row, by=None)


def end_passed() -> int:
    """Half-minutely: soft reasons whose month is over; returns how many."""
    due = SuppressedAddress.objects.filter(held=True, until__lte=timezone.now()).order_by("pk")
    return sum(lift(row, by=None) for row in due[:BATCH])


def forget_unused() -> int:
    """Daily: rows of addresses that nobody has had for a year; returns how many."""
    had = ContactPoint.objects.filter(kind=OuterRef("kind"), value_token=OuterRef("value_token"))
    old = SuppressedAddress.objects.filter(~Exists(had), last_at__lt=timezone.now() - KEPT_UNUSED)
    return _forget(old.order_by("pk")[:BATCH])


def forget_person(person: Recipient) -> None:
    """The person is being erased: so is what is known about addresses that nobody else has."""
    points = list(person.contact_points.filter(kind__in=HELD_KINDS))
    tokens = [bytes(p.value_token) for p in points if p.value_token is not None]
    others = ContactPoint.objects.filter(kind=OuterRef("kind"), value_token=OuterRef("value_token"))
    rows = SuppressedAddress.objects.filter(
        ~Exists(others.exclude(recipient=person)), value_token__in=tokens
    )
    _forget(rows.order_by("pk"))


def _forget(rows: QuerySet[SuppressedAddress]) -> int:
    """With their keys: a backup must not tell them either."""
    gone = 0
    with transaction.atomic():
        for row in rows:
            uid = row.uid
            row.delete()
            erase_key(uid)
            gone += 1
    return gone


# --- What staff do about them ----------------------------------------------------------------------


class Why(models.TextChoices):
    """Why messages may go there again; words of their own would stay in nobody's sight."""

    CONFIRMED = "confirmed", gettext_lazy("the person says that the address works")
    MENDED = "mended", gettext_lazy("the mailbox or the phone takes messages again")
    MISTAKE = "mistake", gettext_lazy("it was held by mistake")


def seen_by(by: Reader) -> QuerySet[SuppressedAddress]:
    """Held addresses of people whom `by` may see; of nobody's addresses those who see everybody."""
    rows = SuppressedAddress.objects.filter(held=True)
    if by.scope is None:
        return rows
    points = ContactPoint.objects.filter(recipient__in=Recipient.objects.visible_to(by))
    mine = points.filter(kind=OuterRef("kind"), value_token=OuterRef("value_token"))
    return rows.filter(Exists(mine))


def people_to_check() -> QuerySet[ContactPoint, int]:
    """The ids of people some of whose addresses are held."""
    held = SuppressedAddress.objects.filter(held=True)
    points = ContactPoint.objects.filter(
        kind__in=HELD_KINDS, value_token__in=held.values("value_token")
    )
    return points.values_list("recipient_id", flat=True)


def by_value(value: str) -> QuerySet[SuppressedAddress]:
    """The row of an address, whatever its health; the value goes into no address and no log."""
    for kind in HELD_KINDS:
        with suppress(ValidationError):
            known = SuppressedAddress.objects.filter(
                kind=kind, value_token=checks.contact(kind, value.strip())
            )
            if known.exists():
                return known
    return SuppressedAddress.objects.none()


def ask(point: ContactPoint, *, by: User) -> bool:
    """Ask the person, by the other ways there are, for another address; False where there is none."""
    row = of(point).row
    others = list(point.recipient.contact_points.exclude(kind=point.kind))
    states = of_points(others)
    ways = [p.kind for p in others if not states[p.pk].is_held]
    if row is None or not ways:
        return False
    with transaction.atomic():
        telling.tell(point.recipient, _words(point.kind), kinds=ways)
        SuppressedAddress.objects.filter(pk=row.pk).update(asked_at=timezone.now())
        audit.record("address.asked", point.recipient, by=by, detail={"kind": point.kind})
    return True


def _words(kind: str) -> telling.Words:
    subject = _("Please give us another address")
    short = (
        _("Our e-mails to you come back. Please give the office your present e-mail address.")
        if kind == "email"
        else _("Our SMS to you come back. Please give the office your present phone number.")
    )
    return telling.Words(subject, short, short)
