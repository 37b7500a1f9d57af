"""From what may stand in a decision to why it may not: grounds of a refusal, parts of a recording, days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.models import AccessDecision, Conversation, Recording
from icp.days import working_days_after

Ground = AccessDecision.Ground
# Grounds that the order knows and RODO art. 15 does not: an art.-15 request needs no reasons.
OF_THE_ORDER = frozenset({Ground.CALLER_UNKNOWN, Ground.NOT_JUSTIFIED})
COMPLETION_DAYS = 7  # KPA art. 64 § 2: not less than seven days
NOT_FOUND: Mapping[str, str | Promise] = {
    "none": _("There is no such recording or transcript."),
    "deleted": _("It was deleted for good when its time was over (§ 6)."),
    "not_identifiable": _("It cannot be told which conversation is meant."),
}


def completion_day(asked_on: date) -> date:
    """The last day for an answer to a call for completion; a day free from work does not end it."""
    return working_days_after(asked_on + timedelta(days=COMPLETION_DAYS), 0)


def segments_problem(
    segments: Mapping[str, Any], rows: Sequence[Conversation], verdict: str
) -> str:
    """Code of what is wrong with {conversation id: [[from ms, to ms], …]}; a partial grant has some."""
    if verdict == AccessDecision.Verdict.PARTIAL and not segments:
        return "segments_missing"
    known = {str(row.pk) for row in rows}
    if not set(segments) <= known:
        return "segments_strange"
    longest = _durations(rows)
    for pk, parts in segments.items():
        for begin, end in parts:
            if not 0 <= begin < end or (longest.get(pk) and end > longest[pk]):
                return "segments_wrong"
    return ""


def _durations(rows: Sequence[Conversation]) -> dict[str, int]:
    found = Recording.objects.filter(
        conversation__in=[row.pk for row in rows], role=Recording.Role.ORIGINAL
    )
    return {str(pk): ms for pk, ms in found.values_list("conversation_id", "duration_ms")}
