"""From a person's devices with the app to what is held about each, without what lets anybody in."""

from typing import Any

from django.utils import timezone

from consents.models import Topic
from recipients.models import Device, District, Recipient


def of(person: Recipient) -> list[dict[str, Any]]:
    """One entry for each device that is paired with the person, the oldest first."""
    topics = dict(Topic.objects.values_list("pk", "name"))
    areas = dict(District.objects.values_list("pk", "name"))
    rows = Device.objects.filter(recipient=person).order_by("pk")
    return [_described(row, topics, areas) for row in rows]


def _described(row: Device, topics: dict[int, str], areas: dict[int, str]) -> dict[str, Any]:
    quiet = None
    if row.quiet_from is not None and row.quiet_to is not None:
        quiet = f"{row.quiet_from:%H:%M}–{row.quiet_to:%H:%M}"
    return {
        "platform": row.platform,
        "client_version": row.client_version or None,
        "language": row.locale,
        "paired_at": _moment(row.paired_at),
        "last_used_at": _moment(row.last_used_at),
        "quiet_hours": quiet,
        "topics": _names(row.topics, topics),
        "areas": _names(row.areas, areas),
        "home": {"lat": row.home.lat, "lon": row.home.lon} if row.home else None,
        "report_pushes": row.report_pushes,
        "push": row.push_kind or None,
    }


def _names(ids: list[int] | None, names: dict[int, str]) -> list[str] | None:
    """None: everything, as the device keeps it."""
    return None if ids is None else [names[pk] for pk in ids if pk in names]


def _moment(at: Any) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
