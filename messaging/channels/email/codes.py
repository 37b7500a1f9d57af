"""From what a mail server says to what it means for the envelope, the address and the channel."""

import re
import smtplib
import ssl

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning
from messaging.channels.email.connection import CLOSING, GarbledError, Reply

ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
TOO_LARGE = 552
FIRST_PERMANENT = 500

CODES: Codes = {
    # Ours, for what no server said.
    "not_configured": Meaning(Outcome.RETRY, _("No mail server is configured."), down=True),
    "bad_address": Meaning(Outcome.REFUSED, _("This is not an e-mail address.")),
    "bad_content": Meaning(Outcome.REFUSED, _("The reply-to address or a link is malformed.")),
    "deadline": Meaning(Outcome.NOT_SENT, _("Its turn did not come in time.")),
    "connect": Meaning(Outcome.RETRY, _("The mail server could not be reached.")),
    "tls": Meaning(Outcome.RETRY, _("No secure connection could be set up.")),
    "login": Meaning(Outcome.RETRY, _("The mail server refused our user or password."), down=True),
    "sender": Meaning(Outcome.RETRY, _("The mail server refused our sender address."), down=True),
    "greeting": Meaning(Outcome.RETRY, _("The mail server did not let us begin.")),
    "garbled": Meaning(Outcome.RETRY, _("The mail server answered outside the protocol.")),
    "lost": Meaning(Outcome.NOT_SENT, _("The connection broke before the mail was sent.")),
    "no_reply": Meaning(Outcome.UNKNOWN, _("The mail left, but the server did not confirm it.")),
    # The server's enhanced codes (RFC 3463, IANA registry) that say something of their own.
    "5.1.1": Meaning(Outcome.REFUSED, _("There is no such mailbox."), gone=True),
    "5.1.2": Meaning(Outcome.REFUSED, _("The domain of the address does not exist.")),
    "5.1.3": Meaning(Outcome.REFUSED, _("The address is malformed.")),
    "5.1.6": Meaning(Outcome.REFUSED, _("The mailbox has moved away."), gone=True),
    "5.1.10": Meaning(Outcome.REFUSED, _("The domain accepts no mail."), gone=True),
    "5.2.1": Meaning(Outcome.REFUSED, _("The mailbox is disabled.")),
    "5.2.2": Meaning(Outcome.REFUSED, _("The mailbox is full.")),
    "5.3.4": Meaning(Outcome.REFUSED, _("The mail is too large.")),
    "5.7.1": Meaning(Outcome.REFUSED, _("The server does not accept this mail.")),
    "4.2.0": Meaning(Outcome.RETRY, _("The mailbox is busy.")),
    "4.2.2": Meaning(Outcome.RETRY, _("The mailbox is full.")),
    "4.7.0": Meaning(Outcome.RETRY, _("The mail server asks us to slow down."), slower=True),
    "421": Meaning(Outcome.RETRY, _("The mail server asks us to slow down."), slower=True),
    "530": Meaning(Outcome.RETRY, _("The mail server wants us to sign in."), down=True),
    "535": Meaning(Outcome.RETRY, _("The mail server refused our user or password."), down=True),
}
TEMPORARY = Meaning(Outcome.RETRY, _("The mail server refused for now."))
PERMANENT = Meaning(Outcome.REFUSED, _("The mail server refused for good."))


def read_refusal(reply: Reply) -> tuple[str, Meaning]:
    """Give the code to keep and its meaning; the number decides where the two codes disagree."""
    number = str(reply.code)
    found = ENHANCED.match(reply.line)
    code = found[0].decode("ascii") if found else number
    general = PERMANENT if reply.code >= FIRST_PERMANENT else TEMPORARY
    if number in CODES:
        return number, CODES[number]
    special = CODES.get(code)
    if special and special.outcome is general.outcome:
        return code, special
    return code, general


def read_opening(replies: list[Reply]) -> tuple[str, Meaning]:
    """Read the first refusal among the replies to MAIL, RCPT and DATA."""
    position, reply = next((p, r) for p, r in enumerate(replies) if not r.positive)
    code, meaning = read_refusal(reply)
    if position == 0 and reply.code >= FIRST_PERMANENT and reply.code != TOO_LARGE:
        # Nobody's mail would get through: our sender address or our account is at fault.
        return (code, meaning) if meaning.down else ("sender", CODES["sender"])
    return code, meaning


def connect_code(error: Exception) -> str:
    """Give the code of what went wrong before the first mail."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "login"
    if isinstance(error, smtplib.SMTPConnectError) and error.smtp_code == CLOSING:
        return str(CLOSING)
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, GarbledError):
        return "garbled"
    # smtplib's errors are OSErrors too: the server spoke, but not as we need it.
    return "greeting" if isinstance(error, smtplib.SMTPException) else "connect"
