"""From a press of the button to a verdict on the log, part by part: a page never waits for all of it.

What was found so far travels with the page, signed; nothing is kept on the server between the parts.
"""

import time
from dataclasses import dataclass, field, replace

from django.core import signing
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import AuditLink

SALT = "audit.verification"
HOUR = 3600
SECONDS = 2.0  # of one part
SHOWN = 100  # findings; more of them say nothing new


@dataclass(frozen=True, slots=True)
class Verification:
    """How far it has come: from `begin` to `place`; `place` None is the end."""

    begin: audit.Place
    place: audit.Place | None
    total: int  # links, when it began
    found: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.place is None

    @property
    def done(self) -> int:
        return self.total if self.place is None else self.place.position - self.begin.position

    def with_findings(self, more: list[str]) -> "Verification":
        kept = [*self.findings, *more][:SHOWN]
        return replace(self, found=self.found + len(more), findings=kept)


def start() -> Verification:
    """Stand before the first entry that is kept."""
    begin = audit.beginning()
    last = AuditLink.objects.order_by("position").values_list("position", flat=True).last()
    return Verification(begin, begin, max((last or 0) - begin.position, 0))


def go_on(verification: Verification, seconds: float = SECONDS) -> Verification:
    """Look at the next links for so many seconds; with the last ones also at all the rest."""
    end = time.monotonic() + seconds
    while verification.place is not None:
        findings, place = audit.walk(verification.place)
        verification = replace(verification, place=place).with_findings(findings)
        if place is None:
            return verification.with_findings(audit.the_rest(verification.begin))
        if time.monotonic() >= end:
            break
    return verification


def to_text(verification: Verification) -> str:
    """Signed, for a hidden field of the page."""
    content = {
        "begin": _plain(verification.begin),
        "place": _plain(verification.place) if verification.place else None,
        "total": verification.total,
        "found": verification.found,
        "findings": verification.findings,
    }
    return signing.dumps(content, salt=SALT, compress=True)


def from_text(text: str) -> Verification:
    """Raises ValueError for what is not ours or older than an hour."""
    try:
        content = signing.loads(text, salt=SALT, max_age=HOUR)
    except signing.BadSignature as error:
        raise ValueError(_("This verification is too old. Begin it again.")) from error
    place = content["place"]
    return Verification(
        _place(content["begin"]),
        _place(place) if place else None,
        content["total"],
        content["found"],
        content["findings"],
    )


def _plain(place: audit.Place) -> list[object]:
    return [place.position, place.digest.hex(), place.entry]


def _place(plain: list[object]) -> audit.Place:
    position, digest, entry = plain
    return audit.Place(
        int(str(position)), bytes.fromhex(str(digest)), entry if isinstance(entry, int) else None
    )
