"""From changes of messages to what a device keeps of them (recipients.feed.changes.SOURCES)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from messaging.public import bulletin, inbox
from recipients.feed.changes import Data
from recipients.models import Device

from .shapes import letter_data, public_data


def letters(device: Device, uids: Collection[UUID]) -> Mapping[UUID, Data]:
    """What stands in the inbox of the device's person."""
    found = inbox.letters(device, inbox.rows(device, uids))
    return {letter.id: letter_data(letter) for letter in found}


def published(_device: Device, uids: Collection[UUID]) -> Mapping[UUID, Data]:
    """The same for every device."""
    return {item.id: public_data(item) for item in bulletin.published(uids)}
