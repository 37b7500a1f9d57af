"""From conditions ticked and typed on the screen to the filter that `recipients.filtering.audience` reads."""

import json
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import Reader
from icp.inputs import DayInput
from recipients.filtering import audience
from recipients.models import District, Recipient, RecipientGroup, Sex, living

from .drawn import DrawnAreas
from .stored import as_posted, to_fields
from .streets import StreetRows

Filter = dict[str, Any]
MOST_PEOPLE_BY_NAME = 500
NOBODY = _("Choose whom the message is for.")


class Conditions(forms.Form):
    """One block of conditions: "who" or, with the prefix `not`, "without whom"."""

    district = forms.ModelMultipleChoiceField(
        District.objects.all(),
        label=_("Districts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    age_from = forms.IntegerField(
        label=_("Age from"), min_value=0, max_value=130, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    age_to = forms.IntegerField(
        label=_("Age to"), min_value=0, max_value=130, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    age_on = forms.DateField(
        label=_("Age on the day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: on the day of sending."),
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("everybody")), (Sex.FEMALE, _("women")), (Sex.MALE, _("men"))],
        required=False,
        widget=forms.RadioSelect,
    )
    groups = forms.ModelMultipleChoiceField(
        RecipientGroup.objects.none(),
        label=_("Groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = forms.ModelMultipleChoiceField(
        Recipient.objects.none(),
        label=_("And these people by name"),
        required=False,
        widget=forms.MultipleHiddenInput,
        error_messages={"invalid_choice": _("Person %(value)s is no longer in the register.")},
    )

    def __init__(self, *args: Any, by: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = cast(forms.ModelMultipleChoiceField, self.fields["groups"])
        groups.queryset = RecipientGroup.objects.visible_to(by).order_by("name")
        people = cast(forms.ModelMultipleChoiceField, self.fields["people"])
        people.queryset = living(by)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = data.get("age_from"), data.get("age_to")
        if low is not None and high is not None and low > high:
            self.add_error("age_to", _("The upper age is lower than the lower one."))
        if len(data.get("people") or ()) > MOST_PEOPLE_BY_NAME:
            self.add_error("people", _("That is a lot of people by name. Make a group of them."))
        return data

    def by_name(self) -> list[Filter]:
        people = self.cleaned_data.get("people")
        return [{"people": sorted(row.pk for row in people)}] if people else []

    def terms(self) -> list[Filter]:
        """One term for each kind of condition that was used; named people stand apart."""
        data = self.cleaned_data
        terms: list[Filter] = []
        for kind in ("district", "groups"):
            if data.get(kind):
                terms.append({kind: sorted(row.pk for row in data[kind])})
        age = {
            name: data[f"age_{name}"]
            for name in ("from", "to")
            if data.get(f"age_{name}") is not None
        }
        if age:
            if data.get("age_on"):
                age["on"] = data["age_on"].isoformat()
            terms.append({"age": age})
        if data.get("sex"):
            terms.append({"sex": data["sex"]})
        return terms


class AudienceBuilder:
    """Who is meant, as conditions on a page: two blocks, their streets, and the raw filter.

    The raw filter (JSON) wins where it is given: it can nest what the blocks cannot show.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        stored: Mapping[str, Any] | None = None,
        *,
        by: Reader,
        nobody: str | Promise = NOBODY,
    ) -> None:
        self.by, self.nobody = by, nobody
        self.bound = data is not None
        self.stored = bool(stored)
        shown = self._shown(stored or {})
        initial = shown or {}
        self.everyone = (
            data.get("everyone") == "1" if data is not None else bool(initial.get("everyone"))
        )
        self.raw = data.get("filter", "").strip() if data is not None else ""
        if data is None and stored and shown is None:
            self.raw = json.dumps(stored, ensure_ascii=False, indent=2)
        self.who = Conditions(data, initial=initial.get("who"), by=by)
        self.without = Conditions(data, prefix="not", initial=initial.get("without"), by=by)
        self.streets = StreetRows(data, prefix="street", initial=initial.get("streets"))
        self.not_streets = StreetRows(data, prefix="not-street", initial=initial.get("not_streets"))
        self.drawn = DrawnAreas(data, initial=initial.get("areas"))
        self.problems: list[str] = []

    def _shown(self, stored: Mapping[str, Any]) -> dict[str, Any] | None:
        """The fields for a stored filter, if these fields would make the very same filter again."""
        fields = to_fields(stored)
        if not fields:
            return fields
        again = AudienceBuilder(as_posted(fields), by=self.by)
        return fields if again.is_valid() and again.filter == stored else None

    @property
    def blocks(self) -> tuple[forms.Form, ...]:
        return (self.who, self.without, *self.streets.forms, *self.not_streets.forms)

    def is_valid(self) -> bool:
        """Check every block and, last, the filter they make."""
        self.problems = [self.drawn.problem] if self.drawn.problem and not self.raw else []
        if not self.raw:
            wrong = [block for block in self.blocks if not block.is_valid()]
            if wrong or self.problems or self.is_empty:
                return not (wrong or self.problems)
        try:
            audience.refuse_strangers(audience.parse(self.raw or self.filter), self.by)
        except audience.BadFilter as bad:
            self.problems.append(str(bad))
        return not self.problems

    @property
    def uses_without(self) -> bool:
        """Whether the second block has anything to show."""
        names = [name for name in self.without.fields if self.without[name].value()]
        return bool(names) or any(row["name"].value() for row in self.not_streets.forms)

    def require(self) -> None:
        """Add the error that nobody was chosen, where so."""
        if self.is_empty and not self.problems:
            self.problems.append(str(self.nobody))

    @property
    def is_empty(self) -> bool:
        """Nobody is chosen, and that is no slip: to write to all there is "everyone"."""
        return (
            not self.raw
            and not self.everyone
            and not (self.bound and self._who_terms())
            and not self.stored
        )

    @cached_property
    def filter(self) -> Filter:
        """The filter in JSON's terms; empty where nobody was chosen yet."""
        if self.raw:
            return cast(Filter, json.loads(self.raw))
        everyone: list[Filter] = [{"everyone": True}]
        who = everyone if self.everyone else self._who_terms()
        if not who:
            return {}
        without = [
            *self.without.terms(),
            *self._street_terms(self.not_streets),
            *self.without.by_name(),
        ]
        if without:
            who.append({"not": _one(without, "any")})
        return _one(who, "all")

    @property
    def as_json(self) -> str:
        """The same as text, for a page that must carry it along."""
        return self.raw or (
            json.dumps(self.filter, ensure_ascii=False) if not self.is_empty else ""
        )

    def _who_terms(self) -> list[Filter]:
        """Conditions narrow each other; people chosen by name come on top of them."""
        places = [*self._street_terms(self.streets), *self.drawn.terms()]
        terms, named = self.who.terms() + places, self.who.by_name()
        if terms and named:
            return [{"any": [_one(terms, "all"), *named]}]
        return terms or named

    @staticmethod
    def _street_terms(rows: StreetRows) -> list[Filter]:
        terms = rows.terms()
        if len(terms) <= 1:
            return terms
        return [{"any": terms}]

    def errors(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for the error summary."""
        found = [("id_everyone", problem) for problem in self.problems]
        for block in self.blocks:
            if block.is_bound:
                for name, sentences in block.errors.items():
                    # People are ticked boxes; the field to type in is the one that finds them.
                    seen = "person" if name == "people" else name
                    found.extend((f"id_{block.add_prefix(seen)}", str(one)) for one in sentences)
        return found


def _one(terms: list[Filter], joined: str) -> Filter:
    return terms[0] if len(terms) == 1 else {joined: terms}
