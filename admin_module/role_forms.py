"""From what is typed about a role, or ticked for a person, to checked values."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from .role_matrix import all_roles
from .roles import label_of


class RoleForm(forms.Form):
    """The name of a role; commas part the roles in an entry of the audit log."""

    name = forms.RegexField(
        r"^[^,;]+$",
        label=_("Name of the role"),
        max_length=60,
        help_text=_("For example: school secretary. It must not name a person."),
        error_messages={
            "required": _("Give the role a name."),
            "invalid": _("A name of a role holds no commas and semicolons."),
        },
    )


class StaffRolesForm(forms.Form):
    """Which roles a person holds."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a role the person can sign in nowhere and see nothing."),
        error_messages={
            "invalid_choice": _("One of these roles is gone. Open the page again and choose anew.")
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(forms.MultipleChoiceField, self.fields["roles"])
        field.choices = [(role.name, label_of(role.name)) for role in all_roles()]
