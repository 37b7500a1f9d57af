"""From what ePUAP answers to what it means for the letter, the box and the channel.

Of `status.kod` only 1 is public; the office lists in settings those that refuse for good.
"""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning

CODES: Codes = {
    # Ours, for what ePUAP did not say.
    "not_configured": Meaning(Outcome.RETRY, _("ePUAP is not configured."), down=True),
    "deadline": Meaning(Outcome.NOT_SENT, _("Its turn did not come in time.")),
    "closed": Meaning(Outcome.NOT_SENT, _("The program was being stopped.")),
    "connect": Meaning(Outcome.RETRY, _("ePUAP could not be reached.")),
    "no_reply": Meaning(Outcome.UNKNOWN, _("The letter left, but ePUAP did not confirm it.")),
    "garbled": Meaning(Outcome.UNKNOWN, _("The letter left, but the answer made no sense.")),
    "not_trusted": Meaning(
        Outcome.UNKNOWN, _("The letter left, but nobody we know signed the answer.")
    ),
    "signature": Meaning(Outcome.RETRY, _("ePUAP refused our signature."), down=True),
    "refused": Meaning(Outcome.REFUSED, _("ePUAP refused for good.")),
    "later": Meaning(Outcome.RETRY, _("ePUAP refused for now.")),
    # HTTP statuses without a SOAP document.
    "401": Meaning(Outcome.RETRY, _("ePUAP refused our certificate."), down=True),
    "403": Meaning(Outcome.RETRY, _("ePUAP refused our certificate."), down=True),
    "408": Meaning(Outcome.UNKNOWN, _("The letter left, but ePUAP did not confirm it.")),
    "429": Meaning(Outcome.RETRY, _("ePUAP asks us to slow down."), slower=True),
    "500": Meaning(Outcome.RETRY, _("ePUAP is out of order for now.")),
    # A gateway gave up waiting: the box behind it may well have the letter.
    "502": Meaning(Outcome.UNKNOWN, _("The letter left, but ePUAP did not confirm it.")),
    "503": Meaning(Outcome.RETRY, _("ePUAP is out of order for now.")),
    "504": Meaning(Outcome.UNKNOWN, _("The letter left, but ePUAP did not confirm it.")),
}
FIRST_REFUSAL, FIRST_SERVER_ERROR = 400, 500


def meaning_of_status(status: int) -> Meaning:
    """Find what an HTTP status without a SOAP document means."""
    return CODES[code_of_status(status)]


def code_of_status(status: int) -> str:
    """The key of CODES for it."""
    if str(status) in CODES:
        return str(status)
    return "later" if FIRST_REFUSAL <= status < FIRST_SERVER_ERROR else "garbled"
