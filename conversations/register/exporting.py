"""From the filters of the register to a sealed file: when, what kind, by which line; no number and nobody's words."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation
from conversations.models.conversations import ConversationQuerySet
from recipients import jobs
from recipients.exports import exported_tables
from recipients.exports.exported_tables import CSV, XLSX
from recipients.models import Job, OfficeFile

from . import listing
from .list_form import RegisterFilterForm

KIND = "conversation_export"
CHUNK = 500  # conversations
Cell = str | int | float | date | None
COLUMNS: tuple[Promise, ...] = (
    gettext_lazy("Number in the register"),
    gettext_lazy("Kind"),
    gettext_lazy("Direction"),
    gettext_lazy("Began"),
    gettext_lazy("Seconds"),
    gettext_lazy("Line or inbox"),
    gettext_lazy("Unit"),
    gettext_lazy("State"),
    pgettext_lazy("conversation", "Recording"),
    gettext_lazy("Case number"),
    gettext_lazy("Kept"),
)


class RegisterExportForm(forms.Form):
    layout = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[(XLSX, gettext_lazy("Excel (XLSX)")), (CSV, "CSV")],
        initial=XLSX,
        widget=forms.RadioSelect,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)


def order(query: str, layout: str, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job that makes the file; `query`: the address of the list, ids and codes only."""
    detail = {"query": query[:1500], "layout": layout}
    job = jobs.order(KIND, detail, by=by, form_key=form_key)
    audit.record("conversation.exported", job, by=by, detail={"layout": layout})
    return job


def chosen(query: str, by: User) -> ConversationQuerySet:
    """The conversations that the register shows at this address."""
    return listing.filtered(by, RegisterFilterForm(QueryDict(query), by=by).wanted)


def _do(work: jobs.Work) -> OfficeFile:
    keys = list(chosen(str(work.job.detail["query"]), work.by).values_list("pk", flat=True))
    cells, layout = _cells(keys, work), str(work.job.detail["layout"])
    file = exported_tables.keep(_("Conversations"), COLUMNS, cells, layout, by=work.by)
    work.job.counts = {"conversations": len(keys)}
    return file


def _cells(keys: Sequence[int], work: jobs.Work) -> Iterator[Sequence[Cell]]:
    work.step(0, len(keys))
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        found = listing.described(Conversation.objects.all()).in_bulk(part)
        for pk in part:
            if pk in found:
                yield cells(found[pk])
        work.step(start + len(part))


def cells(row: Conversation) -> Sequence[Cell]:
    """One conversation, as `listing.described` gives it, in the order of COLUMNS."""
    return (
        row.pk,
        row.get_kind_display(),
        row.get_direction_display() if row.kind == "call" else "",
        f"{timezone.localtime(row.originated_at):%d.%m.%Y %H:%M}",
        _seconds(row.originated_at, row.ended_at),
        listing.place_of(row),
        str(row.unit),
        row.get_state_display(),
        _("yes") if row.is_recorded else _("no"),  # type: ignore[attr-defined]  # annotated
        row.case_number,
        listing.keeping_of(row, held=row.is_held)[0],  # type: ignore[attr-defined]  # annotated
    )


def _seconds(began: datetime, ended: datetime | None) -> int | None:
    return None if ended is None else max(0, int((ended - began).total_seconds()))


CONVERSATION_EXPORT = jobs.Kind(
    name=KIND,
    label=gettext_lazy("export of the register of conversations"),
    permission="conversations.supervise_conversation",
    do=_do,
    own=True,
    things=gettext_lazy("conversations"),
    counts={"conversations": gettext_lazy("Conversations in the file")},
    stays=gettext_lazy("Nothing was written."),
    page="conversation-list",
)
