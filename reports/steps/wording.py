"""From a state of a report to plain words for whoever reported, and from a template to an answer."""

from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from icp import braces
from icp.environment import PUBLIC_URL
from recipients.correspondence.telling import Words
from reports.models import ActorKind, Report, ReportEvent, State

# What the reporter reads when the report comes to a state; names in braces are filled by `facts_of`.
SAID: Mapping[State, str | Promise] = {
    State.RECEIVED: gettext_lazy(
        "Thank you. We have your report “{category}” under the number {number}. We will write as soon "
        "as somebody takes it up."
    ),
    State.AWAITING: gettext_lazy("Your report waits until you open the link we sent you."),
    State.ACCEPTED: gettext_lazy(
        "Your report {number} is with the people in charge: {unit}. We want to be done by {due}."
    ),
    State.NEEDS_INFO: gettext_lazy(
        "We need to know more about your report {number}. Please answer by {back}: until then the "
        "matter rests."
    ),
    State.SCHEDULED: gettext_lazy("The work on your report {number} is planned for {planned}."),
    State.IN_PROGRESS: gettext_lazy("The work on your report {number} has begun."),
    State.FORWARDED: gettext_lazy(
        "We have forwarded your report {number} to those in charge of this: {outside}. We expect their "
        "answer by {back} and will remind them; you need not report again."
    ),
    State.RESOLVED: gettext_lazy(
        "Your report {number} is done. Is everything all right? Tell us with one tap within 14 days. "
        "If it is not, you can dispute within 30 days, and another person will look at it."
    ),
    State.REJECTED: gettext_lazy(
        "We cannot take up your report {number}: {reason}. If you see it differently, write to us "
        "within 30 days, and another person will look at it."
    ),
    State.DUPLICATE: gettext_lazy(
        "Somebody reported the same before. We joined your report {number} to {lead}, and you will "
        "hear what becomes of it."
    ),
    State.DISPUTED: gettext_lazy(
        "We look at your report {number} once more. Another person decides, by {due}."
    ),
    State.WITHDRAWN: gettext_lazy("You took your report {number} back."),
}
ANSWERED = gettext_lazy("There is an answer to your report {number}.")
LINKED = gettext_lazy(
    "Several people reported the same as you did in {number}. We published a notice about it."
)
# Followers read the same of a report that is not theirs.
FOLLOWED = gettext_lazy("News of the report {number} that you follow: {state}.")
REASONS: Mapping[str, Promise] = {
    "not_found": gettext_lazy("we found nothing of the kind on the spot"),
    "private_ground": gettext_lazy("this is private ground, where the city may not work"),
    "against_the_law": gettext_lazy("the law does not allow it"),
    "too_little_known": gettext_lazy("we know too little to find the place or the matter"),
    "abuse": gettext_lazy("the report does not tell of anything to repair"),
}


def facts_of(row: Report) -> dict[str, str]:
    """What the names in braces stand for, in words."""
    return {
        "number": row.number,
        "category": str(row.category),
        "unit": str(row.unit) if row.unit else _("the municipal office"),
        "due": in_words(row.due_on),
        "back": in_words(row.back_on),
        "planned": in_words(row.scheduled_on),
        "outside": str(row.outside) if row.outside else "",
        "lead": row.lead.number if row.lead else "",
        "reason": str(REASONS.get(row.reason, "")),
        "state": row.get_state_display(),
    }


def said(row: Report) -> str:
    """The state of a report in one or two sentences for its reporter."""
    return str(SAID[State(row.state)]).format_map(facts_of(row))


def letter(row: Report, event: ReportEvent, sentence: str | Promise) -> Words:
    """A letter about an event: the sentence, what the office wrote with it, and where to read on."""
    words = str(sentence).format_map(facts_of(row))
    link = f"{PUBLIC_URL}/app/r/{row.uid}"
    parts = [words]
    if event.public_text and event.actor == ActorKind.STAFF and sentence != FOLLOWED:
        parts.append(_("The office writes:"))
        parts.append("\n".join(f"> {line}" for line in event.public_text.splitlines()))
    parts.append(_("Your report in the app: %(link)s") % {"link": link})
    subject = _("Report %(number)s: %(state)s") % {
        "number": row.number,
        "state": row.get_state_display(),
    }
    return Words(subject, words, "\n\n".join(parts))


def in_words(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day is not None else _("the day we will tell you")


# --- templates of answers ------------------------------------------------------------------------------


PLACEHOLDERS: Mapping[str, tuple[Promise, Callable[[Report], str]]] = {
    "numer": (gettext_lazy("number of the report"), lambda row: row.number),
    "kategoria": (gettext_lazy("category"), lambda row: str(row.category)),
    "miejsce": (
        gettext_lazy("place as it was written"),
        lambda row: (row.details.address if row.details else "") or _("the place you showed"),
    ),
    "jednostka": (
        gettext_lazy("unit in charge"),
        lambda row: str(row.unit) if row.unit else _("the municipal office"),
    ),
    "data": (
        gettext_lazy("day of the report"),
        lambda row: in_words(timezone.localdate(row.created_at)),
    ),
    "termin": (gettext_lazy("last day"), lambda row: in_words(row.due_on)),
}


def fill(text: str, row: Report) -> str:
    """A template's text for this report; names that nobody knows stay as they are."""
    asked = braces.names_in(text) & PLACEHOLDERS.keys()
    return braces.fill(text, {name: PLACEHOLDERS[name][1](row) for name in asked})
