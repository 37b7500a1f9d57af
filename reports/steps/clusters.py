"""From like reports near one another within an hour to a notice for everybody, and back to who reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import fmean

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.models import Message, MessageText
from messaging.models.message import Audience
from messaging.steps import drafting
from reports.intake import near
from reports.models import EventKind, Report, ReportCategory, ReportCluster, State

from . import recording, telling
from .acting import Actor

WITHIN = timedelta(hours=1)
FRESH = timedelta(hours=12)  # how long a notice is told to who is about to report the same
COUNTED = (State.RECEIVED, State.ACCEPTED, State.NEEDS_INFO, State.SCHEDULED, State.IN_PROGRESS)


def find(now: datetime | None = None) -> list[ReportCluster]:
    """Propose what came together within the last hour; later reports join what is proposed already."""
    at = now or timezone.now()
    fresh = _loose(at).values_list("category", flat=True).order_by().distinct()
    watched = ReportCategory.objects.filter(pk__in=list(fresh), cluster_reports__gt=0)
    return [found for category in watched for found in _find(category, at)]


def _loose(at: datetime) -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.filter(
        created_at__range=(at - WITHIN, at), cluster=None, state__in=COUNTED
    )
    return rows


def _find(category: ReportCategory, at: datetime) -> list[ReportCluster]:
    with transaction.atomic():
        # One finder at a time for a category; who comes second finds nothing loose any more.
        ReportCategory.objects.select_for_update(no_key=True, of=("self",)).get(pk=category.pk)
        rows = list(_loose(at).filter(category=category).order_by("pk"))
        rows = _join_existing(category, rows, at)
        made = []
        while group := _largest(rows, category):
            made.append(_propose(category, group, at))
            taken = {row.pk for row in group}
            rows = [row for row in rows if row.pk not in taken]
    return made


def _join_existing(category: ReportCategory, rows: list[Report], at: datetime) -> list[Report]:
    """Those near an open proposal or a young notice belong to it; returns the others."""
    standing = list(
        ReportCluster.objects.filter(category=category, last_at__gt=at - WITHIN).exclude(
            state=ReportCluster.State.DISMISSED
        )
    )
    left = []
    for row in rows:
        cluster = next((one for one in standing if _close(category, one, row)), None)
        if cluster is None:
            left.append(row)
            continue
        Report.objects.filter(pk=row.pk).update(cluster=cluster)
        ReportCluster.objects.filter(pk=cluster.pk).update(last_at=row.created_at)
    return left


def _close(category: ReportCategory, one: ReportCluster | Report, other: Report) -> bool:
    return near.metres((one.lat, one.lon), (other.lat, other.lon)) <= category.cluster_metres


def _largest(rows: Sequence[Report], category: ReportCategory) -> list[Report]:
    """The most reports around one of them, of several people; nothing where they are too few."""
    groups = [[other for other in rows if _close(category, row, other)] for row in rows]
    best = max(groups, key=lambda group: len(_senders(group)), default=[])
    return best if len(_senders(best)) >= category.cluster_reports else []


def _senders(rows: Sequence[Report]) -> set[tuple[object, ...]]:
    """One angry person with fifty reports is one sender."""
    return {
        ("person", row.reporter_id)
        if row.reporter_id
        else ("device", row.device_id)
        if row.device_id
        else ("report", row.pk)
        for row in rows
    }


def _propose(category: ReportCategory, rows: Sequence[Report], at: datetime) -> ReportCluster:
    cluster = ReportCluster.objects.create(
        category=category,
        lat=round(fmean(row.lat for row in rows), 6),
        lon=round(fmean(row.lon for row in rows), 6),
        found_at=at,
        last_at=max(row.created_at for row in rows),
    )
    Report.objects.filter(pk__in=[row.pk for row in rows]).update(cluster=cluster)
    audit.record("report_cluster.found", cluster, by=None, detail={"reports": len(rows)})
    return cluster


# --- what staff decide ---------------------------------------------------------------------------------


class AlreadyDecided(Exception):
    """Somebody wrote a notice or dismissed the proposal before."""


def draft(cluster: ReportCluster, *, by: User) -> Message:
    """Begin a public notice about a cluster: a draft, which then takes the way of every message.

    Raises AlreadyDecided.
    """
    with transaction.atomic():
        row = _undecided(cluster)
        message = Message(
            klass=Message.Klass.INFORMATION,
            text=_text(row),
            audience=Audience(),
            channels=[],
            public=True,
        )
        drafting.save(message, by=by, revision=1)
        _decide(row, ReportCluster.State.DRAFTED, by, message)
    return message


def dismiss(cluster: ReportCluster, *, by: User) -> None:
    """It is not one thing, or not worth a notice. Raises AlreadyDecided."""
    with transaction.atomic():
        _decide(_undecided(cluster), ReportCluster.State.DISMISSED, by, None)


def _undecided(cluster: ReportCluster) -> ReportCluster:
    rows = ReportCluster.objects.select_for_update(of=("self",)).select_related("category")
    row: ReportCluster = rows.get(pk=cluster.pk)
    if row.state != ReportCluster.State.PROPOSED:
        raise AlreadyDecided
    return row


def _decide(row: ReportCluster, state: str, by: User, message: Message | None) -> None:
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.message = message
    row.save(update_fields=["state", "decided_by", "decided_at", "message"])
    audit.record("report_cluster.decided", row, by=by, detail={"state": state})


def _text(row: ReportCluster) -> MessageText:
    first = row.reports.order_by("pk").select_related("district").first()
    place = first.district.name if first and first.district else _("our town")
    words = {"what": row.category.name, "where": place}
    return MessageText(
        title=_("%(what)s: %(where)s") % words,
        short=_("We know of it: %(what)s, %(where)s. You need not report it.") % words,
        long=_(
            "Several people have reported the same: **%(what)s**, %(where)s. We know of it and are "
            "working on it. You need not report it again.\n\nWe will write here when it is over."
        )
        % words,
    )


# --- once the notice is published ----------------------------------------------------------------------


def tell_published() -> int:
    """Reporters of a cluster learn that a notice about it is out; returns how many clusters."""
    waiting = ReportCluster.objects.filter(
        state=ReportCluster.State.DRAFTED, told_at=None, message__published_at__isnull=False
    )
    return sum(_tell(pk) for pk in list(waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _tell(pk: int) -> bool:
    cluster = ReportCluster.objects.select_for_update(of=("self",)).get(pk=pk)
    if cluster.told_at is not None or cluster.message_id is None:
        return False
    for report_id in cluster.reports.order_by("pk").values_list("pk", flat=True):
        row = recording.locked(report_id)
        facts = {"message": cluster.message_id}
        event = recording.write(row, EventKind.LINKED, Actor.clock(), facts=facts)
        telling.tell(row, event)
    cluster.told_at = timezone.now()
    cluster.save(update_fields=["told_at"])
    return True


def notice_near(category: ReportCategory, lat: float, lon: float) -> Message | None:
    """The notice to show to who is about to report the same here; None where there is none."""
    recent = ReportCluster.objects.filter(
        category=category,
        message__published_at__gt=timezone.now() - FRESH,
        message__withdrawn_at=None,
    ).select_related("message")
    for cluster in recent.order_by("-last_at"):
        message = cluster.message
        if message is None:
            continue
        over = message.ends_at is not None and message.ends_at < timezone.now()
        if (
            not over
            and near.metres((cluster.lat, cluster.lon), (lat, lon)) <= category.cluster_metres
        ):
            return message
    return None
