"""Thousands of envelopes and forms that nobody foresaw: a Fault or a refusal, never a page, never a leak.

ICP_TEST_FUZZ is how many of each kind; a bigger number takes longer and finds no other things so far.
"""

import logging
import os

import pytest
from django.test import Client
from lxml import etree
from pytest_django import Settings

from messaging.channels.epuap.refusals import SignatureRefused
from messaging.channels.epuap.signatures import verify
from messaging.channels.epuap.signers import Trusted
from messaging.channels.epuap.wsse import SOAP, WSSE, Signature
from messaging.tests.mutating import mutations
from messaging.tests.pushing import MARK, believing, outbox_of, parcel_of, post, said
from messaging.tests.signed import FORM, PERSON
from recipients.models import EpuapDocument
from sandbox.certificates import Certificates
from sandbox.signing import Style, seal, sign

NUMBER = int(os.environ.get("ICP_TEST_FUZZ", "150"))
pytestmark = pytest.mark.timeout(max(120, NUMBER // 10))


def without_security(raw: bytes) -> bytes:
    root = etree.fromstring(raw)
    security = root.find(f".//{{{WSSE}}}Security")
    assert security is not None
    root[0].remove(security)
    return etree.tostring(root)


def signed_anew(raw: bytes, hand: Signature) -> bytes:
    """As if ePUAP itself had written nonsense; what cannot be signed stays as it is."""
    try:
        envelope = etree.fromstring(raw, etree.XMLParser(resolve_entities=False))
        if envelope.find(f"{{{SOAP}}}Body") is None:
            return raw
        hand.apply(envelope, {})
        return etree.tostring(envelope)
    except (etree.XMLSyntaxError, ValueError):
        return raw


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "seed"), [("signed", 1), ("unsigned", 2), ("signed anew", 3)])
def test_the_callback_answers_everything_in_soap(
    client: Client,
    settings: Settings,
    epuap_files: Certificates,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    seed: int,
) -> None:
    settings.RATE_LIMITS = False
    believing(settings, epuap_files, push="require" if kind != "unsigned" else "accept")
    outbox = outbox_of(epuap_files)
    honest = outbox.envelope(parcel_of(epuap_files))
    if kind != "signed":
        honest = without_security(honest)
    answers: dict[tuple[int, str, str], int] = {}
    with caplog.at_level(logging.DEBUG):
        for raw in mutations(honest, NUMBER, seed):
            sent = signed_anew(raw, outbox.platform.honest) if kind == "signed anew" else raw
            answer = post(client, sent)
            assert MARK.encode() not in answer.content
            told = said(answer)
            answers[told] = answers.get(told, 0) + 1
    taken = answers.pop((200, "OdpowiedzOdbiorcy", "1"), 0)
    # Ours would be (500, "Fault", "3"): something that nobody thought of.
    assert set(answers) == {(500, "Fault", "2")}, answers
    assert MARK not in caplog.text
    assert PERSON.pesel not in caplog.text
    assert EpuapDocument.objects.count() <= taken
    if kind != "signed":
        assert taken > NUMBER // 50, "the mutations never reach the document"


@pytest.mark.parametrize(("role", "seed"), [("ppzp", 4), ("epsignature", 5)])
def test_a_signature_holds_over_nothing_but_what_was_signed(
    epuap_files: Certificates, epuap_trusted: Trusted, role: str, seed: int
) -> None:
    honest = sign(FORM, seal(epuap_files), PERSON, Style(role=role))
    plain = etree.tostring(etree.fromstring(FORM), method="c14n", with_comments=False)
    held = 0
    for raw in mutations(honest, NUMBER, seed):
        try:
            known = verify(raw, trusted=epuap_trusted)
        except SignatureRefused:
            continue
        held += 1
        assert known.pesel == PERSON.pesel
        assert etree.tostring(known.document, method="c14n", with_comments=False) == plain
    assert held < NUMBER // 4
