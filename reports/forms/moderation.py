"""From what is typed about a public report to its words, its photos and the boxes that cover parts of them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from reports.models import Report, ReportPhoto
from reports.pictures.redacting import MOST_BOXES, Box
from reports.steps import publishing

from .moves import LONGEST, area

ROWS = 12  # of number fields on the page; the script adds what it needs


class PublicForm(forms.Form):
    """What everybody reads; the reporter's own words stand beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("What everybody reads"),
        max_length=LONGEST,
        required=False,
        widget=area(6),
        help_text=_(
            "Take out names, telephones, number plates and house numbers of private people. The"
            " reporter’s own words stay as they are, for the office only."
        ),
    )

    def __init__(self, data: Any = None, *, report: Report) -> None:
        self.report = report
        told = report.details.description if report.details else ""
        text = report.public_text if report.public_text is not None else told
        super().__init__(data, initial={"version": report.version, "text": text})

    @property
    def warning(self) -> bool:
        """The text, as it stands in the field, looks as if it named somebody."""
        return publishing.looks_personal(str(self["text"].value() or ""))


class BoxesForm(forms.Form):
    """Boxes as numbers of pixels: fields box-0-left, box-0-top, box-0-width, box-0-height, box-1-left …"""

    def __init__(self, data: Any = None, *, photo: ReportPhoto) -> None:
        self.photo = photo
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        boxes = [box for box in map(self._box, range(MOST_BOXES)) if box is not None]
        if not boxes and not self.errors:
            raise ValidationError(
                _now("Draw a box over what must not be seen, or type its numbers.")
            )
        return {"boxes": boxes}

    def _box(self, n: int) -> Box | None:
        typed = [self.data.get(f"box-{n}-{side}", "").strip() for side in SIDES]
        if not any(typed):
            return None
        try:
            left, top, width, height = (round(float(one.replace(",", "."))) for one in typed)
        except (ValueError, OverflowError):
            self.add_error(None, _now("Box %(n)s: type four numbers of pixels.") % {"n": n + 1})
            return None
        return Box(left, top, width, height)

    @property
    def rows(self) -> list[dict[str, str]]:
        """What stands in the number fields."""
        return [
            {side: self.data.get(f"box-{n}-{side}", "") if self.is_bound else "" for side in SIDES}
            for n in range(ROWS)
        ]


SIDES = ("left", "top", "width", "height")
