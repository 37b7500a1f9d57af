"""From the fields about the office itself to their sections: who it is, how it speaks, what it keeps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import logos
from icp import braces, uploads
from messaging.channels.sms_parts import count

from .base import SectionForm

ON_THE_WEB = RegexValidator(
    r"^(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?$",
    _("Enter an address like www.urzad.example or https://urzad.example."),
)
PHONE = RegexValidator(
    r"^[+\d][\d ()/-]{5,28}$", _("Enter a phone number, for example 22 123 45 67.")
)
MOST_CODE_PARTS = 2


class MunicipalityForm(SectionForm):
    code = "municipality"
    fieldsets = (
        (_("Names"), ("name", "name_genitive", "town", "controller")),
        (_("Addresses"), ("address", "phone", "email", "website", "bip")),
        (_("Data protection"), ("dpo",)),
        (_("Address register"), ("teryt",)),
        (_("Logo"), ("picture", "remove_logo")),
    )

    name = forms.CharField(
        label=_("Name of the office"),
        max_length=150,
        help_text=_("Who? For example: Urząd Miejski w Zażółcinie."),
    )
    name_genitive = forms.CharField(
        label=_("Name in the genitive"),
        max_length=150,
        help_text=_("Of whom? For example: Urzędu Miejskiego w Zażółcinie."),
    )
    town = forms.CharField(label=_("Town"), max_length=80)
    controller = forms.CharField(
        label=_("Controller of personal data"),
        max_length=150,
        help_text=_("For example: Burmistrz Zażółcina. It stands on consent forms."),
    )
    address = forms.CharField(label=_("Address"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=30, validators=[PHONE])
    email = forms.EmailField(label=_("E-mail address of the office"))
    website = forms.CharField(label=_("Website"), max_length=200, validators=[ON_THE_WEB])
    bip = forms.CharField(
        label=_("Public information bulletin (BIP)"),
        max_length=200,
        required=False,
        validators=[ON_THE_WEB],
    )
    dpo = forms.CharField(
        label=_("Data protection officer: how to reach them"),
        max_length=200,
        help_text=_("An e-mail address, or a name with an address."),
    )
    teryt = forms.CharField(
        label=_("TERYT code of the municipality"),
        max_length=7,
        required=False,
        validators=[
            RegexValidator(
                r"^\d{6,7}$", _("Enter 6 digits, or 7 with the kind of the municipality.")
            )
        ],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_(
            "For example 1464011. By it the streets of the town are picked from the catalogue ULIC,"
            " which holds the streets of the whole country."
        ),
    )
    picture = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
        help_text=_(
            "PNG or JPEG, at most 5 MB. It stands in the menu, on the sign-in page and on printed"
            " forms. SVG files are not accepted, because they may hold programs."
        ),
    )
    remove_logo = forms.BooleanField(label=_("Take the logo away"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.current.logo:  # type: ignore[attr-defined]
            del self.fields["remove_logo"]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.fieldsets
        ]

    def label_of(self, name: str) -> str:
        return super().label_of("picture" if name == "logo" else name)

    def clean_picture(self) -> bytes:
        file = self.cleaned_data.get("picture")
        if file is None:
            return b""
        drawn = uploads.image(file)
        if len(drawn) > logos.LARGEST:
            raise ValidationError(
                _(
                    "The picture has too much in it for a logo. Make it smaller, to about 400 pixels."
                )
            )
        return drawn

    def value(self) -> Any:
        section = super().value()
        return logos.put(
            section, self.cleaned_data.get("picture"), self.cleaned_data.get("remove_logo")
        )


class RetentionForm(SectionForm):
    code = "retention"
    fieldsets = ((_("How long"), ("audit_years", "conversation_months", "export_days")),)

    audit_years = forms.IntegerField(
        label=_("Audit log (years)"),
        min_value=2,
        max_value=50,
        help_text=_(
            "At least 2 (§ 21.4 KRI). Older months are dropped only by the command for it,"
            " whole and after they were verified."
        ),
        error_messages={"min_value": _("The law asks for at least 2 years (§ 21.4 KRI).")},
    )
    conversation_months = forms.IntegerField(
        label=_("Recorded conversations (months)"), min_value=1, max_value=120
    )
    export_days = forms.IntegerField(label=_("Exported files (days)"), min_value=1, max_value=365)


class NoticesForm(SectionForm):
    code = "notices"
    fieldsets = (
        (_("Staff"), ("sign_in",)),
        (_("E-mails"), ("mail_footer",)),
        (_("Validation codes"), ("code_short", "code_long")),
    )
    allowed = {
        "sign_in": (),
        "mail_footer": ("urzad", "adres", "telefon", "strona"),
        "code_short": ("kod", "urzad"),
        "code_long": ("kod", "urzad"),
    }

    sign_in = forms.CharField(
        label=_("On the sign-in page"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example about a break in work. Everybody can read it, also strangers."),
    )
    mail_footer = forms.CharField(
        label=_("Under every e-mail"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Fills in: {urzad}, {adres}, {telefon}, {strona}. Empty: the office's address."
        ),
    )
    code_short = forms.CharField(
        label=_("SMS with a validation code"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Must hold {kod}; may hold {urzad}. Empty: the words of ICP."),
    )
    code_long = forms.CharField(
        label=_("E-mail and ePUAP letter with a validation code"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Must hold {kod}; may hold {urzad}. Empty: the words of ICP."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name, allowed in self.allowed.items():
            text = (data.get(name) or "").replace("\r\n", "\n")
            data[name] = text
            try:
                braces.check(text, allowed)
            except braces.UnknownPlaceholder as unknown:
                self.add_error(name, str(unknown))
                continue
            if text and "kod" in allowed and "{kod}" not in text:
                self.add_error(name, _("Without {kod} nobody would get the code: put it in."))
        short = data.get("code_short") or ""
        if count(short.replace("{kod}", "0" * 10)).parts > MOST_CODE_PARTS:
            self.add_error("code_short", _("This is more than 2 SMS parts. Shorten it."))
        return data
