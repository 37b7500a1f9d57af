"""From a written reason to one look at a whole number; the reason stays with the conversation."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from conversations.models import Conversation, Designation, NumberReveal

from . import listing
from .designations import by_office, is_designated

SHORTEST = 10


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the whole number?"),
        min_length=SHORTEST,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For example: calling back about case BOI.5021.12.2026. The Director reads it."
        ),
        error_messages={
            "min_length": _("Write the reason in a few words: at least 10 characters."),
            "required": _("Write the reason in a few words."),
        },
    )


class Refused(Exception):
    """This person may not see the number, or there is none."""


def may_unmask(user: User, row: Conversation) -> bool:
    """With the permission, for designated staff; the head of the centre and the Director by office (§ 5, § 3)."""
    if not user.has_perm("conversations.unmask_number") or not listing.phone_of(row):
        return False
    return by_office(user) or is_designated(user, Designation.Scope.STAFF)


@transaction.atomic
def reveal(row: Conversation, reason: str, *, by: User) -> str:
    """The number in E.164, kept with who saw it and why; raises Refused."""
    if not may_unmask(by, row):
        raise Refused
    seen = NumberReveal.objects.create(conversation=row, user=by, reason=reason)
    audit.record("conversation.unmasked", row, by=by, detail={"reveal": seen.pk}, reason=reason)
    return listing.phone_of(row)
