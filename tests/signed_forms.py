"""Signed forms of invented people as ePUAP brings them, for tests; nothing of it leaves the machine."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

from django.conf import LazySettings

from messaging.epuap import intake, keys
from recipients.epuap import intake as epuap_intake
from recipients.epuap import proposals
from recipients.epuap.intake import Incoming
from recipients.models import EpuapDocument
from sandbox import signing
from sandbox.certificates import Certificates, demo_certificates
from sandbox.form_documents import Filled, form_document
from sandbox.signing import Person
from tests import make

_numbers = count(1)


@cache
def certificates() -> Certificates:
    """The minister's seal and the rest, made once for a run of tests."""
    return demo_certificates(Path(tempfile.mkdtemp(prefix="icp-epuap-")))


def ready(settings: LazySettings) -> None:
    """Believe the minister's seal and the authority; know the proposed forms."""
    files = certificates()
    channel = settings.CHANNELS["epuap"] | {
        "seals_file": str(files.seal),
        "authorities_file": str(files.authority),
    }
    settings.CHANNELS = settings.CHANNELS | {"epuap": channel}
    keys.forget()
    make.consent_text()
    proposals.load(by=make.clerk())


def filled(**fields: object) -> Filled:
    """An invented person's form; topics and channels are up to the test."""
    number = next(_numbers)
    every: dict[str, object] = {
        "pesel": make.pesel(serial=4000 + number),
        "first_name": "Bożydar",
        "last_name": "Źdźbło",
        "street": "ul. Sportowa",
        "house": "7",
        "flat": "3",
        "postal_code": "00-002",
        "town": "Zażółcin",
        "email": f"zrodlo{number}@przyklad.example",
        "phone": f"+48 512 {number // 1000:03d} {number % 1000:03d}",
    }
    return Filled(**(every | fields))  # type: ignore[arg-type]


def signed(
    purpose: str, form: Filled, *, signer: Person | None = None, at: datetime | None = None
) -> bytes:
    """The form, signed by profil zaufany; by its own person where no other is named."""
    person = signer or Person(form.pesel, form.first_name, form.last_name)
    style = signing.Style(at=at or datetime.now(UTC) - timedelta(seconds=30))
    return signing.sign(form_document(purpose, form), signing.seal(certificates()), person, style)


def incoming(content: bytes, form: Filled, **changes: object) -> Incoming:
    """The document with what ePUAP says about it."""
    told = Incoming(
        content=content,
        file_name="wniosek.xml",
        box="/zazolcin/rejestr",
        sent_at=datetime.now(UTC),
        sender_pesel=form.pesel,
        sender_name=f"{form.first_name} {form.last_name}",
        reply_to=f"/osoba{form.pesel[-5:]}/SkrytkaESP",
        arrived_by="pull",
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def bring(purpose: str, form: Filled, **changes: object) -> EpuapDocument:
    """Sign, take in and work off; the row as it stands afterwards."""
    signer, at = changes.pop("signer", None), changes.pop("at", None)
    content = signed(purpose, form, signer=signer, at=at)  # type: ignore[arg-type]
    taken = epuap_intake.take(incoming(content, form, **changes))
    intake.work_off()
    row: EpuapDocument = EpuapDocument.objects.get(pk=taken.pk)
    return row
