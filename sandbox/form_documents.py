"""From invented particulars to the XML of a form that ICP proposes (docs/epuap/), not yet signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree
from lxml.builder import ElementMaker

CRD = "http://crd.gov.pl/xml/schematy"
STANDARD = {
    "str": f"{CRD}/struktura/2009/11/16/",
    "meta": f"{CRD}/meta/2009/11/16/",
    "oso": f"{CRD}/osoba/2009/11/16/",
    "adr": f"{CRD}/adres/2009/11/09/",
}
STR, META, OSO, ADR = (ElementMaker(namespace=uri) for uri in STANDARD.values())
# What a form asks for, and how it is called.
NAMES = {
    "register": ("rejestracja", "Rejestracja w systemie powiadamiania"),
    "view": ("wglad", "Wgląd w dane"),
    "correct": ("poprawienie", "Poprawienie, uzupełnienie lub aktualizacja danych"),
    "suspend": ("wstrzymanie", "Wstrzymanie przetwarzania danych"),
    "resume": ("wznowienie", "Wznowienie przetwarzania danych"),
    "delete": ("usuniecie", "Usunięcie danych"),
    "access": ("rozmowa", "Wniosek o udostępnienie zapisu rozmowy"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What the person typed; what is empty does not stand in the document."""

    pesel: str
    first_name: str = ""
    last_name: str = ""
    second_name: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    postal_code: str = ""
    town: str = ""
    email: str = ""
    phone: str = ""
    topics: Sequence[str] = ()
    channels: Sequence[str] = ()
    until: str = ""
    talk: str = ""
    called_from: str = ""
    conversation_on: str = ""
    conversation_time: str = ""
    about: str = ""
    basis: str = ""
    justification: str = ""
    requested_form: str = ""
    needs: str = ""


def form_document(purpose: str, filled: Filled, *, day: date | None = None) -> bytes:
    """The document of one of NAMES; sign it with `sandbox.signing.sign`."""
    name, title = NAMES[purpose]
    namespace = f"urn:icp:formularz:{name}:1-0"
    made = ElementMaker(namespace=namespace, nsmap={"icp": namespace, **STANDARD})
    created = META.Data(
        META.Czas((day or datetime.now(UTC).date()).isoformat()), typDaty="stworzony"
    )
    document = made.Dokument(
        made.OpisDokumentu(created),
        made.DaneDokumentu(
            STR.Naglowek(STR.NazwaDokumentu(title)),
            STR.Nadawcy(META.Podmiot(_person(filled))),
        ),
        made.TrescDokumentu(*_wishes(made, purpose, filled)),
    )
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def _person(filled: Filled) -> etree._Element:
    person: etree._Element = OSO.Osoba(
        OSO.IdOsoby(OSO.PESEL(filled.pesel)),
        *_given(OSO, Imie=filled.first_name, ImieDrugie=filled.second_name),
        *_given(OSO, Nazwisko=filled.last_name),
        *_part(
            ADR.Adres,
            KodPocztowy=filled.postal_code,
            Miejscowosc=filled.town,
            Ulica=filled.street,
            Budynek=filled.house,
            Lokal=filled.flat,
        ),
        *_part(ADR.Kontakt, Telefon=filled.phone, Email=filled.email),
    )
    return person


def _wishes(made: ElementMaker, purpose: str, filled: Filled) -> list[etree._Element]:
    if purpose == "register":
        return [
            made.Tematy(*(made.Temat(topic) for topic in filled.topics)),
            made.Kanaly(*(made.Kanal(channel) for channel in filled.channels)),
        ]
    if purpose == "access":
        return _access(made, filled)
    return _given(made, Do=filled.until)


def _access(made: ElementMaker, filled: Filled) -> list[etree._Element]:
    talk = made.Rozmowa(
        *_given(
            made,
            Rodzaj=filled.talk,
            Numer=filled.called_from,
            Dzien=filled.conversation_on,
            Godzina=filled.conversation_time,
            Sprawa=filled.about,
        )
    )
    wish = _given(
        made,
        Podstawa=filled.basis,
        Uzasadnienie=filled.justification,
        Forma=filled.requested_form,
        Ulatwienia=filled.needs,
    )
    return [talk, *wish]


def _given(made: ElementMaker, **texts: str) -> list[etree._Element]:
    return [getattr(made, name)(text) for name, text in texts.items() if text]


def _part(whole: ElementMaker, **texts: str) -> list[etree._Element]:
    found = _given(ADR, **texts)
    return [whole(*found)] if found else []
