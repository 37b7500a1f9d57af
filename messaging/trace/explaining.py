"""From a state, a reason and a provider's code to a sentence that staff can act on."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.channels import CODES
from messaging.channels.codes import Codes, Meaning
from messaging.ledger.progress import GROUP_OF_STATE
from messaging.models import NOT_THROUGH, Delivery, Message

_S, _R = Delivery.State, Delivery.Reason

STATES: dict[str, Promise] = {
    _S.QUEUED: gettext_lazy("It waits for its turn and will go out by itself."),
    _S.SUBMITTING: gettext_lazy("It is being handed over to the provider right now."),
    _S.RETRY_WAIT: gettext_lazy(
        "The provider could not take it for the moment. It will be tried again by itself."
    ),
    _S.ACCEPTED: gettext_lazy(
        "The provider took it. The confirmation of delivery has not come yet."
    ),
    _S.DELIVERED: gettext_lazy("The provider confirmed that it was delivered."),
    _S.READ: gettext_lazy("The person opened it in the app."),
    _S.UNDELIVERED: gettext_lazy(
        "The provider took it and later said that it could not be delivered."
    ),
    _S.FAILED: gettext_lazy(
        "The provider refused it for good. Nothing was sent to this person here."
    ),
    _S.SUPPRESSED: gettext_lazy(
        "ICP left it out; nothing was sent to this person on this channel."
    ),
    _S.UNKNOWN: gettext_lazy(
        "It was handed over and no answer came: the person may have got it or not."
        " It is not sent again by itself, so that nobody gets it twice."
    ),
    _S.NO_RECEIPT: gettext_lazy(
        "The provider took it, and no confirmation came in the time that is waited for one"
        " (72 hours, or what the office set). Most such messages arrived."
    ),
}
REASONS: dict[str, Promise] = {
    _R.NO_CONSENT: gettext_lazy("The person did not agree to this topic on this channel."),
    _R.NO_ADDRESS: gettext_lazy("The person has no address or number for this channel."),
    _R.NOT_ACTIVE: gettext_lazy(
        "The signed form has not come back yet: the account is not active."
    ),
    _R.RESTRICTED: gettext_lazy("The office restricted the account until the data are checked."),
    _R.SUSPENDED: gettext_lazy("The person asked for a break in messages."),
    _R.ERASED: gettext_lazy("The person's data were erased at their request."),
    _R.EXPIRED: gettext_lazy("The last moment for sending passed before its turn came."),
    _R.CANCELLED: gettext_lazy("A member of staff cancelled the rest of the sending."),
    _R.SAME_ADDRESS: gettext_lazy(
        "Somebody in the same household gets the same text at this number or address: one is enough."
    ),
    _R.LEFT_UNKNOWN: gettext_lazy(
        "No answer came after it was handed over. A member of staff decided not to send it again."
    ),
    _R.SUPPRESSED_ADDRESS: gettext_lazy(
        "Messages to this address or number come back, so nothing is sent there. Ask the person for"
        " another one; the reason stands on the card."
    ),
    _R.REFUSED: gettext_lazy("The provider refused the address or the message."),
    _R.TOO_MANY_TRIES: gettext_lazy("The provider could not take it in several tries in a row."),
    _R.LOST_ANSWER: gettext_lazy(
        "The connection broke after it was handed over, before the answer."
    ),
    _R.OPENED_BEFORE: gettext_lazy(
        "The person opened the message in the app before its SMS came due, so no SMS was needed."
    ),
}
# Where more rows than this could not get through, the page says so instead of counting on.
MOST_EXPLAINED = 2_000


# Codes that the engine itself writes into an attempt.
OURS: dict[str, Promise] = {
    "lease_expired": gettext_lazy(
        "The worker that held it stopped before it could write the answer down."
    ),
}
IN_APP = "app"  # nobody could be woken: it was handed over to nobody, and yet is there
CODES_OF: dict[str, Codes] = {name: CODES[name] for name in ("email", "sms", "push")}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason why people on one channel did not get the message."""

    channel: str
    state: str
    code: str
    reason: str
    number: int

    @property
    def state_label(self) -> str:
        return str(Delivery.State(self.state).label)

    @property
    def group(self) -> str:
        """The name under which the list of deliveries filters this state."""
        return GROUP_OF_STATE[self.state]

    @property
    def shows_code(self) -> bool:
        """A provider's number helps when calling the provider; our own words for faults do not."""
        return any(character.isdigit() for character in self.code)

    @property
    def words(self) -> str:
        return why(self.channel, self.state, self.reason, self.code)


def why(channel: str, state: str, reason: str, code: str) -> str:
    """The most telling sentence known: of the provider's code, else the reason, else the state."""
    in_app = (state, code) == (_S.ACCEPTED, IN_APP)
    meaning = code_in_words(channel, code) if in_app or state in NOT_THROUGH else ""
    if meaning:
        return meaning
    if reason in REASONS:
        return str(REASONS[reason])
    return str(STATES.get(state, ""))


def code_in_words(channel: str, code: str) -> str:
    """What the provider's code means; empty where there is none, honest where it is not known."""
    if not code:
        return ""
    meaning = CODES_OF.get(channel, {}).get(code) or OURS.get(code)
    if isinstance(meaning, Meaning):
        return str(meaning.words)
    return str(meaning) if meaning else _("The provider answered with the code %s.") % code


def troubles_of(message: Message) -> tuple[list[Trouble], bool]:
    """Those not reached, grouped by reason; and whether there are more than were looked at."""
    # In the order of the index deliveries_not_through: never more than these rows are read.
    found = message.deliveries.filter(state__in=NOT_THROUGH).order_by("id")
    rows = found.values_list("channel", "state", "reason", "code")[: MOST_EXPLAINED + 1]
    return _grouped(list(rows)[:MOST_EXPLAINED]), len(rows) > MOST_EXPLAINED


def _grouped(rows: Iterable[tuple[str, str, str, str]]) -> list[Trouble]:
    counted: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        counted[row] = counted.get(row, 0) + 1
    return [
        Trouble(channel=channel, state=state, reason=reason, code=code, number=number)
        for (channel, state, reason, code), number in sorted(
            counted.items(), key=lambda one: -one[1]
        )
    ]
