"""From an event to the people concerned: a letter by the ways they confirmed, a hint to their app."""

from collections.abc import Collection

from recipients import changes

from .models import Report, ReportEvent


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


def note(row: Report, people: Collection[int], devices: Collection[int]) -> None:
    """The apps of these fetch the report anew (GET /sync)."""
    changes.note("report", [row.uid], people=people, devices=devices)
