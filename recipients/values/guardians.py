"""From a birth date to whether somebody else must consent (GDPR art. 8; Poland kept the age of 16)."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CONSENT_AGE = 16  # years
FULL_AGE = 18  # from then on nobody stands for the person (Civil Code art. 10)
MISSING = _("A person under 16 needs a guardian, who signs the consent. Fill in their name.")


def needed(birth_date: date, on: date | None = None) -> bool:
    """Whether a person born on this day cannot consent alone."""
    return age(birth_date, on or timezone.localdate()) < CONSENT_AGE


def outgrown(birth_date: date, on: date | None = None) -> bool:
    """Whether the person is of full age, so that the guardian's data serve nothing any more."""
    return age(birth_date, on or timezone.localdate()) >= FULL_AGE


def age(birth_date: date, on: date) -> int:
    """Full years; born on 29 February, one is a year older on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
