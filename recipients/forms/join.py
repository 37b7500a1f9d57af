"""From a choice for each thing that differs to what is taken from the card that goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recipients.models import Recipient
from recipients.same_person.comparing import Row

STAYS, GOES = "stays", "goes"


class JoinForm(forms.Form):
    """One pair of radios for each row that differs; none is chosen beforehand."""

    revision_stays = forms.IntegerField(widget=forms.HiddenInput)
    revision_goes = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label=_("I compared both cards: this is one person. I know that it cannot be undone."),
        error_messages={"required": _("Tick that you compared the cards.")},
    )

    def __init__(
        self, *args: Any, rows: Sequence[Row], both: tuple[Recipient, Recipient], **kwargs: Any
    ) -> None:
        self.rows = [row for row in rows if row.choose]
        self.both = both
        super().__init__(*args, **kwargs)
        self.fields["revision_stays"].initial = both[0].revision
        self.fields["revision_goes"].initial = both[1].revision
        for row in self.rows:
            self.fields[row.name] = forms.ChoiceField(
                label=str(row.label),
                choices=[(STAYS, row.stays), (GOES, row.goes)],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose which is right: %(what)s.") % {"what": row.label}
                },
            )
        # The last word stands last in the summary of errors, too.
        self.order_fields([*(row.name for row in self.rows), "sure"])

    @property
    def taken(self) -> set[str]:
        """What comes from the card that goes."""
        return {row.name for row in self.rows if self.cleaned_data[row.name] == GOES}

    @property
    def revisions(self) -> tuple[int, int]:
        return self.cleaned_data["revision_stays"], self.cleaned_data["revision_goes"]

    def start_again(self, why: str) -> None:
        """Show the cards as they are now; what was chosen stays chosen."""
        data = dict(self.data.items())
        data["revision_stays"], data["revision_goes"] = (str(one.revision) for one in self.both)
        data.pop("sure", None)
        self.data = data
        self.add_error(None, why)
