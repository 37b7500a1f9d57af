"""From what the Director ticks to a decision that grants access: how, of which parts, and why."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.calls import converting
from conversations.models import AccessDecision, AccessRequest, Conversation, Kind, Recording
from conversations.register.audio.wav import CUT_ANYWHERE

from .facts import conversations_of
from .step_forms import StepForm, area, radio

Form, Verdict = AccessRequest.Form, AccessDecision.Verdict
# 0:30-1:45, minutes and seconds; hours may stand before.
_PART = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})\s*[-–]\s*(?:(\d+):)?(\d{1,3}):(\d{2})")
_SIXTY = 60


class GrantForm(StepForm):
    verdict = forms.ChoiceField(
        label=_("What is given"),
        choices=[(Verdict.GRANT, _("all of it")), (Verdict.PARTIAL, _("the parts named below"))],
        initial=Verdict.GRANT,
        widget=radio(),
    )
    form = forms.ChoiceField(label=_("How"), choices=Form.choices, widget=radio())
    aware = forms.BooleanField(
        label=_(
            "I know that a hearing alone may not satisfy art. 15 RODO, and decide so for the reasons below"
        ),
        required=False,
    )
    with_notes = forms.BooleanField(
        label=_("Show the staff’s internal notes of the chat, too"), required=False
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=1000, widget=area(2), required=False
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=8000,
        widget=area(5),
        required=False,
        help_text=_("Needed where the decision goes against an opinion, and for a part only."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = list(conversations_of(self.request).order_by("originated_at"))
        self.fields["form"].initial = self.request.requested_form
        if self.request.basis != AccessRequest.Basis.GDPR:
            del self.fields["aware"]
        if all(row.kind == Kind.CALL for row in self.rows):
            del self.fields["with_notes"]
        for number, row in enumerate(self.rows, 1):
            self.fields[f"parts_{row.pk}"] = forms.CharField(
                label=_("Parts of conversation %(number)s") % {"number": number},
                required=False,
                max_length=500,
                help_text=_how_parts(row),
            )

        self.order_fields(["revision", "verdict", *(f"parts_{row.pk}" for row in self.rows)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in self.rows:
            name = f"parts_{row.pk}"
            if data.get(name) and parts_of(data[name]) is None:
                self.add_error(name, _("Write the parts like this: 0:30-1:45, 3:00-4:10"))
        if "aware" in self.fields and data.get("form") == Form.SUPERVISED:
            self._want_awareness(data)
        if data.get("verdict") == Verdict.PARTIAL and not data.get("reasons", "").strip():
            self.add_error("reasons", _("Write why only a part is given."))
        return data

    def _want_awareness(self, data: dict[str, Any]) -> None:
        if not data.get("aware"):
            self.add_error(
                "aware",
                _("Tick that you know it, or choose a transcript or a copy (art. 15 (3) RODO)."),
            )
        if not data.get("reasons", "").strip():
            self.add_error("reasons", _("Write why a transcript or a copy is not given."))

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        partial = data["verdict"] == Verdict.PARTIAL
        named = {str(row.pk): parts_of(data.get(f"parts_{row.pk}", "")) for row in self.rows}
        return {**data, "segments": {pk: parts for pk, parts in named.items() if parts and partial}}


def _how_parts(row: Conversation) -> str:
    """How parts are written, and what has to happen before they can be played."""
    how = gettext("Minutes and seconds from its beginning: 0:30-1:45, 3:00-4:10")
    kept = row.recordings.filter(role=Recording.Role.ORIGINAL)
    if not kept.exclude(codec__in=CUT_ANYWHERE).exists():
        return how
    if converting.is_possible():
        return f"{how}. " + gettext(
            "The recording is converted by itself after the decision; its parts can be played a few"
            " minutes later."
        )
    return f"{how}. " + gettext(
        "Parts of this recording cannot be played yet: first ask an administrator to install FFmpeg or"
        " PyAV on the server, or give all of it, or a transcript."
    )


def parts_of(text: str) -> list[list[int]] | None:
    """[[from ms, to ms], …] of "0:30-1:45, 3:00-4:10"; None where it cannot be read."""
    found = []
    for piece in filter(None, (one.strip() for one in re.split(r"[,;\n]", text))):
        match = _PART.fullmatch(piece)
        if match is None:
            return None
        numbers = [int(one or 0) for one in match.groups()]
        found.append([_ms(*numbers[:3]), _ms(*numbers[3:])])
    return found


def _ms(hours: int, minutes: int, seconds: int) -> int:
    return ((hours * _SIXTY + minutes) * _SIXTY + seconds) * 1000
