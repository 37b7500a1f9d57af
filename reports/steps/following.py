"""From a report of somebody else to being told what becomes of it, and back."""

from django.utils import timezone

from recipients.models import Device, Recipient
from recipients.same_person.joining import all_of
from reports.models import Follower, Report

from .acting import is_reporter


def follow(report: Report, *, device: Device | None, person: Recipient | None) -> bool:
    """Be told from now on; False where nothing changed (the reporter is told anyway)."""
    if is_reporter(report, device, person):
        return False
    whose = {"recipient": person} if person is not None else {"device": device}
    _row, made = Follower.objects.get_or_create(
        report=report, **whose, defaults={"since": timezone.now()}
    )
    return made


def unfollow(report: Report, *, device: Device | None, person: Recipient | None) -> bool:
    """Be told no more, as a person or as the device that once was nobody's; False where nobody followed."""
    rows = Follower.objects.filter(report=report)
    found = 0
    if person is not None:
        found += rows.filter(recipient__in=all_of(person)).delete()[0]
    if device is not None:
        found += rows.filter(device=device).delete()[0]
    return bool(found)


def hand_over(report: Report, lead: Report) -> int:
    """Whoever waits for `report` waits for `lead`: its followers and, as one of them, its reporter.

    Returns how many follow `lead` now that did not before.
    """
    now = timezone.now()
    people = {row.recipient_id for row in report.followers.all()} | {report.reporter_id}
    devices = {row.device_id for row in report.followers.all()}
    if report.reporter_id is None:
        devices.add(report.device_id)
    people -= {None, lead.reporter_id}
    devices -= {None, lead.device_id}
    wanted = [Follower(report=lead, recipient_id=pk, since=now) for pk in sorted(people, key=str)]
    wanted += [Follower(report=lead, device_id=pk, since=now) for pk in sorted(devices, key=str)]
    before = lead.followers.count()
    Follower.objects.bulk_create(wanted, ignore_conflicts=True)
    report.followers.all().delete()
    return lead.followers.count() - before
