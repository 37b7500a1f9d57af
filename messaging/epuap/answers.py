"""From what was done with a document from ePUAP to the answer that goes back to its box."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from admin_module.configuration import Municipality, read
from messaging.about_person import gathering, paper
from messaging.correspondence import farewells, letters
from messaging.models import LetterText
from recipients.correspondence.telling import Words
from recipients.epuap.wishes import box_of
from recipients.models import Arrival, EpuapDocument, Recipient


def post(document: EpuapDocument, arrival: Arrival, person: Recipient | None, words: Words) -> None:
    """Answer once, to the box that the document came from; nobody is answered who gave none."""
    box = box_of(arrival)
    if not box:
        return
    key = uuid.uuid5(document.uid, "answer")
    if person is not None and holds(person, box):
        text = LetterText(words.subject, words.short, words.long)
        letters.post(person, text, kinds=("epuap",), form_key=key)
    else:  # a box whose owner is not, or not any more, in the register
        farewells.post_to_address(words, form_key=key, epuap=box)


def holds(person: Recipient, box: str) -> bool:
    """Whether this is the person's box in the register."""
    return person.contact_points.filter(kind="epuap", value_token=box).exists()


def registered() -> Words:
    """§ 5.1: the account is active; the code comes in a letter of its own (§ 4.5)."""
    short = _("Your account is registered and active.")
    return letter(
        _("Your account is registered"),
        short,
        _(
            "You need no paper form: the signature of your document is enough. A validation code"
            " for the mobile application goes to each address that you gave."
        ),
    )


def copy_of_data(person: Recipient) -> Words:
    """Everything that ICP holds about a person, as in the copy made at the office (art. 15 GDPR)."""
    document = gathering.gather(person)
    parts = [_in_words(section) for section in paper.sections(document)]
    return letter(
        _("Your data in our register"),
        _("A copy of your data is in your ePUAP box."),
        _("You asked to see your data. This is everything that we hold about you."),
        *(part for part in parts if part),
    )


def _in_words(section: paper.Section) -> str:
    """One section as a heading and a list; empty where there is nothing in it."""
    lines = [f"{label}: {value}" for label, value in section.facts]
    lines += ["; ".join(_named(section.head, row)) for row in section.rows]
    texts = [escaped(" ".join(text.split())) for text in section.texts]
    if not lines and (section.head or not texts):
        return ""
    listed = "\n".join(f"- {escaped(' '.join(line.split()))}" for line in lines)
    return "\n\n".join(part for part in (f"**{section.title}**", *texts, listed) if part)


def _named(head: Sequence[str], row: Sequence[str]) -> list[str]:
    return [f"{name}: {value}" for name, value in zip(head, row, strict=True) if value]


def corrected() -> Words:
    return letter(_("Your data were changed"), _("As you asked, we changed your data."))


def as_it_was() -> Words:
    return letter(
        _("Nothing had to be changed"),
        _("What you asked for stood in our register already; nothing had to be changed."),
    )


def refused(reason: str) -> Words:
    """A refusal with the clerk's reason and the ways to complain (GDPR art. 12 section 4)."""
    return letter(
        _("Your document was not carried out"),
        _("We did not carry out your document. The reason is in your ePUAP box."),
        _("We did not carry out the document that you sent by ePUAP."),
        _("The reason: %(reason)s") % {"reason": escaped(reason)},
        _(
            "You may send a new document, or come to the office. You may complain to the President"
            " of the Personal Data Protection Office and go to court."
        ),
    )


def letter(subject: str, short: str, *paragraphs: str) -> Words:
    """An answer in whole paragraphs (the short words where there are none), signed by the office."""
    office = read(Municipality)
    contact = ", ".join(part for part in (office.phone, office.email) if part)
    signed = f"{office.name} ({contact})" if contact else office.name
    body = paragraphs or (short,)
    return Words(subject, short, "\n\n".join(part for part in (*body, signed) if part))


def escaped(text: str) -> str:
    """Words of a person as they are: Markdown may read nothing into them."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~" else sign for sign in text)
