"""From what was done with a document from ePUAP to the answer that goes back to its box."""

import uuid
from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.configuration import Municipality, read
from consents.models import Topic
from messaging import farewells, letters
from messaging.models import Farewell, Letter, LetterText
from recipients import particulars, permissions
from recipients.addresses import in_words
from recipients.checks import spaced
from recipients.epuap_wishes import box_of
from recipients.models import CONTACT_KINDS, Arrival, EpuapDocument, Recipient
from recipients.telling import Words

KINDS = {
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("SMS"),
    "epuap": gettext_lazy("ePUAP"),
    "push": gettext_lazy("application"),
}


def post(document: EpuapDocument, arrival: Arrival, person: Recipient | None, words: Words) -> None:
    """Answer once, to the box that the document came from; nobody is answered who gave none."""
    box = box_of(arrival)
    if not box:
        return
    text = LetterText(words.subject, words.short, words.long)
    key = uuid.uuid5(document.uid, "answer")
    if person is not None and holds(person, box):
        letters.post(person, text, kinds=("epuap",), form_key=key)
    else:
        _post_to_box(box, text, key)


def _post_to_box(box: str, text: LetterText, key: uuid.UUID) -> None:
    """A letter to a box whose owner is not, or not any more, in the register."""
    if Letter.objects.filter(form_key=key).exists():
        return
    letter = Letter(
        farewell=Farewell(recipient=0, epuap=box),
        text=text,
        form_key=key,
        expires_at=timezone.now() + farewells.KEPT,
    )
    letter.save(force_insert=True)
    letters.deliver([(letter, "epuap")])


def holds(person: Recipient, box: str) -> bool:
    """Whether this is the person's box in the register."""
    return person.contact_points.filter(kind="epuap", value_token=box).exists()


def registered(person: Recipient) -> Words:
    """§ 5.1: the account is active; the code comes in a letter of its own (§ 4.5)."""
    short = _("Your account is registered and active.")
    return _letter(
        _("Your account is registered"),
        short,
        _(
            "You need no paper form: the signature of your document is enough. A validation code"
            " for the mobile application goes to each address that you gave."
        ),
    )


def copy_of_data(person: Recipient) -> Words:
    """Everything that the register holds about a person (§ 6.2, GDPR art. 15)."""
    lines = "\n".join(f"- {escaped(label)}: {escaped(value)}" for label, value in held(person))
    consents = "\n".join(f"- {escaped(line)}" for line in agreed(person))
    return _letter(
        _("Your data in our register"),
        _("A copy of your data is in your ePUAP box."),
        _("You asked to see your data. This is what we hold about you:"),
        lines,
        _("What you agreed to:") if consents else _("You have agreed to nothing so far."),
        consents,
    )


def held(person: Recipient) -> Iterator[tuple[str, str]]:
    """The data of a person by their labels."""
    data = particulars.of(person)
    yield _("identifier"), person.identifier
    yield _("first name"), f"{data.first_name} {data.second_name}".strip()
    yield _("last name"), data.last_name
    if data.birth_date:
        yield _("birth date"), date_format(data.birth_date, "DATE_FORMAT")
    yield _("PESEL"), data.pesel or "—"
    yield _("address"), in_words(data.address) if data.address else "—"
    for kind, value in sorted(data.contacts.items()):
        if kind != "push":  # a token of a device means nothing to its owner
            yield str(KINDS[kind]), spaced(kind, value)
    yield _("state of the account"), person.get_state_display()
    yield _("registered"), date_format(person.registered_at, "DATE_FORMAT")


def agreed(person: Recipient) -> Iterator[str]:
    """Every topic that the person agreed to, with its channels."""
    for topic in Topic.objects.all():
        kinds = [
            str(KINDS[kind])
            for kind in CONTACT_KINDS
            if permissions.may(person.consents, topic.bit, kind)
        ]
        if kinds:
            yield f"{topic.name} ({', '.join(kinds)})"


def corrected() -> Words:
    return _letter(_("Your data were changed"), _("As you asked, we changed your data."))


def as_it_was() -> Words:
    return _letter(
        _("Nothing had to be changed"),
        _("What you asked for stood in our register already; nothing had to be changed."),
    )


def refused(reason: str) -> Words:
    """A refusal with the clerk's reason and the ways to complain (GDPR art. 12 section 4)."""
    return _letter(
        _("Your document was not carried out"),
        _("We did not carry out your document. The reason is in your ePUAP box."),
        _("We did not carry out the document that you sent by ePUAP."),
        _("The reason: %(reason)s") % {"reason": escaped(reason)},
        _(
            "You may send a new document, or come to the office. You may complain to the President"
            " of the Personal Data Protection Office and go to court."
        ),
    )


def _letter(subject: str, short: str, *paragraphs: str) -> Words:
    office = read(Municipality)
    contact = ", ".join(part for part in (office.phone, office.email) if part)
    signed = f"{office.name} ({contact})" if contact else office.name
    body = paragraphs or (short,)
    return Words(subject, short, "\n\n".join(part for part in (*body, signed) if part))


def escaped(text: str) -> str:
    """Words of a person as they are: Markdown may read nothing into them."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~" else sign for sign in text)
