"""From a move or an answer that is being written to the letter that the reporter would get of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from messaging.channels.sms_parts import count
from recipients.correspondence.telling import Words
from reports.models import Report, ReportEvent
from reports.steps import telling, wording
from reports.steps.guards import NotAllowed
from reports.steps.recording import Stale


@dataclass(frozen=True, slots=True)
class Preview:
    """`way`: by which kind of contact it goes, empty where only the app learns of it (or nobody)."""

    words: Words | None = field(default=None, repr=False)
    way: str = ""
    has_app: bool = False
    problem: str = ""

    @property
    def parts(self) -> int:
        """SMS parts of the short text."""
        return count(self.words.short).parts if self.words else 0


def preview(report: Report, step: Callable[[], ReportEvent]) -> Preview:
    """Take the step, read the letter it writes, and undo everything."""
    try:
        with transaction.atomic():
            event = step()
            row = Report.objects.get(pk=report.pk)
            sentence = telling.sentence_of(row, event)
            words = wording.letter(row, event, sentence) if sentence is not None else None
            transaction.set_rollback(True)
    except (NotAllowed, Stale) as refusal:
        return Preview(problem=str(refusal))
    return Preview(words, way_of(report), has_app(report))


def way_of(report: Report) -> str:
    """As telling picks it: the first way that the reporter confirmed."""
    if report.reporter is not None:
        points = report.reporter.contact_points.filter(verified_at__isnull=False)
        kinds = set(points.values_list("kind", flat=True))
        return next((kind for kind in telling.WAYS if kind in kinds), "")
    contact = report.details.contact if report.details else None
    return "email" if contact is not None and contact.email else ""


def has_app(report: Report) -> bool:
    if report.reporter is not None:
        return bool(report.reporter.contact_points.filter(kind="push").exists())
    return report.device_id is not None
