"""From what was done about a person to the words that they read: confirmations, refusals, warnings.

No name, no address and no number of the person stands in them: a letter may open on somebody's desk.
"""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read
from recipients.models import RightsRequest

from .telling import Words


def restricted(on_request: bool) -> Words:
    """§ 5.4, or article 18 of the GDPR where the person asked for it."""
    if on_request:
        short = _("As you asked, we stopped using your data. We will tell you before we use them.")
    else:
        short = _("We stopped writing to you until your data are checked. Please contact us.")
    return _letter(_("Your account is restricted"), short)


def lifted() -> Words:
    return _letter(
        _("The restriction of your account is lifted"),
        _("The restriction of your account is lifted: it is again what it was before."),
    )


def suspended(until: date | None) -> Words:
    if until is None:
        short = _("As you asked, we write nothing to you until you tell us to begin again.")
    else:
        day = date_format(until, "DATE_FORMAT")
        short = _("As you asked, we write nothing to you until %(day)s.") % {"day": day}
    return _letter(_("Your account is suspended"), short)


def resumed() -> Words:
    return _letter(
        _("Your account is active again"),
        _("Your account is active again: you will get what you agreed to."),
    )


def corrected() -> Words:
    return _letter(
        _("Your data were changed"),
        _("The data that we hold about you were changed."),
    )


def erased() -> Words:
    """The last letter: nothing may be asked back, for nobody is known any more."""
    return Words(
        subject=_("Your data were erased"),
        short=_("As you asked, your data were erased. This is the last letter from us."),
        long=_(
            "As you asked, your data were erased. We cannot restore them, not even from a backup."
            "\n\nThis is the last letter from us: after it was sent, this address is erased, too. "
            "What stays is a proof of given and withdrawn consents that names nobody."
        )
        + _signed(),
    )


def refused(request: RightsRequest, reason: str) -> Words:
    """A refusal with its reason and the ways to complain (GDPR art. 12 section 4)."""
    words = {"what": request.get_kind_display(), "reason": reason}
    return Words(
        subject=_("Your request is refused"),
        short=_("We cannot do what you asked for. The reasons are in a letter; please contact us."),
        long=_(
            "We cannot do what you asked for (%(what)s).\n\nThe reason: %(reason)s\n\n"
            "You may complain to the President of the Personal Data Protection Office "
            "(ul. Stawki 2, 00-193 Warszawa) and go to court."
        )
        % words
        + _signed(),
    )


def outcome(request: RightsRequest) -> Words:
    """The answer to a closed request, for a letter on paper."""
    if request.outcome == RightsRequest.Outcome.REFUSED:
        return refused(request, request.words.answer if request.words else "")
    asked, done = timezone.localdate(request.received_at), timezone.localdate(request.closed_at)
    words = {
        "asked": date_format(asked, "DATE_FORMAT"),
        "done": date_format(done, "DATE_FORMAT"),
        "what": request.get_kind_display(),
        "outcome": request.get_outcome_display(),
    }
    short = _("On %(asked)s you asked us: %(what)s. On %(done)s it ended so: %(outcome)s.") % words
    return _letter(_("The answer to your request"), short)


def extended(request: RightsRequest, reason: str) -> Words:
    day = date_format(request.due_on, "DATE_FORMAT")
    words = {"what": request.get_kind_display(), "reason": reason, "day": day}
    return Words(
        subject=_("We need more time for your request"),
        short=_("We need more time for your request. You will get the answer by %(day)s.") % words,
        long=_(
            "We need more time for your request (%(what)s). You will get the answer by %(day)s."
            "\n\nThe reason: %(reason)s"
        )
        % words
        + _signed(),
    )


def paired() -> Words:
    return _letter(
        _("The application was connected with your account"),
        _("A device with the application was connected with your account."),
        _("If it was not you, tell us at once."),
    )


def consents_withdrawn() -> Words:
    """To the ways that are left; nothing about topics, for somebody else may read it."""
    return _letter(
        _("Your consents are withdrawn"),
        _("As you asked, your consents are withdrawn. Nothing more will be sent about them."),
    )


def _letter(subject: str, short: str, warning: str = "") -> Words:
    warning = warning or _("If you did not ask for it, tell us.")
    return Words(subject=subject, short=short, long=f"{short}\n\n{warning}{_signed()}")


def _signed() -> str:
    office = read(Municipality)
    contact = ", ".join(part for part in (office.phone, office.email) if part)
    return f"\n\n{office.name}" + (f" ({contact})" if contact else "")
