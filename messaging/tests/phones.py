"""What the tests of hints share: a phone of nobody, and whose phones rang."""

from datetime import time

from messaging.channels import targets
from messaging.tests.fakes import FakeChannel
from recipients.contacts import devices
from recipients.models import Device

# Quiet hours that never end.
LONG_AGO, EVER = time(0, 0), time(23, 59, 59)


def phone(token: str, **wishes: object) -> Device:
    """A device that nobody paired and that can be woken."""
    device = devices.enroll(platform="android")[0]
    devices.register_push(device, targets.fcm(token))
    for name, value in wishes.items():
        setattr(device, name, value)
    device.save(update_fields=list(wishes))
    return device


def rung(channel: FakeChannel) -> list[str]:
    return sorted(envelope.address for envelope in channel.got)
