"""From a text to the general letter that ePUAP shows in a box (pattern 2013/12/12/1410).

Outgoing letters are information, never decisions: since 1 January 2026 ePUAP letters carry no deemed
delivery. http://crd.gov.pl/wzor/2013/12/12/1410/
"""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import date

from lxml import etree
from lxml.builder import ElementMaker

from messaging.channels.base import Enclosure

_CRD = "http://crd.gov.pl"
NAMESPACES = {
    "wnio": f"{_CRD}/wzor/2013/12/12/1410/",
    "str": f"{_CRD}/xml/schematy/struktura/2009/11/16/",
    "meta": f"{_CRD}/xml/schematy/meta/2009/11/16/",
    "inst": f"{_CRD}/xml/schematy/instytucja/2009/11/16/",
}
WNIO, STR, META, INST = (
    ElementMaker(namespace=uri, nsmap=NAMESPACES) for uri in NAMESPACES.values()
)


UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def general_letter(
    *, subject: str, text: str, office: str, day: date, enclosures: Sequence[Enclosure] = ()
) -> bytes:
    """Write the document; each paragraph of `text` (blank lines between) is one Informacja."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    document = WNIO.Dokument(
        WNIO.OpisDokumentu(META.Data(META.Czas(day.isoformat()), typDaty="stworzony")),
        WNIO.DaneDokumentu(
            STR.Naglowek(STR.NazwaDokumentu(printable(subject))),
            META.Data(META.Czas(day.isoformat()), typDaty="stworzony"),
            STR.Nadawcy(META.Podmiot(INST.Instytucja(INST.NazwaInstytucji(printable(office))))),
        ),
        WNIO.TrescDokumentu(
            WNIO.Tytul(printable(subject)),
            WNIO.Informacje(*(WNIO.Informacja(printable(part)) for part in paragraphs)),
            *_attached(enclosures),
            format="text/xml",
            kodowanie="XML",
        ),
    )
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def _attached(enclosures: Sequence[Enclosure]) -> Iterator["etree._Element"]:
    """str:Zalaczniki, with each file in base64; nothing where there is no file."""
    if enclosures:
        yield STR.Zalaczniki(
            *(
                STR.Zalacznik(
                    STR.DaneZalacznika(base64.b64encode(one.content).decode("ascii")),
                    format=one.media_type,
                    kodowanie="base64",
                    nazwaPliku=printable(one.name),
                )
                for one in enclosures
            )
        )


def printable(text: str) -> str:
    """Drop what XML 1.0 cannot hold (control characters)."""
    return UNPRINTABLE.sub("", text)
