"""From the number of a case to the conversation that belongs to it."""

from django import forms
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, PurgeState

CASE = RegexValidator(
    r"^(?!.*\d{9})[\w.\-/ ]+$",
    _(
        "Write the number of a case, for example BOI.5021.12.2026; no telephone number and no PESEL."
    ),
)


class CaseNumberForm(forms.Form):
    """With the revision of the conversation that it was filled over."""

    case_number = forms.CharField(
        label=_("Case number"),
        max_length=60,
        required=False,
        validators=[CASE],
        help_text=_("For example BOI.5021.12.2026. Empty: it belongs to no case."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Stale(Exception):
    """Somebody saved it in the meantime."""


@transaction.atomic
def write(row: Conversation, number: str, *, by: User, revision: int) -> bool:
    """False where it is so already; raises Stale."""
    rows = Conversation.objects.filter(pk=row.pk, purge_state=PurgeState.KEPT, revision=revision)
    now = rows.values_list("case_number", flat=True).first()
    if now is None:
        raise Stale
    if now == number:
        return False
    if not rows.update(case_number=number, revision=F("revision") + 1):
        raise Stale
    audit.record(
        "conversation.assigned_case", row, by=by, detail={"revision": revision + 1}, reason=number
    )
    return True
