"""The callback of ePUAP: taken once, answered in SOAP whatever happens, every attack refused by its name."""

import copy
import logging
from collections.abc import Callable

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from lxml import etree
from pytest_django import Settings

from admin_module.models import AuditEntry
from messaging.channels.epuap.push import OB
from messaging.channels.epuap.wsse import ID, SOAP, WSSE, verify_envelope
from messaging.channels.epuap.xmldsig import DS
from messaging.epuap import callback
from messaging.tests.pushing import MARK, believing, edited, outbox_of, parcel_of, post, said
from messaging.tests.signed import pinned
from recipients.models import EpuapDocument
from sandbox.certificates import Certificates

TAKEN = (200, "OdpowiedzOdbiorcy", "1")
REFUSED = (500, "Fault", "2")
OURS = (500, "Fault", "3")


@pytest.fixture(autouse=True)
def _believing(settings: Settings, epuap_files: Certificates) -> None:
    believing(settings, epuap_files)


@pytest.fixture
def raw(epuap_files: Certificates) -> bytes:
    return outbox_of(epuap_files).envelope(parcel_of(epuap_files))


def reason() -> str:
    entry = AuditEntry.objects.get(action="epuap.push_refused")
    assert entry.actor is None
    return str(entry.detail["code"])


@pytest.mark.django_db
def test_a_document_is_taken_with_what_epuap_says_of_it(
    client: Client, raw: bytes, epuap_files: Certificates
) -> None:
    answer = post(client, raw)
    assert said(answer) == TAKEN
    assert answer["Content-Type"].startswith("text/xml")
    row = EpuapDocument.objects.get()
    assert row.arrived_by == "push"
    assert (row.arrival.sender_pesel, row.arrival.box) == ("44051401359", "/zazolcin/rejestr")
    assert row.arrival.reply_to == "/swieta/domyslna"
    assert MARK in row.arrival.sender_name
    assert not row.trial
    # The answer is signed with the office's own key.
    verify_envelope(etree.fromstring(answer.content), pinned(epuap_files))


@pytest.mark.django_db
def test_the_same_again_is_taken_again_and_kept_once(client: Client, raw: bytes) -> None:
    assert {said(post(client, raw)) for _time in range(3)} == {TAKEN}
    assert EpuapDocument.objects.count() == 1


def shuffled(root: etree._Element) -> None:
    header = root[0]
    header[:] = reversed(header)


def called_any(root: etree._Element) -> None:
    for block in root[0].iterchildren(f"{{{OB}}}*"):
        block.tag = f"{block.tag}Any"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [shuffled, called_any])
def test_blocks_stand_in_any_order_and_under_either_name(
    client: Client, raw: bytes, change: Callable[[etree._Element], None]
) -> None:
    """Only the Body is signed; the soapAction says nothing."""
    answer = post(client, edited(raw, change), headers={"SOAPAction": '"urn:inna"'})
    assert said(answer) == TAKEN
    assert EpuapDocument.objects.get().arrival.sender_pesel == "44051401359"


@pytest.mark.django_db
def test_a_trial_is_known_as_one(client: Client, epuap_files: Certificates) -> None:
    parcel = parcel_of(epuap_files, trial=True)
    assert said(post(client, outbox_of(epuap_files).envelope(parcel))) == TAKEN
    assert EpuapDocument.objects.get().trial


def body(root: etree._Element) -> etree._Element:
    found = root.find(f"{{{SOAP}}}Body")
    assert found is not None
    return found


def changed(root: etree._Element) -> None:
    body(root)[0][0].text = "inny.xml"


def wrapped(root: etree._Element) -> None:
    """The signed Body goes aside, another takes its place."""
    honest = body(root)
    forged = copy.deepcopy(honest)
    forged[0][0].text = "inny.xml"
    forged.attrib.pop(ID)
    root.replace(honest, forged)
    root[0].append(honest)


def unsigned(root: etree._Element) -> None:
    security = root.find(f".//{{{WSSE}}}Security")
    assert security is not None
    root[0].remove(security)


def weak(root: etree._Element) -> None:
    for node in root.iter(f"{{{DS}}}DigestMethod"):
        node.set("Algorithm", f"{DS}sha1")


def twice(root: etree._Element) -> None:
    root[0].append(copy.deepcopy(next(root[0].iterchildren(f"{{{OB}}}DanePodmiotu"))))


def no_date(root: etree._Element) -> None:
    next(root.iter(f"{{{OB}}}DataNadania")).text = "wczoraj"


def far_date(root: etree._Element) -> None:
    next(root.iter(f"{{{OB}}}DataNadania")).text = "0001-01-01T00:00:00+14:00"


def no_answer(root: etree._Element) -> None:
    next(root.iter(f"{{{OB}}}CzyTestowe")).text = "może"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (changed, "signature"),
        (wrapped, "signature"),
        (unsigned, "signature"),
        (weak, "signature"),
        (twice, "header"),
        (no_date, "header"),
        (far_date, "header"),
        (no_answer, "header"),
    ],
)
def test_an_attack_is_refused_by_name(
    client: Client,
    raw: bytes,
    change: Callable[[etree._Element], None],
    code: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = post(client, edited(raw, change))
    assert said(answer) == REFUSED
    assert reason() == code
    assert MARK.encode() not in answer.content
    assert not EpuapDocument.objects.exists()
    assert MARK not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        (b"", "xml"),
        (b"\x00\xff", "xml"),
        (b"<html>banan", "xml"),
        (b"<a/>", "signature"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', "xml"),
        (b"<a>" * 500 + b"</a>" * 500, "xml"),
        (b"<a>" + b"x" * (11 * 2**20) + b"</a>", "xml"),  # a text longer than libxml2 takes
        (b"<a>" + b"<b/>" * (13 * 2**18) + b"</a>", "too_large"),
    ],
)
def test_hostile_bytes_get_a_fault(client: Client, hostile: bytes, code: str) -> None:
    assert said(post(client, hostile)) == REFUSED
    assert reason() == code


@pytest.mark.django_db
def test_a_whole_request_over_the_limit_of_icp_is_stopped_before(
    client: Client, settings: Settings
) -> None:
    settings.LARGEST_REQUEST = 1000
    assert post(client, b"x" * 2000).status_code in (400, 413)


@pytest.mark.django_db
def test_a_foreign_hand_is_refused(client: Client, epuap_files: Certificates) -> None:
    outbox = outbox_of(epuap_files)
    outbox.platform.world.switch("epuap", {"forge_callbacks": True})
    assert said(post(client, outbox.envelope(parcel_of(epuap_files)))) == REFUSED
    assert reason() == "signature"


@pytest.mark.django_db
def test_where_nobody_is_pinned_nobody_is_believed(
    client: Client, raw: bytes, settings: Settings, epuap_files: Certificates
) -> None:
    believing(settings, epuap_files, trusted_file="")
    assert said(post(client, raw)) == REFUSED


@pytest.mark.django_db
def test_an_office_may_accept_unsigned_ones_but_no_wrong_signature(
    client: Client, raw: bytes, settings: Settings, epuap_files: Certificates
) -> None:
    believing(settings, epuap_files, push="accept")
    assert said(post(client, edited(raw, unsigned))) == TAKEN
    assert said(post(client, edited(raw, changed))) == REFUSED


@pytest.mark.django_db
def test_an_office_may_close_the_door(
    client: Client, raw: bytes, settings: Settings, epuap_files: Certificates
) -> None:
    believing(settings, epuap_files, push="off")
    assert said(post(client, raw)) == REFUSED
    assert reason() == "off"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("networks", "computer", "taken"),
    [
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24", "2001:db8::/32"], "2001:db8::1", True),
        (["192.0.2.0/24"], "198.51.100.1", False),
        (["192.0.2.0/24"], "", False),
    ],
)
def test_only_from_the_networks_of_epuap(
    client: Client,
    raw: bytes,
    settings: Settings,
    epuap_files: Certificates,
    networks: list[str],
    computer: str,
    taken: bool,
) -> None:
    believing(settings, epuap_files, push_from=networks)
    assert said(post(client, raw, REMOTE_ADDR=computer)) == (TAKEN if taken else REFUSED)


@pytest.mark.django_db
def test_another_operation_is_refused(client: Client, epuap_files: Certificates) -> None:
    outbox = outbox_of(epuap_files)
    envelope = etree.fromstring(outbox.envelope(parcel_of(epuap_files)))
    envelope[0].clear()
    body(envelope)[0].tag = f"{{{OB}}}Skasuj"
    outbox.platform.honest.apply(envelope, {})
    assert said(post(client, etree.tostring(envelope))) == REFUSED
    assert reason() == "operation"


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "żółw", "===="])
def test_a_document_that_is_no_base64_is_refused(
    client: Client, epuap_files: Certificates, content: str
) -> None:
    outbox = outbox_of(epuap_files)
    envelope = etree.fromstring(outbox.envelope(parcel_of(epuap_files)))
    envelope[0].clear()
    body(envelope)[0][2].text = content
    outbox.platform.honest.apply(envelope, {})
    assert said(post(client, etree.tostring(envelope))) == REFUSED
    assert reason() == "content"


@pytest.mark.django_db
def test_a_database_that_is_away_is_our_fault_and_says_nothing(
    client: Client,
    raw: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def away(*_arguments: object) -> None:
        raise DatabaseError(f"could not insert {MARK}")

    monkeypatch.setattr(callback, "receive", away)
    with caplog.at_level(logging.DEBUG):
        answer = post(client, raw)
    assert said(answer) == OURS
    assert MARK.encode() not in answer.content
    assert MARK not in caplog.text
    assert "DatabaseError" in caplog.text


@pytest.mark.django_db
def test_refusals_are_counted_and_held_up(client: Client, raw: bytes) -> None:
    for _time in range(60):
        assert post(client, b"<a/>").status_code == 500
    assert post(client, raw).status_code == 429


@pytest.mark.django_db
def test_other_methods_and_pages_are_not_there(client: Client) -> None:
    assert client.get(reverse("epuap-push")).status_code == 404
    assert client.put(reverse("epuap-push")).status_code == 405


def test_the_service_describes_itself(client: Client, settings: Settings) -> None:
    from zeep import Client as SoapClient
    from zeep.transports import Transport

    address = reverse("epuap-push")
    for query in ("wsdl", "WSDL"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200, query
        assert f'location="{settings.PUBLIC_URL}{address}"' in answer.content.decode()

    class Inside(Transport):
        def load(self, url: str) -> bytes:
            return bytes(client.get(url.removeprefix(settings.PUBLIC_URL)).content)

    soap = SoapClient(f"{settings.PUBLIC_URL}{address}?wsdl", transport=Inside())
    (service,) = soap.wsdl.services.values()
    (port,) = service.ports.values()
    assert list(port.binding.all()) == ["odbierz"]
