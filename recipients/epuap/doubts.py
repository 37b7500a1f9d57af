"""From what makes a document from ePUAP doubtful to a code in its row and a sentence for a clerk."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from messaging.channels.epuap import refusals

SIGNATURE = "signature."  # in front of a code of channels.epuap.refusals


class Doubt(StrEnum):
    """Why a document is not carried out by itself."""

    UNREADABLE = "unreadable"
    UNKNOWN_FORM = "unknown_form"
    PATHS = "paths"
    FIELDS = "fields"
    PESEL_DIFFERS = "pesel_differs"
    SENDER_UNKNOWN = "sender_unknown"
    SENDER_DIFFERS = "sender_differs"
    NAME_DIFFERS = "name_differs"
    CONSENT_UNKNOWN = "consent_unknown"
    NO_CONSENT = "no_consent"
    NO_TEXT = "no_text"
    CHILD = "child"
    LIKELY_DUPLICATE = "likely_duplicate"
    DATA_DIFFER = "data_differ"
    STATE = "state"
    UNKNOWN_PERSON = "unknown_person"
    BOX_DIFFERS = "box_differs"
    OVERTAKEN = "overtaken"
    FAULT = "fault"
    # Of those that end by themselves.
    TRIAL = "trial"
    REPEATED = "repeated"
    ERASED = "erased"


SENTENCES = {
    Doubt.UNREADABLE: _("The document cannot be read: it is damaged or has too many elements."),
    Doubt.UNKNOWN_FORM: _(
        "ICP does not know this form. An administrator can add it under Settings, Forms of ePUAP;"
        " then have the document read again."
    ),
    Doubt.PATHS: _(
        "The paths of this form are wrong. An administrator can correct them under Settings, Forms"
        " of ePUAP; then have the document read again."
    ),
    Doubt.FIELDS: _("Fields of the form are missing or wrong; the document’s page marks them."),
    Doubt.PESEL_DIFFERS: _(
        "The PESEL number in the form is not the signer’s. Only people themselves can sign this"
        " form; register a child with its guardian at the office."
    ),
    Doubt.SENDER_UNKNOWN: _(
        "ePUAP did not give the sender’s PESEL number, so it cannot be compared."
    ),
    Doubt.SENDER_DIFFERS: _(
        "The document was sent from the account of somebody else than the signer."
    ),
    Doubt.NAME_DIFFERS: _("The name in the form differs from the name in the signature."),
    Doubt.CONSENT_UNKNOWN: _("The form names a topic or a channel that ICP does not know."),
    Doubt.NO_CONSENT: _("The person agreed to no topic or to no channel."),
    Doubt.NO_TEXT: _("There is no wording of the consent in force on this day."),
    Doubt.CHILD: _(
        "The person is under 16 and cannot consent alone. Refuse it; register the child with its"
        " guardian at the office."
    ),
    Doubt.LIKELY_DUPLICATE: _(
        "Somebody with the same name and birth date is registered already. Compare, and choose"
        " whether it is the same person."
    ),
    Doubt.DATA_DIFFER: _(
        "The person is registered already; consents were taken over. Some data differ: decide"
        " whether the register follows the form."
    ),
    Doubt.STATE: _("The account’s state does not allow it. Open the card and decide there first."),
    Doubt.UNKNOWN_PERSON: _("Nobody with this PESEL number is registered."),
    Doubt.BOX_DIFFERS: _(
        "The answer would go to another ePUAP box than the one in the register. Check it before"
        " personal data go there."
    ),
    Doubt.OVERTAKEN: _("A form that the person signed later has been carried out already."),
    Doubt.FAULT: _(
        "ICP stopped in the middle several times; the details are in its log. Have the document"
        " read again, or tell the administrator."
    ),
    Doubt.TRIAL: _("A trial document: ICP does nothing with it."),
    Doubt.REPEATED: _("The same signed document came before; nothing is done twice."),
    Doubt.ERASED: _("The person was erased meanwhile."),
}
# Without these nobody proved who asks for what: nobody can accept such a document.
FINAL = frozenset(
    {
        Doubt.UNREADABLE,
        Doubt.UNKNOWN_FORM,
        Doubt.PATHS,
        Doubt.PESEL_DIFFERS,
        Doubt.CHILD,
        Doubt.FAULT,
    }
)


class Doubtful(Exception):
    """This cannot be carried out without a clerk; `problems` are sentences by field."""

    def __init__(self, *doubts: Doubt, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(", ".join(doubts))
        self.doubts = doubts
        self.problems = dict(problems or {})


class TooEarly(Exception):
    """What this document needs may still be on its way: look again later."""


def sentence(code: str) -> str:
    """A reason in words."""
    if code.startswith(SIGNATURE):
        return str(refusals.SENTENCES[refusals.Refusal(code.removeprefix(SIGNATURE))])
    return str(SENTENCES[Doubt(code)])


def is_final(code: str) -> bool:
    """Whether nothing but reading the document again can get past it."""
    return code.startswith(SIGNATURE) or code in FINAL
