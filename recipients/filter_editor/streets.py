"""From a typed street, numbers from–to and odd/even to a term of the filter."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from recipients.address_register.addresses import find_streets
from recipients.models import Street

MOST_ROWS = 40
PARITY = [("all", _("all")), ("odd", _("odd")), ("even", _("even"))]


class StreetRow(forms.Form):
    """One street; an empty name makes an empty row."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Street"),
        required=False,
        max_length=170,
        widget=forms.TextInput(attrs={"list": "streets", "autocomplete": "off"}),
    )
    from_number = forms.IntegerField(
        label=_("From number"), min_value=1, max_value=9999, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    to_number = forms.IntegerField(
        label=_("To number"), min_value=1, max_value=9999, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    parity = forms.ChoiceField(label=_("Sides"), choices=PARITY, required=False, initial="all")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        self.street = street_named(name) if name else None
        return name

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = data.get("from_number"), data.get("to_number")
        if low and high and low > high:
            self.add_error("to_number", _("The last number is lower than the first."))
        if (low or high) and not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Say which street these numbers belong to."))
        return data

    @property
    def is_empty(self) -> bool:
        return not self.is_bound or not self.cleaned_data.get("name")

    def term(self) -> dict[str, Any]:
        data = self.cleaned_data
        pk = self.street.pk if self.street else 0
        numbers = {
            name: data[f"{name}_number"] for name in ("from", "to") if data[f"{name}_number"]
        }
        parity = data["parity"] or "all"
        if not numbers and parity == "all":
            return {"street": [pk]}
        return {"houses": {"street": pk, **numbers, "parity": parity}}


class StreetRows:
    """All rows of one block: as many as came, and one empty row to type into."""

    def __init__(
        self, data: QueryDict | None, *, prefix: str, initial: list[dict[str, Any]] | None = None
    ) -> None:
        self.prefix = prefix
        if data is None:
            rows = [*(initial or []), {}]
            self.forms = [
                StreetRow(prefix=f"{prefix}-{number}", initial=row)
                for number, row in enumerate(rows)
            ]
        else:
            numbers = range(min(_rows_in(data, prefix) + 1, MOST_ROWS))
            self.forms = [StreetRow(data, prefix=f"{prefix}-{number}") for number in numbers]

    def terms(self) -> list[dict[str, Any]]:
        used = [row.term() for row in self.forms if not row.is_empty]
        whole = sorted({pk for term in used for pk in term.get("street", ())})
        return [
            *([{"street": whole}] if whole else []),
            *(term for term in used if "houses" in term),
        ]


def _rows_in(data: QueryDict, prefix: str) -> int:
    """Rows may be missing in between (emptied by the clerk): count up to the highest one used."""
    numbers = [
        key.removeprefix(f"{prefix}-").removesuffix("-name")
        for key, value in data.items()
        if key.startswith(f"{prefix}-") and key.endswith("-name") and str(value).strip()
    ]
    return max((int(number) + 1 for number in numbers if number.isdigit()), default=0)


def street_named(name: str) -> Street:
    """The one street meant by what was typed; refuses what is unknown or could be several."""
    found = list(find_streets(name, limit=6))
    exact = [street for street in found if same(name, street)]
    if len(exact) == 1:
        return exact[0]
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(
            _("There is no street “%(name)s” in the address register."), params={"name": name}
        )
    raise forms.ValidationError(
        _("Which street do you mean: %(names)s?"),
        params={"names": ", ".join(str(street) for street in found)},
    )


def same(name: str, street: Street) -> bool:
    typed = name.casefold().strip()
    return typed in {str(street).casefold(), street.name.casefold()}
