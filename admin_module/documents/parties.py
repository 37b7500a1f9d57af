"""From the gateways that are set up to those outside the office who see personal data."""

from dataclasses import dataclass

from admin_module.configuration import (
    EmailGateway,
    EpuapGateway,
    EspGateway,
    PushGateway,
    PushKeys,
    SmsApiGateway,
    SmsGateway,
    read,
)
from messaging.channels.email.esp import TITLES


@dataclass(frozen=True, slots=True)
class Party:
    """A processor or another recipient of data (art. 4.8 and 4.9 GDPR), by channel."""

    channel: str
    name: str
    role: str
    data: str
    where: str
    active: bool


def parties() -> tuple[Party, ...]:
    """All channels and providers; the document about one that is switched off says so."""
    return (
        Party(
            "email",
            "operator serwera poczty",
            "podmiot przetwarzający (art. 28 RODO)",
            "adres e-mail, treść wiadomości",
            "według umowy z operatorem, zwykle Europejski Obszar Gospodarczy",
            bool(read(EmailGateway).host),
        ),
        Party(
            "email",
            f"{TITLES.get(read(EspGateway).service, 'dostawca z interfejsem API')} – wysyłka e-maili",
            "podmiot przetwarzający (art. 28 RODO)",
            "adres e-mail, treść wiadomości, stan doręczenia",
            "według umowy z dostawcą; poza Europejskim Obszarem Gospodarczym tylko na podstawie"
            " art. 45 lub 46 RODO",
            bool(read(EspGateway).key),
        ),
        Party(
            "sms",
            "Twilio Ireland Ltd. – bramka SMS, oraz operatorzy sieci komórkowych",
            "podmiot przetwarzający; operatorzy są odrębnymi administratorami",
            "numer telefonu, treść SMS-a, stan doręczenia",
            "Unia Europejska i Stany Zjednoczone: decyzja Komisji (UE) 2023/1795 lub standardowe"
            " klauzule umowne (art. 45 i 46 RODO)",
            bool(read(SmsGateway).account),
        ),
        Party(
            "sms",
            "LINK Mobility Poland sp. z o.o. – SMSAPI, oraz operatorzy sieci komórkowych",
            "podmiot przetwarzający; operatorzy są odrębnymi administratorami",
            "numer telefonu, treść SMS-a, stan doręczenia",
            "Polska",
            bool(read(SmsApiGateway).token),
        ),
        Party(
            "push",
            "Google Ireland Ltd. – Firebase Cloud Messaging; Apple – powiadomienia iOS; Google, Mozilla,"
            " Microsoft i Apple – usługi powiadomień przeglądarek (Web Push, zaszyfrowane)",
            "podmiot przetwarzający",
            "identyfikator urządzenia lub subskrypcji przeglądarki, nazwa nadawcy i sygnał, że coś czeka;"
            " tytuł i krótka treść tylko tego, co urząd publikuje dla wszystkich",
            "Unia Europejska i Stany Zjednoczone: decyzja Komisji (UE) 2023/1795 lub standardowe"
            " klauzule umowne (art. 45 i 46 RODO)",
            bool(read(PushGateway).project or read(PushKeys).key),
        ),
        Party(
            "epuap",
            "minister właściwy do spraw informatyzacji – ePUAP",
            "odrębny administrator z mocy ustawy",
            "adres skrytki, treść pisma, poświadczenia doręczenia",
            "Polska",
            bool(read(EpuapGateway).url),
        ),
    )
