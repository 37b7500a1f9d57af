"""From a step to those who have to know: the staff it waits for, the applicant where they gave an address.

Staff are told the number and an address in ICP, never who asks or about what.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admin_module.models import User
from conversations.models import AccessRequest, Appointment, Designation, Opinion
from conversations.register.designations import standing
from messaging.correspondence import farewells, letters
from messaging.models import LetterText
from recipients.correspondence.telling import Words
from recipients.values import checks

from .acting import may_opine


def holders(codename: str) -> QuerySet[User]:
    """Active staff with this right over conversations, by a role."""
    held = Q(
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label="conversations",
    )
    found: QuerySet[User] = User.objects.active().filter(held)
    return found.distinct().order_by("pk")


def deciders() -> list[User]:
    """The Director and who stands in for them today."""
    deputies = standing(Designation.Scope.DEPUTY).values("user")
    found = User.objects.active().filter(pk__in=deputies)
    return list({user.pk: user for user in [*holders("decide_accessrequest"), *found]}.values())


def givers_of(opinion: Opinion) -> list[User]:
    """Who may give this opinion."""
    officer = opinion.giver == Opinion.Giver.OFFICER
    people = holders("opine_as_officer" if officer else "opine_as_unit").select_related("unit")
    return [user for user in people if may_opine(user, opinion.request, opinion.giver)]


def ask_for_opinion(opinion: Opinion) -> None:
    day = date_format(opinion.due_on, "j E Y")
    sentence = _(
        "Your opinion on the request %(number)s is needed by %(day)s (order 308/18, § 4.3)."
    )
    said = sentence % {"number": opinion.request.number, "day": day}
    _post(givers_of(opinion), _("Opinion needed: %(number)s"), said, opinion.request)


def remind_of_opinion(opinion: Opinion) -> None:
    sentence = _(
        "Your opinion on the request %(number)s is still missing. Nothing goes on without it."
    )
    said = sentence % {"number": opinion.request.number}
    _post(givers_of(opinion), _("Opinion still missing: %(number)s"), said, opinion.request)


def opinion_is_late(opinion: Opinion) -> None:
    """To the Director: silence is no consent, so somebody has to ask."""
    sentence = _(
        "An opinion on the request %(number)s was due on %(day)s and is missing: %(giver)s. Silence is no"
        " consent: please ask for it."
    )
    said = sentence % {
        "number": opinion.request.number,
        "day": date_format(opinion.due_on, "j E Y"),
        "giver": opinion.get_giver_display(),
    }
    _post(deciders(), _("Opinion is late: %(number)s"), said, opinion.request)


def decision_waits(request: AccessRequest) -> None:
    said = _("Both opinions on the request %(number)s are there. It waits for your decision.")
    _post(deciders(), _("Decision needed: %(number)s"), said % {"number": request.number}, request)


def decided(request: AccessRequest) -> None:
    """To who registered it: the letter is to go out."""
    said = _("The request %(number)s was decided. Its letter has to go out.")
    clerk = [request.registered_by] if request.registered_by else []
    _post(clerk, _("Decided: %(number)s"), said % {"number": request.number}, request)


def due_soon(request: AccessRequest) -> None:
    said = _("The request %(number)s has to be answered by %(day)s (RODO art. 12 (3)).")
    words = said % {"number": request.number, "day": date_format(request.deadline, "j E Y")}
    _post(deciders(), _("Time is running out: %(number)s"), words, request)


def appointed(request: AccessRequest, term: Appointment) -> None:
    """To the designated persons by e-mail, to the applicant by e-mail and SMS."""
    when = _when(term)
    said = _("A listening on the request %(number)s is set for %(when)s, %(place)s.")
    facts = {"number": request.number, "when": when, "place": term.place}
    people = list(term.supervisors.all())
    _post(people, _("Listening: %(number)s"), said % facts, request)
    told = _(
        "Your request %(number)s: please come on %(when)s, %(place)s. Bring an identity document."
    )
    tell_applicant(request, _("Appointment: request %(number)s"), told % facts)


def called_off(request: AccessRequest, term: Appointment) -> None:
    facts = {"number": request.number, "when": _when(term)}
    said = _("The listening on the request %(number)s on %(when)s does not take place.") % facts
    _post(list(term.supervisors.all()), _("Listening called off: %(number)s"), said, request)
    told = _(
        "Your request %(number)s: the appointment on %(when)s is called off. We will write to you."
    )
    tell_applicant(request, _("Appointment called off: request %(number)s"), told % facts)


def _when(term: Appointment) -> str:
    return date_format(timezone.localtime(term.begins_at), "j E Y, H:i")


def tell_applicant(request: AccessRequest, subject: str, sentence: str) -> None:
    """By the addresses of the application; none of them is in any register."""
    person = request.applicant
    addresses = {"email": person.email, "sms": mobile(person.phone)}
    known = {kind: value for kind, value in addresses.items() if value}
    if known:
        words = Words(subject % {"number": request.number}, sentence, sentence)
        farewells.post_to_address(words, **known)


def mobile(phone: str) -> str:
    """The number in E.164 where an SMS can reach it, else nothing."""
    try:
        return checks.phone(phone)
    except ValidationError:
        return ""


def _post(people: Iterable[User], subject: str, sentence: str, request: AccessRequest) -> None:
    link = settings.PUBLIC_URL + reverse("access-request", args=[request.pk])
    words = f"{sentence}\n\n{link}"
    for person in {user.pk: user for user in people if user.is_active}.values():
        text = LetterText(subject % {"number": request.number}, words, words)
        letters.post_to_staff(person, text)
