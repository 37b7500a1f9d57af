"""From Twilio's error codes to what they mean for the message, the number and the channel.

https://www.twilio.com/docs/api/errors; those from 30001 on come with the later news.
"""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning

CODES: Codes = {
    # HTTP statuses without a code of Twilio's.
    "401": Meaning(Outcome.RETRY, _("The provider refused our account or token."), down=True),
    "403": Meaning(Outcome.RETRY, _("The provider refused our account or token."), down=True),
    "429": Meaning(Outcome.RETRY, _("The provider asks us to slow down."), slower=True),
    # A gateway gave up waiting: Twilio behind it may well have taken the message.
    "502": Meaning(Outcome.UNKNOWN, _("The SMS left, but the provider did not confirm it.")),
    "504": Meaning(Outcome.UNKNOWN, _("The SMS left, but the provider did not confirm it.")),
    # The account.
    "20003": Meaning(Outcome.RETRY, _("The provider refused our account or token."), down=True),
    "20005": Meaning(Outcome.RETRY, _("Our account is not active."), down=True),
    "20403": Meaning(Outcome.RETRY, _("Our account may not do this."), down=True),
    "20429": Meaning(Outcome.RETRY, _("The provider asks us to slow down."), slower=True),
    "20503": Meaning(Outcome.RETRY, _("The provider is out of service for now.")),
    "30002": Meaning(
        Outcome.RETRY, _("Our account is suspended; is there credit left?"), down=True
    ),
    "90010": Meaning(Outcome.RETRY, _("Our account is not active."), down=True),
    # The sender.
    "21212": Meaning(Outcome.RETRY, _("The provider refused our sender."), down=True),
    "21606": Meaning(Outcome.RETRY, _("Our account may not use this sender."), down=True),
    "21608": Meaning(
        Outcome.RETRY, _("A trial account may only write to tested numbers."), down=True
    ),
    "21659": Meaning(Outcome.RETRY, _("Our account may not use this sender."), down=True),
    "21660": Meaning(Outcome.RETRY, _("Our account may not use this sender."), down=True),
    "21703": Meaning(Outcome.RETRY, _("The messaging service has no sender."), down=True),
    "21611": Meaning(Outcome.RETRY, _("The sender's queue is full."), slower=True),
    # The number.
    "21211": Meaning(Outcome.REFUSED, _("This is not a phone number."), gone=True),
    "21214": Meaning(Outcome.REFUSED, _("The number cannot be reached.")),
    "21217": Meaning(Outcome.REFUSED, _("This is not a phone number."), gone=True),
    "21408": Meaning(Outcome.REFUSED, _("Our account may not write to this country.")),
    "21604": Meaning(Outcome.REFUSED, _("The number is missing.")),
    "21610": Meaning(Outcome.REFUSED, _("The person answered STOP to our messages.")),
    "21612": Meaning(Outcome.REFUSED, _("No route leads to this number.")),
    "21614": Meaning(Outcome.REFUSED, _("This is not a mobile number."), gone=True),
    "21635": Meaning(Outcome.REFUSED, _("This is a landline number."), gone=True),
    # The text.
    "21602": Meaning(Outcome.REFUSED, _("The text is missing.")),
    "21617": Meaning(Outcome.REFUSED, _("The text is longer than 1600 characters.")),
    "21619": Meaning(Outcome.REFUSED, _("The text is missing.")),
    # Later news.
    "30001": Meaning(Outcome.RETRY, _("The provider's queue is full.")),
    "30003": Meaning(Outcome.REFUSED, _("The phone was switched off or out of reach.")),
    "30004": Meaning(Outcome.REFUSED, _("The number or the network blocks our messages.")),
    "30005": Meaning(Outcome.REFUSED, _("The number does not exist."), gone=True),
    "30006": Meaning(Outcome.REFUSED, _("This is a landline number."), gone=True),
    "30007": Meaning(Outcome.REFUSED, _("The network took the message for spam.")),
    "30008": Meaning(Outcome.REFUSED, _("The network does not say why it failed.")),
    "30010": Meaning(Outcome.REFUSED, _("The message costs more than our limit.")),
}
TEMPORARY = Meaning(Outcome.RETRY, _("The provider refused for now."))
PERMANENT = Meaning(Outcome.REFUSED, _("The provider refused for good."))
FIRST_SERVER_ERROR = 500


def meaning_of(status: int, code: str) -> Meaning:
    """Find what a refusal means: Twilio's own code first, then the HTTP status."""
    general = TEMPORARY if status >= FIRST_SERVER_ERROR else PERMANENT
    return CODES.get(code) or CODES.get(str(status)) or general
