"""From people to their addresses on paper: sheets of labels, envelopes, covers for a window envelope.

The PDF is made in memory and handed out; nothing of it stays on the server.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace

import typst
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module import audit
from admin_module.configuration import Municipality, read
from admin_module.models import User
from consents.form_pdf import TYPST as FORMS
from recipients.models import Recipient

from .paper import TYPST, CannotPrint, window

MOST = 5000  # people at once: about 210 sheets
State = Recipient.State
# Nothing goes to who asked for silence, or whom the office doubts (§ 5.4); the erased have no address.
WRITTEN_TO = (State.PENDING, State.ACTIVE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper and its cells, in millimetres; without columns each person has a page of their own."""

    label: str | Promise
    width: float
    height: float
    cell_width: float
    cell_height: float
    columns: int = 0
    rows: int = 0
    left: float = 0
    top: float = 0
    gap: float = 0
    inset: float = 0
    window_left: float = 0
    window_top: float = 0

    @property
    def cells(self) -> int:
        return self.columns * self.rows


SHEETS = {
    "3x8": Sheet(
        gettext_lazy("labels 70 × 37 mm, 24 on a sheet (3 × 8)"),
        210, 297, 70, 37, columns=3, rows=8, top=0.5, inset=5,
    ),
    "2x7": Sheet(
        gettext_lazy("labels 99.1 × 38.1 mm, 14 on a sheet (2 × 7)"),
        210, 297, 99.1, 38.1, columns=2, rows=7, left=4.65, top=15.15, gap=2.5, inset=5,
    ),
    "dl": Sheet(
        gettext_lazy("DL envelopes, 220 × 110 mm"),
        220, 110, 85, 34, window_left=115, window_top=58,
    ),
    "window": Sheet(
        gettext_lazy("covers for envelopes with a window (A4)"),
        210, 297, 85, 34, window_left=100, window_top=52,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labels:
    """The file, how many people are on it, and how many were left out."""

    pdf: bytes
    printed: int
    left_out: int


def by_name(person: Recipient) -> tuple[str, ...]:
    identity = person.identity
    return (identity.last_name, identity.first_name) if identity else ()


def by_street(person: Recipient) -> tuple[str, ...]:
    """As whoever carries the letters walks."""
    address = person.address
    if address is None:
        return ()
    return (address.postal_code, address.street, address.house.zfill(6), address.flat.zfill(5))


ORDERS: dict[str, tuple[str | Promise, Callable[[Recipient], tuple[str, ...]]]] = {
    "street": (gettext_lazy("by street and house"), by_street),
    "name": (gettext_lazy("by surname"), by_name),
}


def make(
    pks: Collection[int], *, sheet: str, order: str = "street", skip: int = 0, by: User
) -> Labels:
    """Set the addresses of those of these people whom `by` may see and who may be written to.

    `skip` cells of the first sheet are used up already. Raises CannotPrint where nobody is left, or a
    letter of the alphabet has no glyph. What was printed for whom is audited.
    """
    people = Recipient.objects.visible_to(by).filter(pk__in=pks, state__in=WRITTEN_TO)
    found = [person for person in people if person.identity and person.address]
    if not found:
        raise CannotPrint(_("Nobody of these people can be written to by post."))
    found.sort(key=lambda person: (ORDERS[order][1](person), person.pk))
    pdf = render([window(person) for person in found], SHEETS[sheet], skip)
    detail: dict[str, object] = {"recipients": [person.pk for person in found], "sheet": sheet}
    audit.record("recipient.labels_printed", "recipients.recipient", by=by, detail=detail)
    return Labels(pdf, len(found), len(set(pks)) - len(found))


def render(people: Sequence[Sequence[str]], sheet: Sheet, skip: int = 0) -> bytes:
    """Set addresses (lines each) in type; raises CannotPrint."""
    office = read(Municipality)
    plain = asdict(replace(sheet, label=""))
    data = {
        "title": str(sheet.label),
        "office": office.name,
        "office-address": office.address,
        "sheet": {name.replace("_", "-"): value for name, value in plain.items()},
        "skip": skip % sheet.cells if sheet.cells else 0,
        "people": people,
    }
    try:
        pdf: bytes = typst.compile(
            str(TYPST / "labels.typ"),
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
        raise CannotPrint(
            _(
                "The labels cannot be printed: a name or an address holds a character without a glyph."
            )
        ) from None
    return pdf
