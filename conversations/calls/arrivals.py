"""From rows of what exchanges sent to what a person sees of them: no number in full, the reason in words."""

import re
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from conversations.models import IngestJob
from conversations.register.seeing import masked

from .refusing import words_of

State = IngestJob.State
TONES = {
    State.RECEIVED: ("moving", "loader"),
    State.DONE: ("ok", "check"),
    State.REFUSED: ("warn", "circle-x"),
    State.QUARANTINED: ("danger", "circle-pause"),
    State.DROPPED: ("", "trash-2"),
}
# A number of a telephone in a file's name; a call's own number is followed by a full stop.
NUMBER = re.compile(r"(?<!\d)\+?\d{9,15}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Row:
    job: IngestJob
    file: str  # the name of the file, numbers masked
    reason: Promise | str
    tone: str
    icon: str

    @property
    def can_be_tried(self) -> bool:
        return self.job.state == State.QUARANTINED


def of_state(state: str) -> "QuerySet[IngestJob]":
    """The newest first; all where no state is given."""
    rows = IngestJob.objects.select_related("exchange", "conversation").order_by("-at", "-pk")
    return rows.filter(state=state) if state else rows


def put_aside() -> "QuerySet[IngestJob]":
    return of_state(State.QUARANTINED)


def counts() -> list[tuple[str, Promise | str, int]]:
    """Each state with its words and how many rows are in it."""
    found = dict(IngestJob.objects.values_list("state").annotate(n=Count("pk")))
    return [(state.value, state.label, found.get(state.value, 0)) for state in State]


def shown(job: IngestJob) -> Row:
    name = job.details.name if job.details else ""
    tone, icon = TONES[State(job.state)]
    reason = words_of(job.error) if job.error else ""
    return Row(job, NUMBER.sub(lambda found: masked(found[0]), name), reason, tone, icon)
