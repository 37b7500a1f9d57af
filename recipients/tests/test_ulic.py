"""The street catalogue of GUS: CSV and XML, one municipality of the whole country, hostile files."""

import io

import pytest
from django.core.exceptions import ValidationError

from recipients.address_register import address_import, ulic
from recipients.models import Street

HEAD = "WOJ;POW;GMI;RODZ_GMI;SYM;SYM_UL;CECHA;NAZWA_1;NAZWA_2;STAN_NA\n"
OURS = "14;64;01;1;0977;00987;ul.;Bema;Generała Józefa;2026-01-01\n"
ALSO = "14;64;01;1;0977;20000;al.;Sportowa;;2026-01-02\n"
OTHER = "02;01;01;1;0935;11111;ul.;Polna;;2026-01-01\n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<ULIC><catalog name="ULIC" type="all" date="2026-01-01">
<row><WOJ>14</WOJ><POW>64</POW><GMI>01</GMI><RODZ_GMI>1</RODZ_GMI><SYM>0977</SYM>
<SYM_UL>00987</SYM_UL><CECHA>ul.</CECHA><NAZWA_1>Bema</NAZWA_1><NAZWA_2>Generała Józefa</NAZWA_2>
<STAN_NA>2026-01-01</STAN_NA></row>
<row><WOJ>02</WOJ><POW>01</POW><GMI>01</GMI><RODZ_GMI>1</RODZ_GMI><SYM>0935</SYM>
<SYM_UL>11111</SYM_UL><CECHA>ul.</CECHA><NAZWA_1>Polna</NAZWA_1><NAZWA_2/>
<STAN_NA>2026-01-01</STAN_NA></row>
</catalog></ULIC>"""
OLD_XML = """<teryt><catalog name="ULIC"><row><col name="WOJ">14</col><col name="POW">64</col>
<col name="GMI">01</col><col name="RODZ_GMI">1</col><col name="SYM_UL">00987</col>
<col name="CECHA">ul.</col><col name="NAZWA_1">Bema</col><col name="NAZWA_2">Generała Józefa</col>
<col name="STAN_NA">2009-01-01</col></row></catalog></teryt>"""


def read(text: str | bytes, code: str = "1464011") -> ulic.Streets:
    raw = text.encode() if isinstance(text, str) else text
    assert ulic.is_catalogue(raw)
    return ulic.of_municipality(io.BytesIO(raw), code)


@pytest.mark.parametrize("text", [HEAD + OURS + OTHER, "\ufeff" + HEAD + OTHER + OURS, XML])
def test_of_the_whole_country_one_municipality_is_taken(text: str) -> None:
    found = read(text)
    assert (found.number, found.left_out, found.as_of) == (1, 1, "2026-01-01")
    assert found.text == "teryt,prefix,name\n00987,ul.,Generała Józefa Bema\n"


def test_the_older_xml_is_read_too() -> None:
    assert "Generała Józefa Bema" in read(OLD_XML).text


@pytest.mark.parametrize("code", ["1464011", "146401", ""])
def test_the_kind_of_the_municipality_may_be_left_out(code: str) -> None:
    found = read(HEAD + OURS + ALSO, code)
    assert (found.number, found.as_of) == (2, "2026-01-02")


def test_windows_letters_are_read() -> None:
    assert "Generała Józefa" in read((HEAD + OURS).encode("cp1250")).text


def test_many_municipalities_need_a_code() -> None:
    with pytest.raises(ValidationError) as refusal:
        read(HEAD + OURS + OTHER, "")
    assert refusal.value.code == "many_municipalities"


def test_a_wrong_code_is_told() -> None:
    with pytest.raises(ValidationError) as refusal:
        read(HEAD + OURS, "0000000")
    assert refusal.value.code == "no_streets"
    assert "0000000" in refusal.value.messages[0]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<ULIC><row><WOJ>&b;</WOJ><SYM_UL>1</SYM_UL></row></ULIC>"
)
FILE = (
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><ULIC><row><WOJ>&f;</WOJ></row></ULIC>'
)


@pytest.mark.parametrize(
    "text",
    [BOMB, FILE, "<ULIC><row><WOJ>14</WOJ>", "<html></html>", HEAD.replace("NAZWA_1", "NAZWA")],
    ids=["bomb", "foreign file", "cut off", "another document", "a column missing"],
)
def test_what_is_no_catalogue_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(text)
    assert refusal.value.messages[0]


def test_a_cell_that_never_ends_is_refused() -> None:
    with pytest.raises(ValidationError):
        read(HEAD + '14;64;01;1;0977;00987;ul.;"' + "x" * 200_000)


@pytest.mark.django_db
def test_a_catalogue_becomes_streets() -> None:
    report = address_import.import_csv(io.StringIO(read(HEAD + OURS).text), None)
    assert report.streets == 1
    street = Street.objects.get()
    assert (str(street), street.folded) == (
        "ul. Generała Józefa Bema",
        "generala jozefa bema",
    )


def test_other_files_are_not_taken_for_a_catalogue() -> None:
    assert not ulic.is_catalogue(b"teryt,prefix,name\n00001,ul.,Sportowa\n")
