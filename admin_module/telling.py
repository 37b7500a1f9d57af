"""From a change of how somebody signs in to a letter to them (OWASP ASVS 4.0, 2.2.3)."""

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.correspondence import letters
from messaging.models import LetterText

from .models import User


class Change(models.TextChoices):
    """What happened to an account, as its owner reads it."""

    PASSWORD = "password", gettext_lazy("The password was changed.")
    FACTOR_ADDED = "factor_added", gettext_lazy("A second factor was added.")
    FACTOR_REMOVED = "factor_removed", gettext_lazy("A second factor was removed.")
    FACTORS_RESET = "factors_reset", gettext_lazy("The administrator took away all second factors.")
    CODES = "codes", gettext_lazy("New recovery codes were made; the old ones stopped working.")


def tell_owner(user: User, change: Change) -> None:
    """Post the letter; nothing in it helps whoever reads it on the way."""
    when = formats.date_format(timezone.localtime(), "j E Y, H:i")
    text = LetterText(
        subject=_("ICP: a change of your account"),
        short="",
        long=_(
            "%(what)s\n\nWhen: %(when)s\n\n"
            "If it was not you, tell the administrator of ICP in your office at once."
        )
        % {"what": change.label, "when": when},
    )
    letters.post_to_staff(user, text)
