"""From FreeSWITCH's account of a call (mod_json_cdr, JSON) to what ICP wants to know of it.

The dialplan says the rest in variables of the channel: icp_source, icp_line, icp_notice, icp_choice, icp_full.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from conversations.models import Direction

DISPOSITIONS = {
    "NORMAL_CLEARING": "answered",
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "NO_USER_RESPONSE": "no_answer",
    "ORIGINATOR_CANCEL": "no_answer",
}


def as_call(cdr: Mapping[str, Any]) -> dict[str, Any]:
    """The members of CallSerializer, as far as they are known; it says what is missing."""
    said = {name: _text(value) for name, value in dict(cdr.get("variables") or {}).items()}
    incoming = (said.get("icp_direction") or said.get("direction", "")) not in ("outbound", "out")
    profile = _profile(cdr)
    caller = said.get("caller_id_number") or profile.get("caller_id_number", "")
    call: dict[str, Any] = {
        "source": said.get("icp_source", "freeswitch"),
        "external_id": said.get("uuid", ""),
        "direction": Direction.INCOMING if incoming else Direction.OUTGOING,
        "line": said.get("icp_line") or profile.get("destination_number", ""),
        "caller_number": caller,
        "called_number": said.get("destination_number") or profile.get("destination_number", ""),
        "extension": said.get("icp_extension", ""),
        "agent_login": said.get("icp_agent", ""),
        "recording_choice": said.get("icp_choice", ""),
        "full_notice_played": said.get("icp_full", "") in ("1", "true"),
        "disposition": DISPOSITIONS.get(said.get("hangup_cause", ""), "failed"),
    }
    if said.get("privacy_hide_number", "") in ("true", "yes", "1"):
        call |= {"caller_presentation": "withheld", "caller_number": ""}
    for name, epoch in (("started_at", "start"), ("answered_at", "answer"), ("ended_at", "end")):
        moment = _moment(said.get(f"{epoch}_epoch", ""))
        if moment:
            call[name] = moment
    if call["disposition"] == "answered" and "answered_at" not in call:
        call["disposition"] = "no_answer"
    if said.get("icp_notice", "").isdigit():
        call["notice_version"] = int(said["icp_notice"])
    return call


def _profile(cdr: Mapping[str, Any]) -> dict[str, str]:
    """What the first leg knew of who called whom."""
    flow = cdr.get("callflow") or [{}]
    found = flow[0].get("caller_profile") if isinstance(flow[0], Mapping) else None
    return {name: _text(value) for name, value in dict(found or {}).items()} if _is(found) else {}


def _is(found: object) -> bool:
    return isinstance(found, Mapping)


def _text(value: object) -> str:
    """Values come percent-encoded (`encode-values`)."""
    return unquote(str(value)).strip() if isinstance(value, str | int) else ""


def _moment(epoch: str) -> str:
    """Seconds since 1970 as ISO 8601; FreeSWITCH writes 0 for what did not happen."""
    if not epoch.isdigit() or not 0 < int(epoch) < 2**33:
        return ""
    return datetime.fromtimestamp(int(epoch), UTC).isoformat()
