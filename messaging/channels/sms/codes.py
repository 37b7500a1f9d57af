"""From our own codes, for what a provider of SMS did not say, to what they mean."""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning

OWN_CODES: Codes = {
    "not_configured": Meaning(Outcome.RETRY, _("No SMS account is configured."), down=True),
    "deadline": Meaning(Outcome.NOT_SENT, _("Its turn did not come in time.")),
    "closed": Meaning(Outcome.NOT_SENT, _("The program was being stopped.")),
    "connect": Meaning(Outcome.RETRY, _("The SMS provider could not be reached.")),
    "no_reply": Meaning(Outcome.UNKNOWN, _("The SMS left, but the provider did not confirm it.")),
    "garbled": Meaning(Outcome.UNKNOWN, _("The SMS left, but the answer made no sense.")),
    "resting": Meaning(Outcome.NOT_SENT, _("Every provider of SMS rests after too many faults.")),
}
