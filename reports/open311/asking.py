"""From the parameters of a request to values; an empty parameter is one that was not sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from admin_module import configuration
from icp.environment import PUBLIC_URL

from .refusing import Refused, all_of

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
MOST_IDS = 100
STATUSES = {"open", "closed"}
CORNERS = 4
OLDEST, NEWEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Parameters = Mapping[str, str]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list is wanted. `ids` overrides all the rest; `box` is west, south, east, north."""

    start: datetime
    end: datetime
    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: frozenset[str] = field(default_factory=frozenset)
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    box: Box | None = None
    page: int = 1
    page_size: int = MOST
    extensions: bool = False


def jurisdiction(given: Parameters) -> None:
    """One city serves one jurisdiction, which need not be named; another one is not here."""
    named = given.get("jurisdiction_id", "").strip()
    own = {configuration.read(configuration.Municipality).teryt, urlsplit(PUBLIC_URL).hostname}
    if named and named not in own:
        raise Refused(404, _("There is no such jurisdiction here. Leave jurisdiction_id out."))


def read(given: Parameters, now: datetime | None = None) -> Asked:
    """The filters of GET requests; raises Refused (400) with a sentence for each that is wrong."""
    wrong: list[str] = []
    moments = {
        name: _moment(given, name, wrong)
        for name in ("start_date", "end_date", "updated_after", "updated_before")
    }
    start, end = _span(moments["start_date"], moments["end_date"], now or timezone.now(), wrong)
    asked = Asked(
        start,
        end,
        ids=_ids(given, wrong),
        codes=_listed(given, "service_code"),
        statuses=_statuses(given, wrong),
        updated_after=moments["updated_after"],
        updated_before=moments["updated_before"],
        box=_box(given, wrong),
        page=_number(given, "page", 1, 100_000, wrong),
        page_size=_number(given, "page_size", MOST, MOST, wrong),
        extensions=given.get("extensions", "").lower() == "true",
    )
    if wrong:
        raise all_of(400, wrong)
    return asked


def _moment(given: Parameters, name: str, wrong: list[str]) -> datetime | None:
    """W3C date-time with Z or an offset; "+" may have become a space on its way in an address."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not OLDEST < moment < NEWEST:
        wrong.append(_("%(name)s must be a time like 2026-11-20T12:00:00Z.") % {"name": name})
        return None
    return moment


def _span(
    start: datetime | None, end: datetime | None, now: datetime, wrong: list[str]
) -> tuple[datetime, datetime]:
    """At most 90 days, whichever end was named; else the last 90 days."""
    if start is not None and end is not None:
        if not timedelta(0) <= end - start <= LONGEST_SPAN:
            wrong.append(_("From start_date to end_date may be at most 90 days."))
        return start, end
    if start is not None:
        return start, start + LONGEST_SPAN
    end = end or now
    return end - LONGEST_SPAN, end


def _listed(given: Parameters, name: str) -> tuple[str, ...]:
    parts = (part.strip() for part in given.get(name, "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _ids(given: Parameters, wrong: list[str]) -> tuple[str, ...]:
    ids = _listed(given, "service_request_id")
    if len(ids) > MOST_IDS:
        wrong.append(_("Ask for at most 100 service_request_ids at once."))
    return ids


def _statuses(given: Parameters, wrong: list[str]) -> frozenset[str]:
    statuses = frozenset(_listed(given, "status"))
    if statuses - STATUSES:
        wrong.append(_("status must be open, closed or open,closed."))
    return statuses


def _box(given: Parameters, wrong: list[str]) -> Box | None:
    text = given.get("bbox", "").strip()
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        wrong.append(_("bbox must be four numbers: west,south,east,north in degrees."))
        return None
    return west, south, east, north


def _number(given: Parameters, name: str, default: int, most: int, wrong: list[str]) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        words = _("%(name)s must be a whole number from 1 to %(most)s.")
        wrong.append(words % {"name": name, "most": most})
        return default
    return int(text)
