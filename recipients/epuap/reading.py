"""From the bytes of a document to who signed it, which form it is and what stands in its fields."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from messaging.channels.epuap import signatures
from messaging.channels.epuap.refusals import SignatureRefused
from messaging.channels.epuap.signatures import Signed
from messaging.channels.epuap.signers import Trusted
from messaging.channels.epuap.xml import BadXml
from recipients.models import Reading
from recipients.models.epuap_forms import EpuapForm

from . import form_reading
from .doubts import SIGNATURE, Doubt
from .form_reading import BadPath

_SIGNATURE_TAG = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@dataclass(frozen=True, slots=True)
class Found:
    """What a document says, as far as it can be read, and why it is doubtful."""

    reading: Reading
    purpose: str = ""
    signed_at: datetime | None = None
    doubts: tuple[str, ...] = ()


def read(content: bytes, *, trusted: Trusted, at: datetime) -> Found:
    """Verify and read a document that came `at`; only what is signed is read.

    A document whose signature is not believed is read all the same, for a clerk to see.
    """
    doubts: tuple[str, ...] = ()
    signed: Signed | None = None
    try:
        signed = signatures.verify(content, trusted=trusted, at=at)
        root = signed.document
        form_reading.check_size(root)
    except SignatureRefused as refused:
        doubts = (f"{SIGNATURE}{refused.code}",)
        try:
            root = _unsigned(form_reading.read_document(content))
        except BadXml:
            return Found(Reading(), doubts=doubts)
    except BadXml:
        return Found(Reading(), doubts=(Doubt.UNREADABLE,))
    form = recognise(root)
    if form is None:
        return Found(_signer(signed, {}), doubts=(*doubts, Doubt.UNKNOWN_FORM))
    try:
        fields = form_reading.values(root, form.fields, form.prefixes)
    except BadPath:
        return Found(_signer(signed, {}), form.purpose, doubts=(*doubts, Doubt.PATHS))
    when = signed.signed_at if signed else None
    return Found(_signer(signed, fields), form.purpose, when, doubts)


def recognise(root: etree._Element) -> EpuapForm | None:
    """The form in use that has this root element."""
    name = etree.QName(root)
    return EpuapForm.objects.filter(
        active=True, namespace=name.namespace or "", root=name.localname
    ).first()


def _unsigned(root: etree._Element) -> etree._Element:
    """The document without any signature: what stands inside one is no part of the form."""
    for signature in list(root.iter(_SIGNATURE_TAG)):
        parent = signature.getparent()
        if parent is not None:
            parent.remove(signature)
    return root


def _signer(signed: Signed | None, fields: dict[str, list[str]]) -> Reading:
    if signed is None:
        return Reading(fields=fields)
    return Reading(
        fields=fields,
        kind=signed.kind,
        pesel=signed.pesel,
        first_name=signed.first_name,
        last_name=signed.last_name,
        account=signed.account,
        fingerprint=signed.fingerprint,
    )
