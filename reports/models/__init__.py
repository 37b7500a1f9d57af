"""What a report is, and what it is sorted, routed and answered by."""

from .categories import Choice, Question, QuestionType, ReportCategory
from .clusters import ReportCluster
from .events import Follower, ReportEvent
from .open311 import Open311Key, Open311Receipt
from .photos import ReportPhoto
from .reports import Details, Report, ReporterContact, ReportSeries, rounded
from .routing import AnswerTemplate, BodyContact, OutsideBody, RoutingRule
from .words import (
    CLOSED,
    IN_HAND,
    OPEN,
    ActorKind,
    Deadline,
    EventKind,
    Origin,
    Reason,
    State,
    Visibility,
)

__all__ = [
    "CLOSED",
    "IN_HAND",
    "OPEN",
    "ActorKind",
    "AnswerTemplate",
    "BodyContact",
    "Choice",
    "Deadline",
    "Details",
    "EventKind",
    "Follower",
    "Open311Key",
    "Open311Receipt",
    "Origin",
    "OutsideBody",
    "Question",
    "QuestionType",
    "Reason",
    "Report",
    "ReportCategory",
    "ReportCluster",
    "ReportEvent",
    "ReportPhoto",
    "ReportSeries",
    "ReporterContact",
    "RoutingRule",
    "State",
    "Visibility",
    "rounded",
]
