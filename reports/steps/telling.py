"""From an event to the people concerned: a letter by a way they confirmed, a hint to their app."""

from collections.abc import Collection

from django.utils.functional import Promise

from messaging.correspondence import farewells
from messaging.engine import device_hints
from recipients.correspondence import telling as posting
from recipients.feed import changes
from recipients.models import Recipient
from reports.models import ActorKind, EventKind, Origin, Report, ReportEvent, State

from . import wording

# One letter is enough, by the way that costs least; the app is hinted at in any case.
WAYS = ("email", "sms", "epuap")
FOLLOWERS_WAYS = ("email",)


def concerned(row: Report) -> tuple[set[int], set[int]]:
    """Ids of the people and of the devices that wait for news: the reporter and the followers."""
    people = {pk for pk in row.followers.values_list("recipient", flat=True) if pk}
    devices = {pk for pk in row.followers.values_list("device", flat=True) if pk}
    if row.reporter_id is not None:
        people.add(row.reporter_id)
    elif row.device_id is not None:
        devices.add(row.device_id)
    return people, devices


def tell(row: Report, event: ReportEvent) -> None:
    """Everybody concerned learns of an event; runs in its transaction, at its end."""
    people, devices = concerned(row)
    note(row, people, devices)
    sentence = sentence_of(row, event)
    if sentence is None:
        return
    _hint(row, event, people, devices)
    _write_to_reporter(row, event, sentence)
    if event.kind != EventKind.MOVED:  # answers are for whoever reported
        return
    for person in Recipient.objects.active().filter(pk__in=people - {row.reporter_id}):
        _post(person, row, event, wording.FOLLOWED, FOLLOWERS_WAYS)


def _hint(row: Report, event: ReportEvent, people: set[int], devices: set[int]) -> None:
    """Nobody's phone rings because of what they did themselves."""
    if event.actor == ActorKind.REPORTER:
        people, devices = people - {row.reporter_id}, devices - {row.device_id}
    device_hints.report_changed(row.uid, people=people, devices=devices)


def sentence_of(row: Report, event: ReportEvent) -> str | Promise | None:
    """What a letter says first; None where nobody is written to: a note, or the reporter's own doing."""
    if event.kind == EventKind.ANSWERED:
        return wording.ANSWERED
    if event.kind == EventKind.LINKED:
        return wording.LINKED
    if event.kind != EventKind.MOVED or not event.moved:
        return None
    own = event.actor in {ActorKind.REPORTER, ActorKind.FOLLOWER}
    if own and event.after not in {State.RECEIVED, State.DISPUTED}:
        return None
    return wording.SAID[State(event.after)]


def _write_to_reporter(row: Report, event: ReportEvent, sentence: str | Promise) -> None:
    if row.reporter is not None:
        _post(row.reporter, row, event, sentence, WAYS)
    elif row.device_id is None and row.origin in {Origin.WEB, Origin.DESK}:
        _post_to_address(row, event, sentence)


def _post(
    person: Recipient,
    row: Report,
    event: ReportEvent,
    sentence: str | Promise,
    ways: Collection[str],
) -> None:
    """By the first of these ways that the person confirmed."""
    confirmed = person.contact_points.filter(kind__in=ways, verified_at__isnull=False)
    kinds = set(confirmed.values_list("kind", flat=True))
    way = next((kind for kind in ways if kind in kinds), None)
    if way is not None:
        words = wording.letter(row, event, sentence)
        posting.tell(person, words, kinds=(way,), confirmed_only=True)


def _post_to_address(row: Report, event: ReportEvent, sentence: str | Promise) -> None:
    """To who reported without an account: the address was proved by the link, or given at the desk."""
    contact = row.details.contact if row.details else None
    if contact is not None and contact.email:
        farewells.post_to_address(wording.letter(row, event, sentence), email=contact.email)


def note(row: Report, people: Collection[int], devices: Collection[int]) -> None:
    """The apps of these fetch the report anew (GET /sync)."""
    changes.note("report", [row.uid], people=people, devices=devices)
