"""From envelopes to SMSAPI's REST API (https://www.smsapi.pl/docs), and from its reports to news.

Our reference travels as `idx` with `check_idx=1`: a second request with it is refused with code 53, so
one whose answer was lost is simply asked again.
"""

import asyncio
import hmac
import ipaddress
import json
import logging
from collections.abc import Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)
from django.utils.translation import gettext as _

from messaging.channels.base import (
    Answer,
    BadCallback,
    Balance,
    Callback,
    ChannelError,
    Envelope,
    Outcome,
    StatusUpdate,
    fill,
    now,
)
from messaging.channels.codes import answer
from messaging.channels.sms.codes import OWN_CODES
from messaging.channels.sms.requests_at_once import (
    CONNECT_SECONDS,
    KEEPALIVE_SECONDS,
    RequestsAtOnce,
)
from messaging.channels.sms.smsapi_codes import (
    NEWS,
    NUMBERS,
    PREFIX,
    SENDER_REFUSED,
    meaning_of,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")
REPEAT_AFTER = (0.3, 1.5)  # seconds; after each, a lost answer is asked for once more
LARGEST_ANSWER = 64 * 1024
LOOKED_UP_AT_ONCE = 50
OK_STATUS, FIRST_REFUSAL = 200, 300


class Reply(NamedTuple):
    """What came back: the HTTP status and the JSON; None where it was none."""

    status: int
    told: dict[str, Any] | None


class SmsApiChannel(RequestsAtOnce):
    """The municipality's account at SMSAPI."""

    provider = "smsapi"
    knows_repeats = True

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        self._token = str(config.get("token", ""))
        self._sender = str(config.get("sender", ""))
        self._base_url = str(config.get("base_url") or "https://api.smsapi.pl").rstrip("/")
        self._callback_url = str(config.get("callback_url", ""))
        self._networks = [ipaddress.ip_network(net) for net in config.get("callback_from", ())]
        self._refused_names: set[str] = set()  # names of units that the provider does not know
        self._session: ClientSession | None = None  # belongs to the loop

    @property
    def configured(self) -> bool:
        """Whether there is an account to send from."""
        return bool(self._token)

    @property
    def secret(self) -> str:
        """The part of the callbacks' address that only SMSAPI is told; new with every token."""
        return hmac.digest(self._token.encode(), b"icp smsapi callback", "sha256").hex()[:32]

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Check the secret address and the sender, then read the reports; may raise BadCallback.

        SMSAPI signs nothing: it is told a secret address, and may be held to its own networks.
        """
        fields = self.proved(callback)
        ids, states, references = (
            fields.get(name, "").split(",") for name in ("MsgId", "status", "idx")
        )
        if not ids[0] or len(ids) != len(states) or len(ids) != len(references):
            raise BadCallback("It is about no message of ours.")
        rows = zip(ids, states, references, strict=True)
        return [update for row in rows if (update := _update(*row)) is not None]

    def proved(self, callback: Callback) -> dict[str, str]:
        """The fields of what came to the secret address; raises BadCallback where it did not."""
        path = urlsplit(callback.url).path.rstrip("/").rpartition("/")[2]
        if not self._token or not hmac.compare_digest(path.encode(), self.secret.encode()):
            raise BadCallback("The address is wrong.")
        if self._networks and not self._comes_from_there(callback.sender):
            raise BadCallback("The sender is wrong.")
        return _fields(urlsplit(callback.url).query) | _fields(_text(callback.body))

    def check(self) -> str:
        """Fetch the profile; returns the account's name and what is left on it."""
        told = self._asked(self._get("profile"))
        points = told.get("points")
        return f"SMSAPI: {told.get('username', '?')} ({points if points is not None else '–'})"

    def balance(self) -> Balance:
        """What is left on the account, in SMSAPI's points."""
        return self._asked(self._points())

    def look_up(self, provider_ids: Sequence[str]) -> list[StatusUpdate]:
        """What became of messages that it accepted; those it does not know are left away."""
        updates: list[StatusUpdate] = []
        for start in range(0, len(provider_ids), LOOKED_UP_AT_ONCE):
            asked = provider_ids[start : start + LOOKED_UP_AT_ONCE]
            told = self._asked(self._get("sms.do", status="|".join(asked), format="json"))
            for row in told.get("list", ()):
                number = NUMBERS.get(str(row.get("status")), "")
                update = _update(str(row.get("id", "")), number, str(row.get("idx") or ""))
                if update is not None and update.provider_id in asked:
                    updates.append(update)
        return updates

    async def disconnect(self) -> None:
        """Let go of the connections."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def hand_over(self, envelope: Envelope, deadline: float) -> Answer:
        """In the unit's own name; where the provider refuses that (nothing went out), in ours.

        A lost answer is asked for again with the same key; only a clear word settles it then.
        """
        settled = await self._in_a_name(envelope)
        for pause in REPEAT_AFTER:
            if settled.outcome is not Outcome.UNKNOWN:
                break
            await asyncio.sleep(pause)
            if now() > deadline:
                break
            again = await self._in_a_name(envelope)
            if again.outcome is Outcome.ACCEPTED:
                return again
        return settled

    async def _in_a_name(self, envelope: Envelope) -> Answer:
        name = envelope.content.sender_name
        if name and name not in self._refused_names:
            settled = await self._submit(envelope, name)
            if settled.code != SENDER_REFUSED:
                return settled
            self._refused_names.add(name)
            logger.warning("The SMS provider refused a unit's sender name; ours is used.")
        return await self._submit(envelope, self._sender)

    async def _submit(self, envelope: Envelope, sender: str) -> Answer:
        reference = envelope.reference
        form = {
            "to": envelope.address.removeprefix("+"),
            "message": fill(envelope.content.text, envelope.values),
            "encoding": "utf-8",  # else letters are read as windows-1250
            "format": "json",
            "idx": reference,
            "check_idx": "1",
        }
        if sender:
            form["from"] = sender
        if self._callback_url:
            form["notify_url"] = f"{self._callback_url}smsapi/{self.secret}/"
        try:
            reply = await self._request("POST", "sms.do", data=form)
        except (ClientConnectorError, ConnectionTimeoutError):
            return answer(reference, "connect", OWN_CODES["connect"])
        except (ClientError, OSError, TimeoutError):
            return answer(reference, "no_reply", OWN_CODES["no_reply"])
        return self._read(reference, reply)

    def _read(self, reference: str, reply: Reply) -> Answer:
        """An error may come with HTTP 200: the body decides, the status only where it says nothing."""
        told = reply.told or {}
        if "error" in told and told["error"] is not None:
            return self._refusal(reference, reply.status, str(told["error"]))
        if reply.status >= FIRST_REFUSAL:
            return self._refusal(reference, reply.status, f"http_{reply.status}")
        rows = told.get("list")
        row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        if row.get("error"):
            return self._refusal(reference, reply.status, str(row["error"]))
        if not row.get("id"):
            return answer(reference, "garbled", OWN_CODES["garbled"])
        return Answer(reference, Outcome.ACCEPTED, provider_id=str(row["id"]), code=PREFIX + "200")

    def _refusal(self, reference: str, status: int, code: str) -> Answer:
        meaning = meaning_of(status, code)
        if meaning.slower:
            self.pacer.slow_down()
        return answer(reference, PREFIX + code[:20], meaning)

    def _comes_from_there(self, sender: str) -> bool:
        try:
            address = ipaddress.ip_address(sender)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def _asked(self, question: Coroutine[Any, Any, T]) -> T:
        """Give the answer about the account, or say in words what is wrong."""
        try:
            return self.ask(question)
        except (ClientError, OSError, TimeoutError) as error:
            raise ChannelError(str(OWN_CODES["connect"].words), "connect") from error
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            words = _("The SMS provider answered outside the protocol.")
            raise ChannelError(words, "garbled") from error

    async def _points(self) -> Balance:
        told = await self._get("profile")
        return Balance(Decimal(str(told["points"])), "pkt")

    async def _get(self, path: str, **query: str) -> dict[str, Any]:
        reply = await self._request("GET", path, params=query)
        if reply.told is None:
            raise ValueError("It is no JSON.")
        error = reply.told.get("error")
        if error is not None or reply.status != OK_STATUS:
            code = str(error) if isinstance(error, int) else f"http_{reply.status}"
            raise ChannelError(str(meaning_of(reply.status, code).words), PREFIX + code)
        return reply.told

    async def _request(self, method: str, path: str, **what: Any) -> Reply:
        if self._session is None:
            self._session = ClientSession(
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=ClientTimeout(total=self.timeout, connect=CONNECT_SECONDS),
                connector=TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS),
            )
        url = f"{self._base_url}/{path}"
        async with self._session.request(method, url, allow_redirects=False, **what) as response:
            body = await response.content.read(LARGEST_ANSWER)
            try:
                told = json.loads(body)
            except ValueError:
                told = None
            return Reply(response.status, told if isinstance(told, dict) else None)


def _update(provider_id: str, number: str, reference: str) -> StatusUpdate | None:
    news = NEWS.get(number)
    if news is None or not provider_id:
        return None
    return StatusUpdate(reference, provider_id, news, code=PREFIX + number)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except ValueError as error:
        raise BadCallback("It is no form.") from error


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
    except ValueError as error:
        raise BadCallback("It is no form.") from error
