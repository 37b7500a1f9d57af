"""From what the list of messages shows to a sealed file: who said what when, with what effect; no texts."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from messaging.models import Message
from messaging.statistics import figures
from messaging.statistics.figures import HEADS, Line
from recipients import jobs
from recipients.exports import exported_tables
from recipients.models import Job, OfficeFile

from . import finding

KIND = "message_list_export"
CHUNK = 200  # messages
FIGURES = tuple(name for name in HEADS if name != "messages")
COLUMNS: tuple[Promise, ...] = (
    gettext_lazy("Number"),
    gettext_lazy("Title"),
    gettext_lazy("Kind of message"),
    gettext_lazy("Status"),
    gettext_lazy("Topic"),
    gettext_lazy("Channels"),
    gettext_lazy("Unit"),
    gettext_lazy("Author"),
    gettext_lazy("Approved by"),
    gettext_lazy("Ordered to be sent"),
    gettext_lazy("Due"),
    gettext_lazy("Finished"),
    gettext_lazy("Exercise"),
    gettext_lazy("To whom"),
    *(HEADS[name] for name in FIGURES),
)


def order(wanted: Mapping[str, Any], layout: str, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job. It carries numbers of messages: what was looked for may be anything."""
    keys = finding.keys_of(by, wanted)
    detail = {"messages": ",".join(map(str, keys)), "layout": layout}
    job = jobs.order(KIND, detail, by=by, form_key=form_key, total=len(keys))
    told: dict[str, object] = {"layout": layout, "number": len(keys)}
    audit.record("message.listed_exported", job, by=by, detail=told)
    return job


def _do(work: jobs.Work) -> OfficeFile:
    keys = [int(key) for key in str(work.job.detail["messages"]).split(",") if key]
    cells, layout = _cells(keys, work), str(work.job.detail["layout"])
    file = exported_tables.keep(_("Messages"), COLUMNS, cells, layout, by=work.by)
    work.job.counts = {"messages": len(keys)}
    return file


def _cells(keys: Sequence[int], work: jobs.Work) -> Iterator[Sequence[Any]]:
    work.step(0, len(keys))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        visible = Message.objects.visible_to(work.by).filter(pk__in=part)
        rows = visible.select_related("topic", "unit", "author", "approved_by").defer("people")
        found = {row.pk: row for row in rows}
        lines: dict[int, Line] = {}
        for fact in figures.facts(visible.filter(sent_at__isnull=False, due_at__isnull=False)):
            figures.add(lines.setdefault(fact.message, Line("")), fact)
        for pk in part:
            if pk in found:
                yield cells(found[pk], lines.get(pk, Line("")))
        work.step(start + len(part))


def cells(row: Message, line: Line) -> Sequence[Any]:
    """One message in the order of COLUMNS."""
    return (
        row.pk,
        row.text.title,
        row.get_klass_display(),
        row.get_status_display(),
        row.topic.name if row.topic else "",
        ", ".join(channel_name(kind) for kind in row.chosen_channels),
        row.unit.name,
        str(row.author),
        str(row.approved_by or ""),
        _moment(row.sent_at),
        _moment(row.due_at),
        _moment(row.finished_at),
        _("yes") if row.drill else "",
        row.audience.words,
        *(float(value) if name == "cost" else value for name, value in _numbers(line)),
    )


def _numbers(line: Line) -> Iterator[tuple[str, Any]]:
    return ((name, line.number(name)) for name in FIGURES)


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


LIST_EXPORT = jobs.Kind(
    name=KIND,
    label=gettext_lazy("export of the list of messages"),
    permission="messaging.export_message",
    do=_do,
    own=True,
    things=gettext_lazy("messages"),
    counts={"messages": gettext_lazy("Messages in the file")},
    stays=gettext_lazy("Nothing was written."),
    page="message-list",
)
