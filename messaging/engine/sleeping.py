"""From a person's devices to those that may be woken now; the others are told when their quiet hours end."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from messaging.channels import targets
from messaging.channels.base import Envelope
from messaging.models import DeviceHint
from recipients.models import Device

from .claiming import Due
from .device_hints import quiet_end

Pairs = Iterable[tuple[Due, Envelope]]


def spare(pairs: Pairs) -> dict[int, str]:
    """Addresses, by delivery, without the devices that sleep; each of those gets a hint for later.

    Alarms wake everybody. A device whose hint waits already keeps that one.
    """
    waiting: dict[int, list[tuple[Due, Envelope]]] = {}
    for item, envelope in pairs:
        if item.recipient is not None and _may_wait(item, envelope):
            waiting.setdefault(item.recipient, []).append((item, envelope))
    spared: dict[int, str] = {}
    later: list[DeviceHint] = []
    for device, end in _asleep(waiting):
        for item, envelope in waiting[device.recipient_id or 0]:
            address = spared.get(item.id, envelope.address)
            spared[item.id] = _without(address, device.push or "")
            later.append(_hint(device, envelope, end))
    DeviceHint.objects.bulk_create(later, ignore_conflicts=True)
    return spared


def _asleep(people: Collection[int]) -> Iterator[tuple[Device, datetime]]:
    """Devices of these people that may not be woken now, and until when."""
    if not people:
        return
    rows = Device.objects.live().filter(recipient__in=people, quiet_from__isnull=False)
    moment = timezone.now()
    for device in rows.exclude(push_kind="").order_by("pk"):
        end = quiet_end(device, moment)
        if end is not None:
            yield device, end


def _hint(device: Device, envelope: Envelope, end: datetime) -> DeviceHint:
    hint = envelope.content.hint
    return DeviceHint(
        device=device,
        about=DeviceHint.About.MESSAGE,
        thing=hint.uid if hint else "",
        paired_at=device.paired_at,
        due_at=end,
    )


def _may_wait(item: Due, envelope: Envelope) -> bool:
    content = envelope.content
    return item.message is not None and content.hint is not None and not content.urgent


def _without(address: str, line: str) -> str:
    return "\n".join(one.line for one in targets.split(address) if one.line != line)
