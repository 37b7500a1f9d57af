"""What the tests of signatures share: a person, their form, and the reason of a refusal."""

from datetime import datetime

import pytest
from cryptography import x509

from messaging.channels.epuap.refusals import SENTENCES, Refusal, SignatureRefused
from messaging.channels.epuap.signatures import verify
from messaging.channels.epuap.signers import Trusted
from sandbox.certificates import Certificates
from sandbox.form_documents import Filled, form_document
from sandbox.signing import Person

PERSON = Person("44051401359", "Świętosława", "Gęś-Jaźń", account="swieta")
FORM = form_document(
    "register", Filled("44051401359", "Świętosława", "Gęś-Jaźń", email="s@e.example")
)


def refusal(content: bytes, trusted: Trusted, **more: datetime) -> Refusal:
    with pytest.raises(SignatureRefused) as caught:
        verify(content, trusted=trusted, **more)
    assert caught.value.code in SENTENCES
    assert "44051401359" not in str(caught.value)
    return caught.value.code


def pinned(files: Certificates) -> list[x509.Certificate]:
    """The office's own certificate, as the other side pins it."""
    return [x509.load_pem_x509_certificate(files.certificate.read_bytes())]
