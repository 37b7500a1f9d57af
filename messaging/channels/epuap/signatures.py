"""From a signed form as it came to who signed it and what exactly they signed, or a refusal."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from lxml import etree

from . import signers
from .refusals import Refusal, SignatureRefused
from .signers import Kind, Trusted
from .xades import OF_SIGNATURE, XADES, Proved, prove

CLOCKS_DIFFER = timedelta(minutes=10)
# A form signed earlier is a repeat of something old more likely than a wish of today.
OLDEST = timedelta(days=60)
WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds. `document` is the root as it was signed: read the form there only."""

    kind: Kind
    pesel: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    account: str = field(repr=False)
    signed_at: datetime
    fingerprint: str  # SHA-256 of the signing certificate, hex
    document: etree._Element = field(repr=False)


def verify(content: bytes, *, trusted: Trusted, at: datetime | None = None) -> Signed:
    """Who signed `content`; raises SignatureRefused. `at` is when it came (default: now): a
    certificate must have been valid then and at the time that the signature claims."""
    proved, arrived = prove(content), at or datetime.now(UTC)
    moment = _signing_time(proved, arrived)
    signer = signers.signer_of(
        proved.certificate, proved.carried, proved.properties, trusted, (moment, arrived)
    )
    return Signed(
        kind=signer.kind,
        pesel=signer.pesel,
        first_name=signer.first_name,
        last_name=signer.last_name,
        birth_date=signer.birth_date,
        account=signer.account,
        signed_at=moment,
        fingerprint=proved.certificate.fingerprint(hashes.SHA256()).hex(),
        document=proved.document,
    )


def verify_seal(content: bytes, *, trusted: Trusted, at: datetime | None = None) -> etree._Element:
    """What a pinned seal signed, where no person is named (a UPP); raises SignatureRefused."""
    proved = prove(content)
    if proved.certificate not in trusted.seals:
        raise SignatureRefused(Refusal.FOREIGN_CERTIFICATE)
    moment = _signing_time(proved, at or datetime.now(UTC))
    signers.check_dates(proved.certificate, (moment,))
    return proved.document


def _signing_time(proved: Proved, arrived: datetime) -> datetime:
    found = proved.properties.findall(f"{OF_SIGNATURE}/{{{XADES}}}SigningTime")
    if len(found) != 1:
        raise SignatureRefused(Refusal.NO_TIME)
    try:
        said = datetime.fromisoformat((found[0].text or "").strip())
        moment = (said if said.tzinfo else said.replace(tzinfo=WARSAW)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise SignatureRefused(Refusal.NO_TIME) from None
    if moment > arrived + CLOCKS_DIFFER:
        raise SignatureRefused(Refusal.IN_THE_FUTURE)
    if moment < arrived - OLDEST:
        raise SignatureRefused(Refusal.LONG_AGO)
    return moment
