"""What the forms of all sections share: secrets that are never shown, and the version they are over."""

from dataclasses import fields, replace
from datetime import time
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.configuration import SECTIONS, Section


class SecretField(forms.CharField):
    """Shows nothing of what is kept; left empty it keeps it."""

    def __init__(self, **options: Any) -> None:
        area = options.pop("area", False)
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        widget = (
            SecretArea(attrs | {"rows": 4})
            if area
            else forms.PasswordInput(attrs | {"autocomplete": "new-password"})
        )
        super().__init__(required=False, widget=widget, **options)


class SecretArea(forms.Textarea):
    """A text area that does not give back what was typed into it."""

    def get_context(self, name: str, value: object, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class SectionForm(forms.Form):
    """The fields of one section under their own names, with the version they were filled over."""

    code: ClassVar[str]
    fieldsets: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label=gettext_lazy("Why (stays in the history)"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: a new contract with the provider."),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, current: Section, revision: int
    ) -> None:
        self.current, self.kind = current, SECTIONS[self.code]
        super().__init__(data, files, initial={**self.initial_of(current), "revision": revision})
        for name in self.secrets:
            if getattr(current, name):
                self.fields[name].help_text = _(
                    "It is set and never shown. Leave it empty to keep it; type a new one to"
                    " change it."
                )

    @property
    def secrets(self) -> list[str]:
        return [name for name in self.kind.secret if name in self.fields]

    @property
    def names(self) -> list[str]:
        """The section's fields that stand on the page."""
        return [f.name for f in fields(self.kind) if f.name in self.fields]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Headings and their fields, in the order of the page."""
        return [(title, [self[name] for name in names]) for title, names in self.fieldsets]

    def initial_of(self, section: Section) -> dict[str, object]:
        """What the fields show; secrets show nothing."""
        shown = {f.name: getattr(section, f.name) for f in fields(section)}
        return {name: value for name, value in shown.items() if name not in self.kind.secret}

    def value(self) -> Any:
        """The section that was typed; fields that are on no page stay as they are."""
        typed = {name: self.cleaned_data.get(name) for name in self.names}
        kept = {name: value for name, value in typed.items() if value or name not in self.secrets}
        return replace(self.current, **self.converted(kept))

    def converted(self, typed: dict[str, Any]) -> dict[str, Any]:
        """From the fields' values to the section's, where they differ in type."""
        return typed

    def words(self, section: Section) -> dict[str, str]:
        """The section's values to read, by field; secrets are left out."""
        return {
            name: self._word(name, getattr(section, name))
            for name in self.names
            if name not in self.secrets
        }

    def label_of(self, name: str) -> str:
        """What a field of the section is called on the page; its own name where it is on none."""
        return str(self.fields[name].label) if name in self.fields else name

    def without_secrets(self) -> "SectionForm":
        """The bound form with the typed secrets taken away: they go into no page."""
        hidden = {self.add_prefix(name): [""] for name in self.secrets}
        kept = dict(cast(QueryDict, self.data).lists()) | hidden
        self.data = MultiValueDict(kept)
        return self

    def has_typed_secrets(self) -> bool:
        return any(self.data.get(self.add_prefix(name)) for name in self.secrets)

    def _word(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in cast("list[Any]", field.choices)}
            chosen = value if isinstance(value, tuple) else (value,)
            return ", ".join(labels.get(str(one), str(one)) for one in chosen) or "–"
        if isinstance(value, tuple):
            return ", ".join(value) or "–"
        if isinstance(value, float):
            return f"{value:g}".replace(".", ",")
        return f"{value:%H:%M}" if isinstance(value, time) else str(value)
