"""From a report that others are in charge of to the letter that hands it to them.

The letter says what and where, never who reported: the office stays the one they answer to (art. 65 KPA
asks to forward without delay and to tell the person, which `telling` does).
"""

from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read
from messaging.correspondence import farewells
from recipients.correspondence.telling import Words
from reports.intake import questions
from reports.models import OutsideBody, Report

from . import wording

# The first of these that the body has; without either the letter is printed and sent by post.
WAYS = ("epuap", "email")


def way_to(body: OutsideBody) -> str:
    """How ICP itself can write to a body: "epuap", "email", or "" for paper and telephone."""
    return next((way for way in WAYS if getattr(body.contact, way)), "")


def letter(row: Report, body: OutsideBody, note: str = "") -> Words:
    """What is forwarded, in words: facts of the report, and what the office adds for the body."""
    office = read(Municipality)
    subject = _("Report %(number)s: please take it up") % {"number": row.number}
    lines = [
        _("To: %(body)s") % {"body": body.name},
        _("%(office)s forwards a report of a resident on a matter that you are in charge of.")
        % {"office": office.name},
        *(f"**{name}:** {_plain(value)}" for name, value in facts(row) if value),
    ]
    if note:
        lines.append(note)
    lines.append(
        _(
            "Please answer by %(day)s, with the number %(number)s, so that we can tell the person who "
            "reported it."
        )
        % {"day": wording.in_words(row.back_on), "number": row.number}
    )
    short = _("We forward the report %(number)s to you; please answer by %(day)s.") % {
        "number": row.number,
        "day": wording.in_words(row.back_on),
    }
    return Words(subject, short, "\n\n".join(lines))


def _plain(value: str) -> str:
    """Words of a resident in a letter of the office's: no link of theirs hides behind other words."""
    return value.replace("[", "(").replace("]", ")")


def facts(row: Report) -> list[tuple[str, str]]:
    """What a body has to know, as names and values."""
    details = row.details
    if details is None:
        return [(_("Number"), row.number), (_("Matter"), row.category.name)]
    point = f"{details.latitude:.6f}, {details.longitude:.6f}"
    return [
        (_("Number"), row.number),
        (_("Matter"), row.category.name),
        (_("Reported"), wording.in_words(row.created_at.date())),
        (_("Place"), details.address),
        (_("Coordinates (WGS 84)"), point),
        (_("Description"), row.public_text or details.description),
        *questions.in_words(row.category, details.answers),
    ]


def post(row: Report, note: str = "") -> str:
    """Write to the body that the row is forwarded to; returns the way, empty where there is none."""
    body = row.outside
    if body is None:
        return ""
    way = way_to(body)
    if way:
        address = getattr(body.contact, way)
        farewells.post_to_address(letter(row, body, note), **{way: address})
    return way
