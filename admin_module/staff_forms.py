"""From what is typed about staff to checked values: who, where, in which roles, with which proof."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import StaffProfile, Unit, User
from .roles import label_of
from .templatetags.staff_words import STATES


def units_for(user: User) -> Any:
    """The units that somebody may put staff into."""
    return Unit.objects.visible_to(user).open()


def _roles() -> list[tuple[str, str]]:
    names = Group.objects.values_list("name", flat=True)
    return sorted(((name, label_of(name)) for name in names), key=lambda pair: pair[1])


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def profile(self) -> StaffProfile:
        values = self.cleaned_data
        return StaffProfile(values["first_name"], values["last_name"], values["position"])

    def in_words(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.fields if name != "revision"}


class StaffForm(ProfileForm):
    """What an administrator may change about a member of staff."""

    field_order = ("login", "first_name", "last_name", "position", "unit")

    login = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They sign in with it, and letters from ICP go there."),
        error_messages={
            "required": _("Enter the e-mail address."),
            "invalid": _("Enter an e-mail address, for example anna.nowak@urzad.example."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), empty_label=_("Choose a unit")
    )

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)  # noqa: S101
        unit.queryset = units_for(by)

    def clean_login(self) -> str:
        return str(self.cleaned_data["login"]).strip()

    def in_words(self) -> dict[str, object]:
        return super().in_words() | {"unit": str(self.cleaned_data["unit"])}


class InvitationForm(StaffForm):
    revision = None  # type: ignore[assignment]
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=_roles,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What this person will be allowed to do. Choose at least one."),
        error_messages={"required": _("Choose at least one role.")},
    )


def of_person(user: User) -> dict[str, object]:
    """An account as the forms above take it."""
    profile = user.profile
    return {
        "login": user.login,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "position": profile.position,
        "unit": user.unit_id,
        "revision": user.revision,
    }


class NewPasswordForm(forms.Form):
    """A new password, typed twice; the rules stand above the field."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        error_messages={"required": _("Enter the new password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=200,
        error_messages={"required": _("Enter the password a second time.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    @property
    def rules(self) -> list[str]:
        return password_validators_help_texts()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        password, again = values.get("password"), values.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        elif password:
            try:
                validate_password(password, self.user)
            except ValidationError as weak:
                self.add_error("password", weak)
        return values


class PasswordChangeForm(NewPasswordForm):
    field_order = ("old", "password", "again")

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        error_messages={"required": _("Enter your present password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your present password. Try again."))
        return old


class ConfirmForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class CodeForm(forms.Form):
    """A code of an app, or one from paper."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from the app, or one of your recovery codes."),
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class NameForm(forms.Form):
    """What a new factor is called, so that its owner knows it again."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("For example: my telephone"),
        error_messages={"required": _("Give it a name, so that you know it again.")},
    )


class AuthenticatorForm(NameForm):
    code = forms.CharField(
        label=_("Code from the app"),
        max_length=8,
        help_text=_("Six digits; a new code appears every 30 seconds."),
        error_messages={"required": _("Enter the code that the app shows.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class PasskeyForm(NameForm):
    credential = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class HeirForm(forms.Form):
    """Who takes over what a leaver had in hand."""

    heir = forms.ChoiceField(
        label=_("Who takes this over"),
        error_messages={"required": _("Choose who takes the drafts and the messages over.")},
    )

    def __init__(self, *args: Any, heirs: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.heirs = {str(heir.pk): heir for heir in heirs}
        named = [(pk, f"{heir} – {heir.unit}") for pk, heir in self.heirs.items()]
        field = self.fields["heir"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Choose a person")), *named]

    @property
    def person(self) -> User:
        return self.heirs[self.cleaned_data["heir"]]


class StaffFilter(forms.Form):
    """Everything in it is a code or an id, so that it may stand in an address."""

    CHOICES = (
        ("", _("everybody")),
        *STATES.items(),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("every unit")
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=CHOICES)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        role, unit = self.fields["role"], self.fields["unit"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101
        assert isinstance(unit, forms.ModelChoiceField)  # noqa: S101
        role.choices = [("", _("every role")), *_roles()]
        unit.queryset = Unit.objects.visible_to(by)
