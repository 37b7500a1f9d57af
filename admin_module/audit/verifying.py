"""From the log as it stands to a list of what is wrong with it, each finding naming its entry."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module.models import AuditEntry, AuditLink
from icp.encryption.tokens import verify_mac

from . import checkpoints
from .linking import FIRST, LINK, link_content
from .recording import ENTRY, content

BATCH = 2_000
# The linker runs each second; an entry this old outside the chain is a finding.
PATIENCE = timedelta(minutes=1)


def verify() -> list[str]:
    """Compare every entry, link and checkpoint; each finding is a sentence naming the entry."""
    return [*_of_the_chain(), *_outside_the_chain(), *_of_the_checkpoints()]


def _of_the_chain() -> Iterator[str]:
    before, expected, previous = FIRST, 1, None
    for link, entry in _links():
        if link.position != expected:
            yield _missing(expected, link.position - 1, previous, link.entry_id)
        elif entry is None:
            yield _("Entry %(entry)d was removed; its place in the chain is %(position)d.") % {
                "entry": link.entry_id,
                "position": link.position,
            }
        elif not _follows(before, link, entry):
            yield _("Entry %(entry)d is not the one that was linked at place %(position)d.") % {
                "entry": link.entry_id,
                "position": link.position,
            }
        if entry is not None and not _genuine(entry):
            yield _("Entry %(entry)d was changed.") % {"entry": entry.pk}
        before, expected, previous = bytes(link.digest), link.position + 1, link.entry_id


def _links() -> Iterator[tuple[AuditLink, AuditEntry | None]]:
    position = 0
    while links := list(
        AuditLink.objects.filter(position__gt=position).order_by("position")[:BATCH]
    ):
        entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            yield link, entries.get(link.entry_id)
        position = links[-1].position


def _outside_the_chain() -> Iterator[str]:
    waiting = AuditEntry.objects.filter(link__isnull=True).order_by("pk")
    for entry in waiting.iterator(chunk_size=BATCH):
        if entry.at < timezone.now() - PATIENCE:
            yield _("Entry %(entry)d is not in the chain.") % {"entry": entry.pk}
        if not _genuine(entry):
            yield _("Entry %(entry)d was changed.") % {"entry": entry.pk}


def _of_the_checkpoints() -> Iterator[str]:
    try:
        known = list(checkpoints.read())
    except (ValueError, TypeError, OSError):
        yield _("The file of checkpoints cannot be read.")
        return
    digests = AuditLink.objects.in_bulk([checkpoint.position for checkpoint in known])
    for checkpoint in known:
        link = digests.get(checkpoint.position)
        if not verify_mac(checkpoints.CHECKPOINT, checkpoint.content(), _bytes_of(checkpoint.mac)):
            yield _("The checkpoint of %(day)s was changed.") % {"day": checkpoint.day}
        elif link is None or bytes(link.digest).hex() != checkpoint.digest:
            yield _(
                "The chain no longer holds what the checkpoint of %(day)s saw at place"
                " %(position)d: entries were removed or exchanged."
            ) % {"day": checkpoint.day, "position": checkpoint.position}


def _missing(first: int, last: int, previous: int | None, following: int) -> str:
    return _(
        "Places %(first)d to %(last)d are missing from the chain, between entry %(previous)s and"
        " entry %(following)d."
    ) % {"first": first, "last": last, "previous": previous or "—", "following": following}


def _follows(before: bytes, link: AuditLink, entry: AuditEntry) -> bool:
    return verify_mac(LINK, link_content(before, link, entry.uid, entry.mac), bytes(link.digest))


def _genuine(entry: AuditEntry) -> bool:
    return verify_mac(ENTRY, content(entry), bytes(entry.mac))


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
