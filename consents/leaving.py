"""From a wish to be left alone to every consent taken back, and a confirmation where a way is left."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from admin_module.models import User
from admin_module.templatetags.icp_ui import channel_name
from recipients.correspondence import answers, telling
from recipients.forms.person import in_a_row
from recipients.models import Recipient

from . import granting
from .models import Consent

HOWS = (
    (Consent.How.DESK, _("in person, at the office")),
    (Consent.How.PHONE, _("by telephone")),
    (Consent.How.LETTER, _("in a letter")),
)


class LeavingForm(forms.Form):
    """By which channel nothing more is wanted; empty: by none at all."""

    channel = forms.ChoiceField(
        label=_("What the person wants no more"), required=False, widget=forms.RadioSelect
    )
    how = forms.ChoiceField(
        label=_("How did the person say so?"),
        choices=HOWS,
        initial=Consent.How.DESK,
        widget=in_a_row(),
    )

    def __init__(self, *args: Any, agreed: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.choices = [
            ("", _("anything by any channel")),
            *((kind, channel_name(kind)) for kind in agreed),
        ]


@transaction.atomic
def leave(recipient: Recipient, channel: str = "", *, how: str, by: User | None) -> int:
    """Take back everything that was agreed to, by one channel or by all; returns how many.

    The person is told by the channels that they did not leave, and by every one where they left all:
    a last word, because whoever asked for it on the telephone may have been somebody else.
    """
    acts = granting.withdraw_all(recipient, channel, how=how, by=by)
    if acts:
        telling.tell(recipient, answers.consents_withdrawn(), but=channel)
    return len(acts)
