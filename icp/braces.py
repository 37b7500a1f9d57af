"""From a text with names in braces to those names, to a refusal of one that nobody knows, and to the words behind them."""

import difflib
import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from icp.encryption.canon import fold

IN_BRACES = re.compile(r"\{([^{}\n]{0,60})\}")


class UnknownPlaceholder(ValueError):
    """A name in braces that is not on the list; `str` is a sentence for staff."""


def names_in(text: str) -> set[str]:
    """Every name somebody put in braces, known or not."""
    return set(IN_BRACES.findall(text))


def check(text: str, known: Collection[str]) -> None:
    """Refuse a text with a name in braces that nobody can fill; raises UnknownPlaceholder."""
    unknown = sorted(names_in(text) - set(known))
    if not unknown:
        return
    sentence = _("There is no placeholder {%(name)s}. You can use: %(allowed)s.") % {
        "name": unknown[0],
        "allowed": ", ".join(f"{{{name}}}" for name in known) or "–",
    }
    near = difflib.get_close_matches(fold(unknown[0]), known, n=1, cutoff=0.6)
    if near:
        sentence += " " + _("Did you mean {%(name)s}?") % {"name": near[0]}
    raise UnknownPlaceholder(sentence)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled in; names that nobody knows stay as they are written."""
    return IN_BRACES.sub(lambda found: values.get(found[1], found[0]), text)
