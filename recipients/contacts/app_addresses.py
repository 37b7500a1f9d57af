"""From the devices of a person to their contact point "the app", and from a provider's word to neither.

A target of a device (messaging.channels.targets) stands with the device, sealed; the contact point of
whoever it is paired to repeats it, for that is what messages are sent by.
"""

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from icp.encryption.erasing import hold_key
from messaging.channels import targets
from messaging.channels.targets import Target
from recipients.lookup import facets
from recipients.models import ContactPoint, Device, Recipient
from recipients.people import moves

TRIES = 3


class Gone(Exception):
    """The device was removed, or its token changed, while the request was under way."""


def held(pk: int) -> Device:
    """The row of a device that lives, held until the transaction ends; raises Gone."""
    row: Device | None = Device.objects.live().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise Gone
    return row


def register_push(device: Device, target: Target) -> None:
    """Hint at this device by this target from now on; a target is that of one device only.

    The holder of a phone may change without the phone knowing: whoever registered it last has it.
    Raises Gone.
    """
    for attempt in range(TRIES):
        try:
            _register(device, target)
            return
        except (IntegrityError, _ChangedHands):  # two brought it at once; the later one has it
            if attempt == TRIES - 1:
                raise


class _ChangedHands(Exception):
    """Somebody else registered the target between two looks: look again."""


def _register(device: Device, target: Target) -> None:
    line = target.line
    holders = Device.objects.filter(Q(push_token=line) | Q(pk=device.pk))
    with transaction.atomic():
        seen = {pk for pk in holders.values_list("recipient_id", flat=True) if pk}
        owners = {pk: moves.locked(pk) for pk in sorted(seen)}
        hold_key(device.uid)
        rows = {row.pk: row for row in holders.order_by("pk").select_for_update(of=("self",))}
        if {row.recipient_id for row in rows.values()} - {None} - owners.keys():
            raise _ChangedHands
        mine = rows.pop(device.pk, None)
        if mine is None or not mine.is_live:
            raise Gone
        _without_push(rows)
        device.push_kind, device.push = str(target.kind), line
        device.push_seen_at = timezone.now()
        device.save(update_fields=["push_kind", "push", "push_seen_at"])
        for owner in owners.values():
            write_address(owner)


def drop_push(device: Device) -> None:
    """Hint at this device no more; its holder's app still looks by itself."""
    with transaction.atomic():
        owner = moves.locked(device.recipient_id) if device.recipient_id else None
        _without_push([device.pk])
        if owner is not None:
            write_address(owner)
    device.push = device.push_seen_at = None
    device.push_kind = ""


def drop_dead(dead: Mapping[int, Collection[str]]) -> int:
    """Forget targets that never work again, by person as lines of their contact point; how many."""
    return sum(_drop_dead(pk, set(lines)) for pk, lines in sorted(dead.items()))


@transaction.atomic
def _drop_dead(person: int, lines: set[str]) -> int:
    owner = moves.locked(person)
    named = Device.objects.filter(recipient=owner, push_token__in=sorted(lines))
    # The same browser may have registered with new keys meanwhile: then the line differs.
    gone = [row.pk for row in named if row.push in lines]
    _without_push(gone)
    write_address(owner)
    return len(gone)


def _without_push(pks: Collection[int]) -> None:
    rows = Device.objects.filter(pk__in=pks)
    rows.update(push=None, push_token=None, push_kind="", push_seen_at=None)


@transaction.atomic
def keep_address(recipient: Recipient) -> None:
    """Write anew what the person's contact point "the app" says."""
    write_address(moves.locked(recipient.pk))


def write_address(owner: Recipient) -> None:
    """The same for a row that the caller holds: with a device there is one, without there is none."""
    theirs = Device.objects.filter(recipient=owner, revoked_at=None).order_by("pk")
    devices = list(theirs)
    point = ContactPoint.objects.filter(recipient=owner, kind="push").first()
    if not devices:
        if point is not None:
            point.delete()
            facets.changed([owner.pk])
        return
    lines = [row.push for row in devices if row.push]
    value = targets.join(
        (target for line in lines for target in targets.split(line)), owner=owner.uid
    )
    if point is None:
        now = timezone.now()
        ContactPoint.objects.create(recipient=owner, kind="push", value=value, verified_at=now)
        facets.changed([owner.pk])
    elif point.value != value:
        point.value = value
        point.save(update_fields=["value"])
