"""From whoever does something to a report to what they may do: the office, its reporter, a follower, a rule."""

from dataclasses import dataclass

from admin_module.models import User
from recipients.models import Device, Recipient
from recipients.same_person.joining import all_of
from reports.models import ActorKind, Follower, Report


@dataclass(frozen=True, slots=True)
class Actor:
    kind: str  # ActorKind
    user: User | None = None
    recipient: Recipient | None = None
    device: Device | None = None

    @classmethod
    def staff(cls, user: User) -> "Actor":
        return cls(ActorKind.STAFF, user=user)

    @classmethod
    def rule(cls) -> "Actor":
        return cls(ActorKind.RULE)

    @classmethod
    def clock(cls) -> "Actor":
        return cls(ActorKind.CLOCK)

    @classmethod
    def reporter(
        cls, *, recipient: Recipient | None = None, device: Device | None = None
    ) -> "Actor":
        """Whoever made the report; with neither, somebody who showed the link they were sent."""
        return cls(ActorKind.REPORTER, recipient=recipient, device=device)

    @classmethod
    def of_device(cls, device: Device, report: Report) -> "Actor | None":
        """The reporter or a follower, as this device (or the person it is paired to) stands to the report."""
        person = person_of(device)
        if is_reporter(report, device, person):
            return cls(ActorKind.REPORTER, recipient=person, device=device)
        if follows(report, device, person):
            return cls(ActorKind.FOLLOWER, recipient=person, device=device)
        return None


def person_of(device: Device) -> Recipient | None:
    """The person that a device is paired to; a tombstone is nobody."""
    person = device.recipient
    return None if person is None or person.state in Recipient.GONE else person


def is_reporter(report: Report, device: Device | None, person: Recipient | None) -> bool:
    """A person's reports are theirs on every device, those of an unpaired device are that device's."""
    if report.reporter_id is not None:
        return person is not None and report.reporter_id in all_of(person)
    return device is not None and report.device_id == device.pk


def follows(report: Report, device: Device | None, person: Recipient | None) -> bool:
    followers = Follower.objects.filter(report=report)
    if person is not None and followers.filter(recipient__in=all_of(person)).exists():
        return True
    return device is not None and followers.filter(device=device).exists()
