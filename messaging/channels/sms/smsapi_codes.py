"""From SMSAPI's error and delivery codes to what they mean for the message, the number and the account.

https://www.smsapi.pl/docs: "Kody błędów" and "Lista statusów doręczenia". They stand in the database
as "smsapi:103", since other providers use the same numbers for other things.
"""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import News, Outcome
from messaging.channels.codes import Codes, Meaning

PREFIX = "smsapi:"
SENDER_REFUSED = PREFIX + "14"
REPEATED = PREFIX + "53"
_ACCOUNT = _("The provider refused our account or token.")
_SOON = _("The provider is out of service for now.")
_SLOWER = _("The provider asks us to slow down.")
_NUMBER = _("This is not a phone number.")

_BY_NUMBER = {
    # The account.
    "98": Meaning(Outcome.RETRY, _("A trial account may only write to tested numbers."), down=True),
    "101": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "102": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "103": Meaning(Outcome.RETRY, _("There is no credit left on the account."), down=True),
    "105": Meaning(
        Outcome.RETRY,
        _("The provider does not let this server in: see the list of IPs."),
        down=True,
    ),
    "110": Meaning(Outcome.RETRY, _("Our account may not do this."), down=True),
    "1000": Meaning(Outcome.RETRY, _("Our account may not do this."), down=True),
    # The sender.
    "14": Meaning(Outcome.RETRY, _("The provider refused our sender."), down=True),
    # The number.
    "13": Meaning(Outcome.REFUSED, _NUMBER, gone=True),
    "33": Meaning(Outcome.REFUSED, _NUMBER, gone=True),
    "52": Meaning(Outcome.RETRY, _("Too many messages to one number within a minute.")),
    "96": Meaning(Outcome.REFUSED, _("Our account may not write to this country.")),
    # The text.
    "11": Meaning(Outcome.REFUSED, _("The text is missing, or longer than an SMS can be.")),
    "12": Meaning(Outcome.REFUSED, _("The text has more parts than the account may send.")),
    "94": Meaning(Outcome.REFUSED, _("The provider lets no links through from our account.")),
    # Our way of asking.
    "53": Meaning(Outcome.ACCEPTED, _("The provider had it already; it was not sent twice.")),
    "70": Meaning(Outcome.RETRY, _("The provider refused our address for news."), down=True),
    # The service.
    "8": Meaning(Outcome.RETRY, _SOON),
    "200": Meaning(Outcome.RETRY, _SOON),
    "201": Meaning(Outcome.RETRY, _SOON),
    "202": Meaning(Outcome.RETRY, _SLOWER, slower=True),
    "203": Meaning(Outcome.RETRY, _SLOWER, slower=True),
    "999": Meaning(Outcome.RETRY, _SOON),
    # HTTP, without a code of SMSAPI's.
    "http_401": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "http_403": Meaning(Outcome.RETRY, _ACCOUNT, down=True),
    "http_429": Meaning(Outcome.RETRY, _SLOWER, slower=True),
    # A gateway gave up waiting: behind it the SMS may well have been taken.
    "http_502": Meaning(Outcome.UNKNOWN, _("The SMS left, but the provider did not confirm it.")),
    "http_504": Meaning(Outcome.UNKNOWN, _("The SMS left, but the provider did not confirm it.")),
    # Later news.
    "401": Meaning(Outcome.REFUSED, _("The provider knows no such message.")),
    "402": Meaning(Outcome.REFUSED, _("The phone was switched off or out of reach.")),
    "405": Meaning(Outcome.REFUSED, _("The network could not deliver it.")),
    "406": Meaning(Outcome.REFUSED, _("The network does not say why it failed.")),
    "407": Meaning(Outcome.REFUSED, _("The network refused it.")),
    "408": Meaning(Outcome.REFUSED, _("The network does not say what became of it.")),
    "412": Meaning(Outcome.REFUSED, _("The sending was stopped in the provider's panel.")),
}
CODES: Codes = {PREFIX + number: meaning for number, meaning in _BY_NUMBER.items()}
TEMPORARY = Meaning(Outcome.RETRY, _("The provider refused for now."))
PERMANENT = Meaning(Outcome.REFUSED, _("The provider refused for good."))
FIRST_SERVER_ERROR = 500
# Statuses of a callback (numbers) and of a look-up (words).
NEWS = {
    "403": News.ACCEPTED,
    "409": News.ACCEPTED,
    "410": News.ACCEPTED,
    "404": News.DELIVERED,
    "402": News.UNDELIVERED,
    "405": News.UNDELIVERED,
    "406": News.UNDELIVERED,
    "407": News.UNDELIVERED,
    "412": News.UNDELIVERED,
}
NUMBERS = {
    "NOT_FOUND": "401",
    "EXPIRED": "402",
    "SENT": "403",
    "DELIVERED": "404",
    "UNDELIVERED": "405",
    "FAILED": "406",
    "REJECTED": "407",
    "UNKNOWN": "408",
    "QUEUE": "409",
    "ACCEPTED": "410",
    "STOP": "412",
}


def meaning_of(status: int, code: str) -> Meaning:
    """Find what a refusal means: SMSAPI's own code first (without its prefix), then the HTTP status."""
    general = TEMPORARY if status >= FIRST_SERVER_ERROR else PERMANENT
    return CODES.get(PREFIX + code) or CODES.get(f"{PREFIX}http_{status}") or general
