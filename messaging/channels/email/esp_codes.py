"""From what an e-mail provider's API says to what it means for the envelope and the account.

They stand in the database as "esp:402", beside the codes of mail servers.
"""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning

PREFIX = "esp:"
_ACCOUNT = _("The e-mail provider refused our key.")
_SILENT = _("The mail left, but the provider did not confirm it.")
CODES: Codes = {
    "esp:connect": Meaning(Outcome.RETRY, _("The e-mail provider could not be reached.")),
    "esp:no_reply": Meaning(Outcome.UNKNOWN, _SILENT),
    "esp:garbled": Meaning(Outcome.UNKNOWN, _("The mail left, but the answer made no sense.")),
    "esp:closed": Meaning(Outcome.NOT_SENT, _("The program was being stopped.")),
    "esp:content": Meaning(Outcome.REFUSED, _("The provider cannot carry a mail like this.")),
    "esp:recipient": Meaning(Outcome.REFUSED, _("The provider does not write to this address.")),
    "esp:sender": Meaning(
        Outcome.RETRY, _("The e-mail provider does not know our sender address."), down=True
    ),
    "esp:401": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "esp:402": Meaning(Outcome.RETRY, _("There is no credit left on the account."), down=True),
    "esp:403": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "esp:429": Meaning(Outcome.RETRY, _("The provider asks us to slow down."), slower=True),
    "esp:502": Meaning(Outcome.UNKNOWN, _SILENT),
    "esp:504": Meaning(Outcome.UNKNOWN, _SILENT),
    "resting": Meaning(
        Outcome.NOT_SENT, _("Every provider of e-mail rests after too many faults.")
    ),
}
TEMPORARY = Meaning(Outcome.RETRY, _("The provider refused for now."))
PERMANENT = Meaning(Outcome.REFUSED, _("The provider refused for good."))
FIRST_SERVER_ERROR = 500
# Words in the body of a refusal that is about our account, whatever its status is.
NO_CREDIT = ("not_enough_credits", "insufficient credit")
NO_SENDER = ("sender signature", "sender is not valid", "valid sender", "sender you used")


def code_of(status: int, body: str) -> str:
    """The code that a refusal is kept under; `body` is looked through and kept nowhere."""
    told = body.casefold()
    if any(words in told for words in NO_CREDIT):
        return "esp:402"
    if any(words in told for words in NO_SENDER):
        return "esp:sender"
    return f"{PREFIX}{status}"


def meaning_of(status: int, code: str) -> Meaning:
    """Find what a refusal means."""
    return CODES.get(code) or (TEMPORARY if status >= FIRST_SERVER_ERROR else PERMANENT)
