"""From what ICP wants of Twilio's REST API (2010-04-01) to its answer; media are read as they come.

Addresses are made from the account and the identifiers, never taken from a callback: whoever could
forge one would otherwise choose where ICP connects to.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import requests
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.configuration import VoiceGateway, read
from icp import outbound

CONNECT_SECONDS = 8.0
PAGE_SIZE = 500
MOST_PAGES = 40
GONE = 404
FIRST_FAULT = 500
SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
MOVED = {301, 302, 303, 307, 308}

WORDS: dict[str, Promise] = {
    "not_configured": _("No account is set: enter it in the settings of Twilio Voice."),
    "not_allowed": _("ICP may not connect to the address of the service: check the settings."),
    "connect": _("Twilio cannot be reached. Check the connection of the server."),
    "unauthorized": _("Twilio did not accept the account and the token."),
    "not_found": _("Twilio does not know this."),
    "refused": _("Twilio refused. Check the account and the number in its console."),
    "later": _("Twilio cannot answer now; ICP tries again by itself."),
    "garbled": _("Twilio answered outside the protocol."),
}


class SourceFault(Exception):
    """Twilio did not do it; `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class RemoteRecording:
    """A recording as Twilio lists it."""

    sid: str
    call_sid: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RemoteCall:
    """How far a call is at Twilio: queued, ringing, in-progress, completed, busy, no-answer, failed, canceled."""

    status: str
    seconds: int


class Twilio:
    """The office's account; one client for one piece of work. Every method may raise SourceFault."""

    def __init__(self, section: VoiceGateway | None = None) -> None:
        self.section = section or read(VoiceGateway)
        if not self.section.is_on:
            raise SourceFault("not_configured")
        self.base = (
            f"{self.section.base_url.rstrip('/')}/2010-04-01/Accounts/{self.section.account}"
        )
        self.auth = (self.section.account, self.section.token)
        self.timeout = (CONNECT_SECONDS, self.section.timeout)

    def account(self) -> str:
        """The account's name and state: the way to try the credentials."""
        found = self._json("GET", ".json")
        return f"Twilio: {found.get('friendly_name', '')} ({found.get('status', '')})"

    def start_call(self, fields: Mapping[str, str]) -> str:
        """Let a phone ring; `fields` are those of the Calls resource. The sid of the new call."""
        return _sid(self._json("POST", "/Calls.json", data=fields))

    def call(self, sid: str) -> RemoteCall:
        found = self._json("GET", f"/Calls/{_checked(sid)}.json")
        return RemoteCall(str(found.get("status", "")), _number(found.get("duration")))

    def recordings(self) -> Iterator[RemoteRecording]:
        """All that the account still holds, page by page."""
        path = f"/Recordings.json?PageSize={PAGE_SIZE}"
        for page in range(MOST_PAGES):
            found = self._json("GET", f"{path}&Page={page}")
            rows = found.get("recordings")
            if not isinstance(rows, list):
                raise SourceFault("garbled")
            for row in rows:
                yield RemoteRecording(
                    _sid(row),
                    str(row.get("call_sid", "")),
                    str(row.get("status", "")),
                    _number(row.get("duration")),
                )
            if not found.get("next_page_uri"):
                return

    def delete(self, sid: str) -> None:
        """Delete a recording there; one that is gone already is gone."""
        answer = self._ask("DELETE", f"/Recordings/{_checked(sid)}.json")
        with answer:
            if answer.status_code != GONE:
                _look_at(answer)

    @contextmanager
    def media(self, sid: str) -> Iterator[BinaryIO]:
        """The sound in both channels as WAV, to be read bit by bit."""
        url = f"{self.base}/Recordings/{_checked(sid)}.wav?RequestedChannels=2"
        with self._moved(self._request("GET", url, auth=self.auth, stream=True)) as answer:
            _look_at(answer)
            yield cast("BinaryIO", _Whole(answer))

    def _moved(self, answer: requests.Response) -> requests.Response:
        """Media may lie elsewhere: one step, without our credentials, and not into the city's network."""
        if answer.status_code not in MOVED:
            return answer
        answer.close()
        return self._request("GET", answer.headers.get("Location", ""), stream=True)

    def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        with self._ask(method, path, **options) as answer:
            _look_at(answer)
            try:
                found = answer.json()
            except ValueError:
                raise SourceFault("garbled") from None
        if not isinstance(found, dict):
            raise SourceFault("garbled")
        return found

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._request(method, self.base + path, auth=self.auth, **options)

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        try:
            outbound.check_url(url)
        except outbound.OutboundRefused as refusal:
            raise SourceFault("connect" if refusal.code == "unknown" else "not_allowed") from None
        try:
            return requests.request(
                method, url, timeout=self.timeout, allow_redirects=False, **options
            )
        except requests.RequestException:
            # The address of the request must not go along: it names the account.
            raise SourceFault("connect") from None


class _Whole:
    """The body of an answer; a connection that breaks off is a fault, not the end."""

    def __init__(self, answer: requests.Response) -> None:
        self._raw = answer.raw
        self._raw.decode_content = True
        self._raw.enforce_content_length = True

    def read(self, size: int) -> bytes:
        try:
            return bytes(self._raw.read(size))
        except Exception as error:  # urllib3 has many names for it
            raise SourceFault("connect") from error


def _look_at(answer: requests.Response) -> None:
    status = answer.status_code
    if status < 300:  # noqa: PLR2004 - RFC 9110, 15.3: success
        return
    codes = {401: "unauthorized", 403: "unauthorized", GONE: "not_found", 429: "later"}
    raise SourceFault(codes.get(status, "later" if status >= FIRST_FAULT else "refused"))


def _checked(sid: str) -> str:
    if not SID.fullmatch(sid):
        raise SourceFault("not_found")
    return sid


def _sid(row: Mapping[str, Any]) -> str:
    sid = str(row.get("sid", ""))
    if not SID.fullmatch(sid):
        raise SourceFault("garbled")
    return sid


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() else 0
