"""From what an administrator typed about a form of ePUAP to its row, or to a try on a sample."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp import uploads
from messaging.channels.epuap.xml import BadXml
from recipients.epuap import form_reading
from recipients.epuap.form_reading import LONGEST_PATH, SENTENCES, BadPath
from recipients.models.epuap_forms import (
    FIELDS,
    PREFIXES,
    PROPOSED,
    REQUIRED_EVERYWHERE,
    EpuapForm,
    required_fields,
)

PATH = "path_"
NAMESPACE = re.compile(r"(?:https?://|urn:)[^\s<>\"'{}|\\^`]{3,}")
NC_NAME = re.compile(r"[A-Za-z_][\w.-]*")
PERSON = _("The person")
WISHES = _("Registration and suspension")
CONVERSATION = _("Application about a call or chat")
# Where a path stands that is not of the person.
GROUPS = dict.fromkeys(("topics", "channels", "until"), WISHES) | dict.fromkeys(
    (
        "talk",
        "called_from",
        "conversation_on",
        "conversation_time",
        "about",
        "basis",
        "justification",
        "requested_form",
        "needs",
    ),
    CONVERSATION,
)
SAME = _("Another form in use has the same namespace and root element. Take it out of use first.")


@dataclass(frozen=True, slots=True)
class Found:
    """What one field's path gave in the sample."""

    label: str | Promise
    values: list[str]
    needed: bool


class StaleForm(Exception):
    """Somebody else saved meanwhile; the argument is the row as it is now."""

    def __init__(self, newest: EpuapForm) -> None:
        super().__init__()
        self.newest = newest


class EpuapFormForm(forms.Form):
    """One form of the office, a path for each field; `try_on` reads a sample and saves nothing."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    purpose = forms.ChoiceField(label=_("What people ask for with it"), choices=EpuapForm.Purpose)
    version = forms.CharField(label=_("Version of the form"), max_length=20, initial="1-0")
    namespace = forms.CharField(
        label=_("Namespace"),
        max_length=300,
        help_text=_("As in the form, for example http://crd.gov.pl/wzor/2026/11/20/12345/"),
        error_messages={"required": _("Enter the namespace of the form.")},
    )
    root = forms.CharField(label=_("Root element"), max_length=100, initial="Dokument")
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    sample = forms.FileField(
        label=_("A sample document (XML)"),
        required=False,
        allow_empty_file=True,
        help_text=_("Nothing of it is kept. Use invented data."),
        widget=forms.FileInput(attrs={"accept": ".xml"}),
    )

    def __init__(self, *args: Any, row: EpuapForm | None = None, **kwargs: Any) -> None:
        self.row = row
        kwargs["initial"] = _initial(row) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        missing = _("This form cannot do without this field. Enter its path.")
        for name, label in FIELDS.items():
            self.fields[PATH + name] = forms.CharField(
                label=label,
                required=name in REQUIRED_EVERYWHERE,
                error_messages={"required": missing},
                max_length=LONGEST_PATH,
                widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
            )

    @property
    def path_groups(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """The paths of what belongs together, in the order of FIELDS."""
        groups: dict[str | Promise, list[forms.BoundField]] = {}
        for name in FIELDS:
            groups.setdefault(GROUPS.get(name, PERSON), []).append(self[PATH + name])
        return list(groups.items())

    def clean_namespace(self) -> str:
        typed: str = self.cleaned_data["namespace"]
        if not NAMESPACE.fullmatch(typed):
            raise forms.ValidationError(
                _("A namespace begins with http://, https:// or urn: and has no spaces.")
            )
        return typed

    def clean_root(self) -> str:
        typed: str = self.cleaned_data["root"]
        if not NC_NAME.fullmatch(typed):
            raise forms.ValidationError(
                _("Enter the name of an element without a prefix, for example Dokument.")
            )
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in FIELDS:
            if cleaned.get(PATH + name):
                self._check(name, cleaned[PATH + name])
        for name in required_fields(cleaned.get("purpose", "")):
            if not cleaned.get(PATH + name) and PATH + name not in self.errors:
                self.add_error(
                    PATH + name, _("This form cannot do without this field. Enter its path.")
                )
        others = EpuapForm.objects.all()
        if self.row is not None:
            others = others.exclude(pk=self.row.pk)
        same = others.filter(
            active=True, namespace=cleaned.get("namespace"), root=cleaned.get("root")
        )
        if cleaned.get("active") and same.exists():
            self.add_error("root", SAME)
        return cleaned

    @property
    def paths(self) -> dict[str, str]:
        """The paths that were typed, by the names of FIELDS."""
        return {name: path for name in FIELDS if (path := self.cleaned_data.get(PATH + name))}

    def try_on(self) -> list[Found] | None:
        """What each path gives in the sample; None where it cannot be read, with the error."""
        try:
            raw = uploads.xml(self.cleaned_data.get("sample"))
            root = form_reading.read_document(raw)
        except uploads.UploadRefused as refused:
            self.add_error("sample", refused)
            return None
        except BadXml as bad:
            self.add_error("sample", SENTENCES["deep" if str(bad) == "deep" else "xml"])
            return None
        wanted = f"{{{self.cleaned_data['namespace']}}}{self.cleaned_data['root']}"
        if root.tag != wanted:
            self.add_error("root", _("The sample has another namespace or root element."))
            return None
        needed = required_fields(self.cleaned_data["purpose"])
        given = form_reading.values(root, self.paths, self._prefixes())
        return [Found(FIELDS[name], given[name], name in needed) for name in given]

    def save(self, *, by: User) -> EpuapForm | None:
        """The saved row; None with an error on the form where another one took its place. Raises
        StaleForm."""
        try:
            with transaction.atomic():
                return self._save(by)
        except IntegrityError:
            self.add_error("root", SAME)
            return None

    def _save(self, by: User) -> EpuapForm:
        row = EpuapForm(revision=0)
        if self.row is not None:
            row = EpuapForm.objects.select_for_update().get(pk=self.row.pk)
            if row.revision != self.cleaned_data["revision"]:
                raise StaleForm(row)
        before = values_of(row)
        for name in ("purpose", "version", "namespace", "root", "active"):
            setattr(row, name, self.cleaned_data[name])
        row.fields = self.paths
        row.revision += 1
        row.changed_at, row.changed_by = timezone.now(), by
        row.save()
        after = values_of(row)
        changed = sorted(name for name in after if before.get(name) != after[name])
        audit.record("epuap_form.changed", row, by=by, detail={"fields": changed})
        return row

    def _check(self, name: str, path: str) -> None:
        try:
            form_reading.check_path(path, self._prefixes())
        except BadPath as bad:
            known = ", ".join(sorted(self._prefixes()))
            sentence = str(SENTENCES[bad.code])
            self.add_error(
                PATH + name, sentence % {"known": known} if bad.code == "prefix" else sentence
            )

    def _prefixes(self) -> Mapping[str, str]:
        return PREFIXES | {"icp": self.cleaned_data.get("namespace") or "urn:icp"}


def values_of(row: EpuapForm) -> dict[str, object]:
    """The row by the names of the form's fields."""
    plain = {
        name: getattr(row, name) for name in ("purpose", "version", "namespace", "root", "active")
    }
    return plain | {PATH + name: row.fields.get(name, "") for name in FIELDS}


def _initial(row: EpuapForm | None) -> dict[str, object]:
    if row is None:
        return {PATH + name: path for name, path in PROPOSED.items()}
    return values_of(row) | {"revision": row.revision}
