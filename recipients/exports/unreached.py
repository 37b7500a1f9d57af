"""From an audience, its channels and a reason to a sealed list of people whom a message cannot reach, and why.

To be printed and taken along by whoever knocks at doors. Whoever is erased is in no such list any more
(recipients.exports.exporting).
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

import typst
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.configuration import Municipality, read
from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from consents.form_pdf import TYPST as FORMS
from recipients import jobs
from recipients.filtering import audience, filters
from recipients.lookup.facets import STATE_CODES
from recipients.models import (
    Asked,
    Export,
    ExportOrder,
    Job,
    OfficeFile,
    Recipient,
    bits_of,
    living,
)
from recipients.printing.paper import TYPST

from . import exported_columns, exported_tables, exporting

KIND = "unreached_list"
COLUMNS = ("last_name", "first_name", "street", "house", "flat", "district")
MOST_ON_PAPER = 5000  # people; about 130 pages
TOO_MANY, NO_GLYPH = "too_many_on_paper", "no_glyph"
LAYOUTS = (Export.Layout.PDF, Export.Layout.CSV)
WHY = _("Why not")
STATES = {
    reason: Recipient.State(state).label for reason, state in audience.REASON_OF_STATE.items()
}


def order(
    asked: Asked, words: str, *, layout: str, reason: str, by: User, form_key: uuid.UUID
) -> Job:
    """Leave the job that makes the list; asking twice with the same key gives the same one."""
    with transaction.atomic():
        job = jobs.order(KIND, by=by, form_key=form_key)
        if Export.objects.filter(job=job).exists():
            return job
        export = Export.objects.create(
            job=job,
            whom="unreached",
            layout=layout,
            columns=list(COLUMNS),
            order=ExportOrder(reason, words, asked=asked),
        )
        detail: dict[str, object] = {"layout": layout, "kinds": list(asked.kinds)}
        audit.record("export.unreached_ordered", export, by=by, detail=detail, reason=reason)
    return job


def whys(asked: Asked, by: User) -> dict[int, str]:
    """Whom none of the channels reaches, of those whom `by` may see, and why not; opens nobody."""
    bit = None if asked.topic_bit < 0 else asked.topic_bit
    meant = audience.look(filters.parse(asked.filter), topic_bit=bit, kinds=asked.kinds)
    left = ~meant.by_any
    seen = set(living(by).values_list("pk", flat=True))
    codes = {STATE_CODES[state]: STATES[r] for r, state in audience.REASON_OF_STATE.items()}
    found: dict[int, str] = {}
    rows = zip(
        meant.ids[left].tolist(),
        meant.states[left].tolist(),
        *(meant.has[kind][left].tolist() for kind in asked.kinds),
        strict=True,
    )
    for pk, state, *has in rows:
        if pk in seen:
            found[pk] = str(codes.get(state, "")) or _lacking(asked.kinds, has)
    return found


def _lacking(kinds: Sequence[str], has: Sequence[bool]) -> str:
    """Of an active person: the channels without an address, and those without a consent."""
    words = (_("no consent"), _("no address"))
    return "; ".join(
        f"{channel_name(kind)}: {words[0] if there else words[1]}"
        for kind, there in zip(kinds, has, strict=True)
    )


def _do(work: jobs.Work) -> OfficeFile:
    """Write the list; anew where somebody on it was erased meanwhile."""
    export = Export.objects.get(job=work.job)
    for _try in range(exporting.MOST_TRIES):
        found = whys(export.order.asked, work.by)
        # Committed before anybody is read: an erasure from now on finds this list.
        Export.objects.filter(pk=export.pk).update(
            people=bits_of(found), number=len(found), stale=False
        )
        file = _write(export, found, work)
        if not Export.objects.filter(pk=export.pk, stale=True).exists():
            work.job.counts = {"people": len(found)}
            return file
        file.forget()
    raise jobs.Failed(exporting.STALE)


def _write(export: Export, found: Mapping[int, str], work: jobs.Work) -> OfficeFile:
    heads = [*(str(exported_columns.COLUMNS[name].label) for name in COLUMNS), str(WHY)]
    paper = export.layout == Export.Layout.PDF
    if paper and len(found) > MOST_ON_PAPER:
        raise jobs.Failed(TOO_MANY)
    rows = _rows(found, work)
    if paper:
        pdf = BytesIO(printed(export.order.words, heads, rows))
        return exported_tables.store(pdf, "application/pdf", by=work.by)
    return exported_tables.keep("", heads, rows, exported_tables.CSV, by=work.by)


def _rows(found: Mapping[int, str], work: jobs.Work) -> Iterator[Sequence[exported_columns.Cell]]:
    around = exported_columns.Surroundings.seen_by(work.by)
    ids = list(found)
    work.step(0, len(ids))
    for start in range(0, len(ids), exporting.CHUNK):
        part = ids[start : start + exporting.CHUNK]
        for person in exported_columns.opened(part, COLUMNS, work.by):
            yield [*exported_columns.cells(person, COLUMNS, around), found[person.pk]]
        work.step(start + len(part))


def printed(
    words: str, heads: Sequence[str], rows: Iterator[Sequence[exported_columns.Cell]]
) -> bytes:
    """Set the list in type, in the order in which somebody walks: by district, street and house."""
    people = [[str(cell) for cell in row] for row in rows]
    people.sort(key=lambda row: (row[5], row[2], row[3].zfill(6), row[4].zfill(5), row[0]))
    data = {
        "title": str(_("People whom a message cannot reach")),
        "office": read(Municipality).name,
        "words": words,
        "at": date_format(timezone.localtime(), "j E Y, H:i"),
        "heads": list(heads),
        "people": people,
    }
    try:
        pdf: bytes = typst.compile(
            str(TYPST / "unreached.typ"),
            root=str(TYPST),
            font_paths=[str(FORMS / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(timezone.now().timestamp()),
        )
    except typst.TypstError:
        # typst's own message may quote what it could not set: a name must not reach a log.
        raise jobs.Failed(NO_GLYPH) from None
    return pdf


UNREACHED_LIST = jobs.Kind(
    name=KIND,
    label=_("list of people whom a message cannot reach"),
    permission="recipients.list_unreached",
    do=_do,
    after=exporting.end_if_stale,
    own=True,
    things=pgettext_lazy("so many of all", "people"),
    counts={"people": _("People on the list")},
    problems={
        exporting.STALE: _(
            "Somebody on the list was erased while the file was being made. Order it again."
        ),
        TOO_MANY: _("More than 5000 people are too many for paper. Take the CSV, or one district."),
        NO_GLYPH: _("A name or an address holds a character that cannot be printed. Take the CSV."),
    },
    result=_("Download the list"),
    stays=_("Nothing was written."),
    page="message-list",
)
