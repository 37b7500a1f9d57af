"""From what an exchange writes in the place of a number to whether it was withheld."""

from conversations.models import CallerId
from conversations.register.phones import e164

# What exchanges write where there is no number (Asterisk, FreeSWITCH, 3CX, Twilio), in small letters.
WITHHELD = {"anonymous", "restricted", "private", "withheld", "clir", "ukryty", "zastrzezony"}
UNKNOWN = {"", "unknown", "unavailable", "nieznany", "<unknown>", "asterisk", "0000000000"}


def presentation(text: str) -> str:
    """Whether a number is shown, withheld or unknown, where the exchange does not say so itself."""
    said = text.strip().lower()
    if said in WITHHELD:
        return CallerId.WITHHELD
    return CallerId.ALLOWED if said not in UNKNOWN and e164(said) else CallerId.UNAVAILABLE
