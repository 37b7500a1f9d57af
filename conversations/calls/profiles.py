"""From the name of a recording's file and the exchange's list of calls to what is known of the call.

A profile knows how one kind of exchange names its files; a row of the list, where there is one, counts more.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils import timezone

from conversations.models import Direction
from conversations.register.phones import e164

from .refusing import CallRefused

Row = Mapping[str, str]
Said = dict[str, Any]
IN, OUT = str(Direction.INCOMING), str(Direction.OUTGOING)
# force-601234567-104-20261120-101500-1763630100.12.wav, and in-, out-, external-, exten-, q-, rg- …
FREEPBX = re.compile(
    r"(?P<kind>[a-z]+)-(?P<to>[^-]*)-(?P<by>[^-]*)-(?P<day>\d{8})-(?P<time>\d{6})-(?P<id>\d+\.\d+)"
)
OUTGOING = {"out", "force"}
# OUT104-20261120-101500-1763630100.12.wav, q500-…, 20261120-101500-1763630100.12.wav
ISSABEL = re.compile(
    r"(?:(?P<kind>OUT|out|g|q|exten-?)(?P<by>\d*)-)?(?P<day>\d{8})-(?P<time>\d{6})-(?P<id>\d+\.\d+)"
)
# [Recepcja]_104-601234567_20261120101500(123).wav
THREE_CX = re.compile(
    r"(?:\[[^\]]*\]_)?(?P<by>[^-_]+)-(?P<to>[^_]+)_(?P<day>\d{8})(?P<time>\d{6})\((?P<id>\d+)\)"
)
DISPOSITIONS = {
    "ANSWERED": "answered",
    "NO ANSWER": "no_answer",
    "BUSY": "busy",
    "FAILED": "failed",
    "CONGESTION": "failed",
}
MEMBERS = {"notice": "notice_version", "choice": "recording_choice", "full": "full_notice_played"}
# By the ending of a file whose sound has no head.
CODECS = {".ulaw": "ulaw", ".ul": "ulaw", ".alaw": "alaw", ".al": "alaw", ".g722": "g722"}


@dataclass(frozen=True, slots=True)
class Profile:
    """`of_name` gives what the file's name says; {} where it says nothing; `needs_row`: that is not enough."""

    of_name: Callable[[PurePosixPath], Said]
    needs_row: bool = False


def said_of(path: PurePosixPath, row: Row | None) -> Said:
    """The members of CallSerializer; `path` within the folder. Raises CallRefused("name" or "no_call")."""
    profile = PROFILES[settings.CALLS_PROFILE]
    said = profile.of_name(path)
    if row is None and (profile.needs_row or not said):
        raise CallRefused("no_call" if said or profile.needs_row else "name")
    said = {"source": settings.CALLS_SOURCE, **said, **(of_row(row, said) if row else {})}
    if path.suffix.lower() in CODECS:
        said["codec"] = CODECS[path.suffix.lower()]
    said["line"] = said.get("line") or settings.CALLS_LINE
    if settings.CALLS_NOTICE:
        said.setdefault("notice_version", settings.CALLS_NOTICE)
    return said


def of_row(row: Row, named: Said) -> Said:
    """What a row of the list says (Asterisk's CDR); empty cells say nothing."""
    direction = row.get("direction") or named.get("direction") or _guessed(row)
    said: Said = {
        "external_id": row.get("uniqueid") or row.get("external_id"),
        "linked_id": row.get("linkedid"),
        "direction": direction,
        "line": row.get("did") or row.get("line"),
        "caller_number": row.get("caller_number") or row.get("cnum") or row.get("src"),
        "called_number": row.get("called_number") or row.get("dst"),
        "extension": row.get("extension") or _extension(row, direction),
        "agent_login": row.get("agent_login"),
        "started_at": _moment(row.get("start") or row.get("calldate") or row.get("started_at")),
        "answered_at": _moment(row.get("answer") or row.get("answered_at")),
        "ended_at": _moment(row.get("end") or row.get("ended_at")),
        "disposition": DISPOSITIONS.get(row.get("disposition", "").upper()),
    }
    said |= _of_dialplan(row.get("userfield", ""))
    return {name: value for name, value in said.items() if value not in (None, "")}


def _of_dialplan(userfield: str) -> Said:
    """ "icp;notice=12;choice=unrecorded;full=1", as our dialplan writes it into CDR(userfield)."""
    said: Said = {}
    parts = userfield.split(";") if userfield.startswith("icp;") else []
    for part in parts[1:]:
        name, _, value = part.partition("=")
        if name in MEMBERS and value:
            said[MEMBERS[name]] = value == "1" if name == "full" else value
    return said


def _guessed(row: Row) -> str:
    """Outgoing where somebody with an extension called somebody with a number."""
    called, calling = e164(row.get("dst", "")), e164(row.get("src", ""))
    return OUT if called and not calling else IN


def _extension(row: Row, direction: str) -> str:
    """SIP/104-00000a1b → 104, of whoever of the office took part."""
    channel = row.get("channel" if direction == OUT else "dstchannel", "")
    found = re.match(r"[A-Za-z0-9]+/(\d{2,6})[-@]", channel)
    return found[1] if found else ""


def _moment(text: str | None) -> str | None:
    """ISO 8601; an exchange without a zone lives by the office's clock."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text  # the serializer says what is wrong
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat()


def _at(found: re.Match[str]) -> str | None:
    day, time = found["day"], found["time"]
    text = f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"
    return _moment(text)


def _freepbx(path: PurePosixPath) -> Said:
    found = FREEPBX.fullmatch(path.stem)
    if found is None:
        return {}
    outgoing = found["kind"] in OUTGOING
    said = {
        "external_id": found["id"],
        "direction": OUT if outgoing else IN,
        "started_at": _at(found),
        "caller_number": "" if outgoing else found["by"],
        "called_number": found["to"],
        "extension": found["by"] if outgoing else "",
        "line": found["to"] if found["kind"] == "in" else "",
    }
    return {name: value for name, value in said.items() if value}


def _issabel(path: PurePosixPath) -> Said:
    found = ISSABEL.fullmatch(path.stem)
    if found is None:
        return _freepbx(path)
    said: Said = {"external_id": found["id"], "started_at": _at(found)}
    if (found["kind"] or "").upper() == "OUT":
        said |= {"direction": OUT, "extension": found["by"]}
    return said


def _three_cx(path: PurePosixPath) -> Said:
    """Files of an extension lie in its folder: who calls from there calls out."""
    found = THREE_CX.fullmatch(path.stem)
    if found is None:
        return {}
    outgoing = path.parent.name == found["by"] or not e164(found["by"])
    return {
        "external_id": f"3cx-{found['day']}{found['time']}-{found['id']}",
        "direction": OUT if outgoing else IN,
        "started_at": _at(found),
        "called_number": found["to"],
        "caller_number": "" if outgoing else found["by"],
        "extension": found["by"] if outgoing else found["to"],
    }


def _generic(path: PurePosixPath) -> Said:
    """Only the list, or a file of the same name that ends in .json, says what it is."""
    return {}


PROFILES = {
    "freepbx": Profile(_freepbx),
    "issabel": Profile(_issabel, needs_row=True),
    "3cx": Profile(_three_cx),
    "generic": Profile(_generic, needs_row=True),
}
