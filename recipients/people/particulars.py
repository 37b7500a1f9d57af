"""From what was filled in about a person to particulars that are complete and agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recipients.address_register import addresses
from recipients.address_register.matching import Matcher
from recipients.models import GIVEN_KINDS, Address, Guardian, Identity, Recipient, Sex
from recipients.values import checks


@dataclass(frozen=True, slots=True)
class RegistrationData:
    """A person as filled in: while typing most of it is empty, `checked()` demands the rest."""

    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)
    pesel: str = field(default="", repr=False)
    second_name: str = field(default="", repr=False)
    address: Address | None = field(default=None, repr=False)
    contacts: Mapping[str, str] = field(default_factory=dict, repr=False)  # kind → value
    guardian: Guardian | None = field(default=None, repr=False)
    language: str = field(default="", repr=False)  # Language; empty: nobody said, so it stays

    def checked(self, matcher: Matcher | None = None) -> "RegistrationData":
        """The same in its one spelling, birth date and sex filled from the PESEL.

        Who checks many people brings a `matcher` that holds the address register.

        Raises ValidationError with the errors of every field, keyed by its name; contact points
        stand under their kind ("email", "sms", "epuap").
        """
        errors: dict[str, Any] = {}
        number = _try(errors, "pesel", checks.pesel, self.pesel) if self.pesel.strip() else None
        clean = RegistrationData(
            first_name=_try(errors, "first_name", checks.name, self.first_name) or "",
            last_name=_try(errors, "last_name", checks.name, self.last_name) or "",
            second_name=self._second_name(errors),
            birth_date=self._birth_date(errors, number),
            sex=self._sex(errors, number),
            pesel=number.number if number else "",
            address=_try(
                errors,
                "address",
                partial(addresses.checked, matcher=matcher),
                self.address or Address("", ""),
            ),
            contacts=self._contacts(errors),
            guardian=self._guardian(errors),
            language=_try(errors, "language", checks.language, self.language) or "",
        )
        if errors:
            raise ValidationError(errors)
        return clean

    def identity(self) -> Identity:
        """What is sealed about a person whose particulars are checked."""
        if self.birth_date is None:
            raise ValueError("These particulars are not checked.")
        return Identity(
            first_name=self.first_name,
            last_name=self.last_name,
            birth_date=self.birth_date,
            sex=self.sex,
            pesel=self.pesel,
            second_name=self.second_name,
        )

    def _second_name(self, errors: dict[str, Any]) -> str:
        if not self.second_name.strip():
            return ""
        return _try(errors, "second_name", checks.name, self.second_name) or ""

    def _birth_date(self, errors: dict[str, Any], number: checks.Pesel | None) -> date | None:
        day = self.birth_date or (number.birth_date if number else None)
        if day is None:
            errors["birth_date"] = ValidationError(
                _("Fill in the birth date, or the PESEL number that contains it."),
                code="birth_empty",
            )
        elif number and day != number.birth_date:
            errors["birth_date"] = ValidationError(
                _("The birth date differs from the one in the PESEL number. Correct one of them."),
                code="birth_differs",
            )
        else:
            day = _try(errors, "birth_date", checks.birth_date, day)
        return day

    def _sex(self, errors: dict[str, Any], number: checks.Pesel | None) -> str:
        sex = self.sex or (number.sex if number else "")
        if sex not in Sex.values:
            errors["sex"] = ValidationError(
                _("Choose the sex, or fill in the PESEL number."), code="sex_empty"
            )
        elif number and sex != number.sex:
            errors["sex"] = ValidationError(
                _("The sex differs from the one in the PESEL number. Correct one of them."),
                code="sex_differs",
            )
        return str(sex)

    def _guardian(self, errors: dict[str, Any]) -> Guardian | None:
        given = self.guardian
        if given is None:
            return None
        phone, email = given.phone.strip(), given.email.strip()
        return Guardian(
            first_name=_try(errors, "guardian_first_name", checks.name, given.first_name) or "",
            last_name=_try(errors, "guardian_last_name", checks.name, given.last_name) or "",
            phone=_try(errors, "guardian_phone", checks.phone, phone) or "" if phone else "",
            email=_try(errors, "guardian_email", checks.email, email) or "" if email else "",
        )

    def _contacts(self, errors: dict[str, Any]) -> dict[str, str]:
        given = {kind: self.contacts.get(kind, "").strip() for kind in GIVEN_KINDS}
        clean: dict[str, str] = {}
        for kind, text in given.items():
            if text:
                clean[kind] = _try(errors, kind, checks.CHECK_OF_KIND[kind], text) or ""
        return clean


def _try(errors: dict[str, Any], name: str, check: Callable[[Any], Any], value: object) -> Any:
    try:
        return check(value)
    except ValidationError as error:
        errors[name] = error
        return None


def of(recipient: Recipient) -> RegistrationData:
    """The particulars that are kept about a person; empty ones about the erased."""
    identity = recipient.identity
    if identity is None:
        return RegistrationData()
    points = recipient.contact_points.all()
    contacts = {point.kind: point.value for point in points if point.kind in GIVEN_KINDS}
    data = RegistrationData(
        first_name=identity.first_name,
        last_name=identity.last_name,
        birth_date=identity.birth_date,
        sex=identity.sex,
        pesel=identity.pesel,
        second_name=identity.second_name,
        address=recipient.address,
        guardian=recipient.guardian,
        language=recipient.reads,
    )
    return replace(data, contacts=contacts)
