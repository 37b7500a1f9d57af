"""From the log as it stands to a list of what is wrong with it, each finding naming its entry.

The chain is walked from its first entry, or from where retention cut it: there the entry that
recorded the cut says which digest the rest must follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
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
CUT = "audit.segments_dropped"


@dataclass(frozen=True, slots=True)
class Place:
    """Where verification stands: everything up to here was looked at."""

    position: int = 0
    digest: bytes = FIRST
    entry: int | None = None  # the one linked there

    @property
    def following(self) -> int:
        return self.position + 1


def verify() -> list[str]:
    """Compare every entry, link and checkpoint; each finding is a sentence naming the entry."""
    begin = beginning()
    found, place = walk(begin)
    while place is not None:
        more, place = walk(place)
        found += more
    return [*found, *the_rest(begin)]


def beginning() -> Place:
    """The place before the first entry that is kept: the last one dropped, if that is on record."""
    first = AuditLink.objects.order_by("position").first()
    if first is None or first.position == 1:
        return Place()
    for cut in AuditEntry.objects.filter(action=CUT).order_by("-pk"):
        if _genuine(cut) and cut.detail.get("position") == first.position - 1:
            return Place(first.position - 1, bytes.fromhex(cut.detail["digest"]))
    return Place()


def walk(place: Place) -> tuple[list[str], Place | None]:
    """The findings among the next BATCH links, and where to go on; None at the end."""
    links = list(AuditLink.objects.filter(position__gt=place.position).order_by("position")[:BATCH])
    entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
    found: list[str] = []
    for link in links:
        found += _of_a_link(place, link, entries.get(link.entry_id))
        place = Place(link.position, bytes(link.digest), link.entry_id)
    return found, place if len(links) == BATCH else None


def the_rest(begin: Place) -> list[str]:
    """The findings outside the chain: entries that no link names, and the file of checkpoints."""
    return [*_outside_the_chain(), *_of_the_checkpoints(begin)]


def _of_a_link(place: Place, link: AuditLink, entry: AuditEntry | None) -> Iterator[str]:
    if link.position != place.following:
        yield _missing(place, link)
    elif entry is None:
        yield _("Entry %(entry)d was removed; its place in the chain is %(position)d.") % {
            "entry": link.entry_id,
            "position": link.position,
        }
    elif not _follows(place.digest, link, entry):
        yield _("Entry %(entry)d is not the one that was linked at place %(position)d.") % {
            "entry": link.entry_id,
            "position": link.position,
        }
    if entry is not None and not _genuine(entry):
        yield _("Entry %(entry)d was changed.") % {"entry": entry.pk}


def _outside_the_chain() -> Iterator[str]:
    waiting = AuditEntry.objects.filter(link__isnull=True).order_by("pk")
    for entry in waiting.iterator(chunk_size=BATCH):
        if entry.at < timezone.now() - PATIENCE:
            yield _("Entry %(entry)d is not in the chain.") % {"entry": entry.pk}
        if not _genuine(entry):
            yield _("Entry %(entry)d was changed.") % {"entry": entry.pk}


def _of_the_checkpoints(begin: Place) -> Iterator[str]:
    try:
        known = list(checkpoints.read())
    except (ValueError, TypeError, OSError):
        yield _("The file of checkpoints cannot be read.")
        return
    found = AuditLink.objects.in_bulk([checkpoint.position for checkpoint in known])
    digests = {position: bytes(link.digest) for position, link in found.items()}
    digests[begin.position] = begin.digest
    for checkpoint in known:
        if not checkpoint.genuine:
            yield _("The checkpoint of %(day)s was changed.") % {"day": checkpoint.day}
        elif checkpoint.position < begin.position:
            continue  # retention dropped what it saw
        elif digests.get(checkpoint.position, b"").hex() != checkpoint.digest:
            yield _(
                "The chain no longer holds what the checkpoint of %(day)s saw at place"
                " %(position)d: entries were removed or exchanged."
            ) % {"day": checkpoint.day, "position": checkpoint.position}


def _missing(place: Place, link: AuditLink) -> str:
    return _(
        "Places %(first)d to %(last)d are missing from the chain, between entry %(previous)s and"
        " entry %(following)d."
    ) % {
        "first": place.following,
        "last": link.position - 1,
        "previous": place.entry or "—",
        "following": link.entry_id,
    }


def _follows(before: bytes, link: AuditLink, entry: AuditEntry) -> bool:
    return verify_mac(LINK, link_content(before, link, entry.uid, entry.mac), bytes(link.digest))


def _genuine(entry: AuditEntry) -> bool:
    return verify_mac(ENTRY, content(entry), bytes(entry.mac))
