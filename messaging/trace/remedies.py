"""From the code of a fault to the part of the handbook that says why, and what to do."""

from messaging.models import Delivery, Message

CHAPTER = "awarie-wysylki"
_S, _R = Delivery.State, Delivery.Reason
# Problems of a message: the anchor of a heading of the chapter.
OF_MESSAGE = {
    "count_differs": "wysylka-stanela-i-pyta",
    "sms_limit": "wysylka-stanela-i-pyta",
    "late": "termin-minal-gdy-system-nie-dzialal",
    "approval_void": "zmieniono-cos-po-zatwierdzeniu",
    "restored": "przywrocono-kopie-zapasowa-wysylek",
}
OF_REASON: dict[str, str] = {
    _R.NO_CONSENT: "osoba-zmienila-sie-w-trakcie-wysylki",
    _R.RESTRICTED: "osoba-zmienila-sie-w-trakcie-wysylki",
    _R.SUSPENDED: "osoba-zmienila-sie-w-trakcie-wysylki",
    _R.ERASED: "osoba-zmienila-sie-w-trakcie-wysylki",
    "suppressed_address": "adres-z-ktorego-wracaja-wiadomosci",
}
OF_STATE: dict[str, str] = {
    _S.RETRY_WAIT: "dostawca-nie-dziala",
    _S.UNKNOWN: "nie-przyszla-odpowiedz",
    _S.NO_RECEIPT: "nie-przyszlo-potwierdzenie",
    _S.FAILED: "odmowa-na-stale",
    _S.UNDELIVERED: "odmowa-na-stale",
}


def of_message(message: Message) -> str:
    """The anchor; empty where nothing is wrong."""
    return OF_MESSAGE.get(message.problem, "")


def of_delivery(state: str, reason: str) -> str:
    """By the reason, else by the state."""
    return OF_REASON.get(reason) or OF_STATE.get(state, "")
