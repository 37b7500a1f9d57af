"""From a new password to whether it may be used: not a person's own name or address."""

import re
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from icp.encryption.canon import fold

from .models import User

SHORTEST_PART = 3
TOO_ALIKE = 0.7  # as in Django's own validator, which cannot look into sealed columns


class OwnDataValidator:
    """Refuses what resembles the person's e-mail address, name or position."""

    def validate(self, password: str, user: object = None) -> None:
        if not isinstance(user, User):
            return
        typed = fold(password)
        for part in _parts(user):
            if SequenceMatcher(a=typed, b=part).ratio() >= TOO_ALIKE:
                raise ValidationError(
                    _("This password is too similar to your name or address. Choose another one."),
                    code="password_too_similar",
                )

    def get_help_text(self) -> str:
        return _("Your password must differ from your name, your e-mail address and your position.")


def _parts(user: User) -> set[str]:
    profile = user.profile
    whole = [user.login, profile.first_name, profile.last_name, profile.position, str(user)]
    folded = [fold(text) for text in whole]
    parts = {part for text in folded for part in [text, *re.split(r"\W+", text)]}
    return {part for part in parts if len(part) >= SHORTEST_PART}
