"""From the fields of a form to what the person wants: their data, a day, topics and channels."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from consents.models import Topic
from icp.encryption import canon
from recipients.models import CONTACT_KINDS, Address, Arrival, Language, Reading
from recipients.models.epuap_forms import FIELDS
from recipients.people.particulars import RegistrationData
from recipients.values import checks

from .doubts import Doubt, Doubtful

ADDRESS = ("street", "house", "flat", "postal_code", "town")
SEVERAL = ("topics", "channels")  # all other fields stand in a form once
# Whose address the form itself must give; a box comes with the document, an app pairs later.
GIVEN_IN_FORM = ("email", "sms")
# As forms call them, folded; our own names, too.
CHANNELS = {
    "e-mail": "email",
    "poczta elektroniczna": "email",
    "epuap": "epuap",
    "sms": "sms",
    "aplikacja": "push",
    "aplikacja mobilna": "push",
} | {kind: kind for kind in CONTACT_KINDS}


# As forms call them, folded; whatever else stands there is read as Polish.
LANGUAGES = {
    "polski": "pl",
    "ukrainski": "uk",
    "angielski": "en",
} | {code: code for code in Language.values}


def disagreements(reading: Reading, arrival: Arrival) -> list[Doubt]:
    """What does not agree between the signature, the form and what ePUAP says of the sender."""
    found = []
    in_form = {canon.digits(value) for value in reading.fields.get("pesel", ())}
    if in_form != {canon.digits(reading.pesel)}:
        found.append(Doubt.PESEL_DIFFERS)
    if not arrival.sender_pesel:
        found.append(Doubt.SENDER_UNKNOWN)
    elif canon.digits(arrival.sender_pesel) != canon.digits(reading.pesel):
        found.append(Doubt.SENDER_DIFFERS)
    if not _same_name(reading):
        found.append(Doubt.NAME_DIFFERS)
    return found


def _same_name(reading: Reading) -> bool:
    """Whether the form's name, where it has one, is the signer's; a second name may be missing."""
    last, first = only(reading, "last_name"), only(reading, "first_name")
    if last and canon.fold(last) != canon.fold(reading.last_name):
        return False
    signed = canon.fold(reading.first_name).split()
    return not first or canon.fold(first).split()[:1] == signed[:1]


def only(reading: Reading, name: str) -> str:
    """The value of a field that stands in a form once; empty where there is none."""
    return next(iter(reading.fields.get(name, ())), "")


def refuse_several(reading: Reading) -> None:
    """Raise Doubtful where a field has more than one answer: nobody can tell which one holds."""
    twice = [
        name
        for name, values in reading.fields.items()
        if name not in SEVERAL and len(set(values)) > 1
    ]
    if twice:
        said = _("The form answers this more than once.")
        raise Doubtful(Doubt.FIELDS, problems=dict.fromkeys(twice, said))


def newcomer(reading: Reading, arrival: Arrival, *, lenient: bool = False) -> RegistrationData:
    """Checked particulars of a person who registers; raises Doubtful naming the fields.

    With `lenient` a clerk has seen what is wrong: bad addresses of e-mail and phone are left out.
    """
    return _checked(merged(RegistrationData(), reading, arrival), lenient=lenient)


def correction(
    before: RegistrationData, reading: Reading, arrival: Arrival, *, lenient: bool = False
) -> RegistrationData:
    """What is kept about a person, with everything that the form gives put in its place.

    What the form leaves empty stays; so does the box, which only a registration brings.
    """
    after = merged(before, reading, arrival)
    box = {"epuap": before.contacts["epuap"]} if "epuap" in before.contacts else {}
    others = {kind: value for kind, value in after.contacts.items() if kind != "epuap"}
    return _checked(replace(after, contacts=others | box), lenient=lenient)


def merged(before: RegistrationData, reading: Reading, arrival: Arrival) -> RegistrationData:
    """`before` with every field that the form fills in, and the box that the document came from."""
    refuse_several(reading)
    given = {"email": only(reading, "email"), "sms": only(reading, "phone")}
    given["epuap"] = box_of(arrival)
    contacts = dict(before.contacts) | {kind: value for kind, value in given.items() if value}
    address = before.address
    if only(reading, "street"):
        street, house, flat, postal_code, town = (only(reading, name) for name in ADDRESS)
        address = Address(street, house, flat, postal_code, town)
    return replace(
        before,
        first_name=only(reading, "first_name") or before.first_name,
        last_name=only(reading, "last_name") or before.last_name,
        second_name=only(reading, "second_name") or before.second_name,
        pesel=reading.pesel,
        address=address,
        contacts=contacts,
        language=language_of(reading) or before.language,
    )


def language_of(reading: Reading) -> str:
    """The language asked for, by its code or its Polish name; empty where it is none of ours."""
    return LANGUAGES.get(canon.fold(only(reading, "language")), "")


def box_of(arrival: Arrival) -> str:
    """The box to answer to; empty where ePUAP gave none that letters can be sent to."""
    try:
        return checks.epuap_box(arrival.reply_to)
    except ValidationError:
        return ""


def _checked(data: RegistrationData, *, lenient: bool) -> RegistrationData:
    try:
        return data.checked()
    except ValidationError as error:
        problems = {name: " ".join(said) for name, said in error.message_dict.items()}
    if lenient and problems.keys() <= set(CONTACT_KINDS):
        good = {kind: value for kind, value in data.contacts.items() if kind not in problems}
        return replace(data, contacts=good).checked()
    raise Doubtful(Doubt.FIELDS, problems=problems)


def until(reading: Reading) -> date | None:
    """Until when the person wants to be left alone; None is for good. Raises Doubtful."""
    typed = only(reading, "until")
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        said = _("This is not a date; it should be like 2027-03-31.")
        raise Doubtful(Doubt.FIELDS, problems={"until": said}) from None
    if day <= timezone.localdate():
        raise Doubtful(Doubt.FIELDS, problems={"until": _("This day has passed already.")})
    return day


def wanted(
    reading: Reading, contacts: Mapping[str, str], *, lenient: bool = False
) -> list[tuple[Topic, str]]:
    """Topics and channels that the person agrees to; raises Doubtful.

    With `lenient` a clerk has seen what is unknown: it is left out.
    """
    topics, strange_topics = _topics(reading.fields.get("topics", ()))
    kinds, strange_kinds = _kinds(reading.fields.get("channels", ()))
    if (strange_topics or strange_kinds) and not lenient:
        said = _("ICP does not know: %(names)s.")
        problems = {"topics": strange_topics, "channels": strange_kinds}
        raise Doubtful(
            Doubt.CONSENT_UNKNOWN,
            problems={
                name: said % {"names": ", ".join(found)}
                for name, found in problems.items()
                if found
            },
        )
    silent = [kind for kind in kinds if kind in GIVEN_IN_FORM and kind not in contacts]
    if silent and not lenient:
        said = _("A channel is chosen whose address is missing.")
        raise Doubtful(Doubt.FIELDS, problems={"channels": said})
    pairs = [(topic, kind) for topic in topics for kind in kinds if topic.offers(kind)]
    if not pairs and not lenient:
        raise Doubtful(Doubt.NO_CONSENT)
    return [(topic, kind) for topic, kind in pairs if kind not in silent]


def _topics(names: Iterable[str]) -> tuple[list[Topic], list[str]]:
    """The topics of these names or numbers, and the names that no topic has."""
    known = {key: topic for topic in Topic.objects.filter(mandatory=False) for key in _keys(topic)}
    typed = list(names)
    found = {known[key].pk: known[key] for name in typed if (key := canon.fold(name)) in known}
    return list(found.values()), [name for name in typed if canon.fold(name) not in known]


def _keys(topic: Topic) -> tuple[str, str]:
    return canon.fold(topic.name), str(topic.pk)


def _kinds(names: Iterable[str]) -> tuple[list[str], list[str]]:
    typed = list(names)
    found = {CHANNELS[key]: None for name in typed if (key := canon.fold(name)) in CHANNELS}
    return list(found), [name for name in typed if canon.fold(name) not in CHANNELS]


def label_of(name: str) -> str:
    """A field of a form, or what particulars are made of, in words."""
    further = {
        "sms": FIELDS["phone"],
        "epuap": _("ePUAP box"),
        "address": _("Address"),
        "birth_date": _("Birth date"),
        "sex": _("Sex"),
        "guardian": _("Guardian"),
    }
    return str(FIELDS.get(name) or further.get(name, name))
