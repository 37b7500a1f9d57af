"""From a section to its newest saved version, looked for in the database every two seconds at most.

The newest row's random uid says whether anything changed, never a counter, which a restore repeats.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Max

from admin_module.models import ConfigurationVersion
from icp.encryption.codec import Codec, document_codec

from .sections import SECTIONS, Section, code_of

log = logging.getLogger(__name__)
S = TypeVar("S", bound=Section)
CHECK_SECONDS = 2.0
CODECS: dict[str, Codec] = {code: document_codec(section) for code, section in SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows: the newest row's uid, when it looked, the saved sections by code."""

    newest: UUID | None
    looked: float
    saved: dict[str, Any]


_known: Known | None = None


def read(section: type[S]) -> S:
    """The section as it holds now: its newest version, else what the environment says."""
    found = _look().saved.get(code_of(section))
    return section.from_environment() if found is None else cast(S, found)


def forget() -> None:
    """Look into the database at the next `read`."""
    global _known  # noqa: PLW0603 - one memory for the process, exchanged as a whole
    _known = None


def opened(version: ConfigurationVersion) -> Any:
    """The section that a version holds; None where it went back to the environment."""
    if version.document is None:
        return None
    return CODECS[version.section][1](version.document)


def _look() -> Known:
    global _known  # noqa: PLW0603
    known, now = _known, time.monotonic()
    if known is not None and now - known.looked < CHECK_SECONDS:
        return known
    try:
        newest = newest_uid()
        saved = known.saved if known and known.newest == newest else _load(newest)
    except DatabaseError:
        if known is None:
            raise
        log.warning("The database is away: settings are as they were before.")
        newest, saved = known.newest, known.saved
    _known = Known(newest, now, saved)
    return _known


def newest_uid() -> UUID | None:
    """What changes with every version that is saved."""
    rows = ConfigurationVersion.objects.order_by("-pk")
    found: UUID | None = rows.values_list("uid", flat=True).first()
    return found


def _load(newest: UUID | None) -> dict[str, Any]:
    if newest is None:
        return {}
    heads = ConfigurationVersion.objects.values("section").annotate(head=Max("pk"))
    rows = ConfigurationVersion.objects.filter(
        pk__in=heads.values("head"), section__in=list(SECTIONS)
    )
    return {row.section: opened(row) for row in rows}
