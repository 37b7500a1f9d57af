"""From envelopes to Twilio's REST API and from its signed callbacks to news."""

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
    encode_basic_auth,
)
from django.utils.translation import gettext as _
from twilio.auth_strategy.auth_type import AuthType
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.base.values import unset
from twilio.credential.credential_provider import CredentialProvider
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    ChannelError,
    Envelope,
    News,
    Outcome,
    Pace,
    StatusUpdate,
    fill,
    now,
)
from messaging.channels.codes import answer
from messaging.channels.loop import BackgroundLoop
from messaging.channels.pacing import Pacer
from messaging.channels.sms_codes import CODES, meaning_of

logger = logging.getLogger(__name__)
REFERENCE = re.compile(r"[0-9a-f]{32}")
CONNECT_SECONDS = 5.0
# Shorter than a provider's own: a request must not meet a connection that is being closed.
KEEPALIVE_SECONDS = 10
SENDER_REFUSED = {"21212", "21606", "21659", "21660"}
LOOK_UP_SECONDS = 0.5
NEWS = {
    "queued": News.ACCEPTED,
    "accepted": News.ACCEPTED,
    "sending": News.ACCEPTED,
    "sent": News.ACCEPTED,
    "delivered": News.DELIVERED,
    "read": News.READ,
    "undelivered": News.UNDELIVERED,
    "failed": News.UNDELIVERED,
}


class BasicCredential(CredentialProvider):
    """Our account and token as a header, made once: twilio's own way is deprecated in aiohttp."""

    def __init__(self, account: str, token: str) -> None:
        super().__init__(AuthType.BASIC)
        self._header = encode_basic_auth(account, token)

    def to_auth_strategy(self) -> "BasicCredential":
        """Give what makes the header."""
        return self

    def get_auth_string(self) -> str:
        """Give the header."""
        return self._header


class TimedSession:
    """aiohttp's session with our timeouts: twilio's client asks for none at all."""

    def __init__(self, timeout: float) -> None:
        self._timeout = ClientTimeout(total=timeout, connect=CONNECT_SECONDS)
        self._session = ClientSession(
            connector=TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS)
        )

    async def request(self, **request: Any) -> Any:
        """Send one request; the credentials travel in its headers."""
        del request["auth"]
        return await self._session.request(**(request | {"timeout": self._timeout}))

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


class SmsChannel:
    """The municipality's Twilio account."""

    name = "sms"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._account = str(config.get("account", ""))
        self._token = str(config.get("token", ""))
        self._base_url = str(config.get("base_url") or "https://api.twilio.com")
        self._callback_url = str(config.get("callback_url", ""))
        self._timeout = float(config.get("timeout", 20))
        sender = str(config.get("sender", ""))
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._refused_names: set[str] = set()  # names of units that the provider does not know
        self.pace = Pace(
            window=int(config.get("window", 100)),
            streams=int(config.get("streams", 4)),
            rate=float(config.get("rate", 0)),
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.window)
        self._validator = RequestValidator(self._token)
        self._loop = BackgroundLoop("sms")
        self._client: Client | None = None  # belongs to the loop

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, as many at once as the pace allows; see Channel.send."""
        if not (self._account and self._token):
            for envelope in envelopes:
                yield answer(envelope.reference, "not_configured", CODES["not_configured"])
            return
        answers: SimpleQueue[Answer] = SimpleQueue()
        walk = self._loop.submit(self._walk(envelopes, deadline, answers))
        unanswered = {envelope.reference for envelope in envelopes}
        try:
            while unanswered:
                settled = _next(answers, walk)
                if settled is None:
                    break
                unanswered.discard(settled.reference)
                yield settled
        finally:
            walk.cancel()  # only matters where the caller stopped listening
        for reference in unanswered:
            yield answer(reference, "closed", CODES["closed"])

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Check Twilio's signature against the public URL, then read the status; may raise BadCallback."""
        headers = {name.lower(): value for name, value in callback.headers.items()}
        signature = headers.get("x-twilio-signature", "")
        if not signature or not self._token:
            raise BadCallback("The signature is missing.")
        fields = _fields(callback.body)
        algorithm = get_signature_algorithm(headers.get("x-twilio-webhooks-signature-settings"))
        if not self._validator.validate(callback.url, fields, signature, algorithm):
            raise BadCallback("The signature is wrong.")
        reference = urlsplit(callback.url).path.rstrip("/").rpartition("/")[2]
        sid = fields.get("MessageSid", "")
        if not REFERENCE.fullmatch(reference) or not sid:
            raise BadCallback("It is about no message of ours.")
        if fields.get("AccountSid") != self._account:
            raise BadCallback("It is about another account.")
        news = NEWS.get(fields.get("MessageStatus", ""))
        if news is None:
            return []
        return [StatusUpdate(reference, sid, news, code=fields.get("ErrorCode", ""))]

    def check(self) -> str:
        """Fetch the account; returns its name and state."""
        if not (self._account and self._token):
            raise ChannelError(_("No SMS account is configured."), "not_configured")
        try:
            return self._loop.submit(self._describe()).result(self._timeout + CONNECT_SECONDS)
        except (TwilioRestException, TwilioServiceException) as error:
            code = str(error.code or error.status)
            raise ChannelError(str(meaning_of(error.status, code).words), code) from error
        except (ClientError, OSError, TimeoutError) as error:
            raise ChannelError(str(CODES["connect"].words), "connect") from error
        except (TwilioException, ValueError, KeyError, TypeError) as error:
            words = _("The SMS provider answered outside the protocol.")
            raise ChannelError(words, "garbled") from error

    def close(self) -> None:
        """Let go of the connections and the loop."""
        self._loop.finish()
        client, self._client = self._client, None
        if client:
            self._loop.submit(client.http_client.close()).result(CONNECT_SECONDS)
        self._loop.close()

    async def _describe(self) -> str:
        account = await self._connected().api.v2010.accounts(self._account).fetch_async()
        return f"Twilio: {account.friendly_name} ({account.status})"

    def _connected(self) -> Client:
        """Give the client; only the loop calls it, so it is made once."""
        if self._client is None:
            # A logger of our own, since the library's would write requests out.
            quiet = logging.Logger("twilio", level=logging.CRITICAL)  # noqa: LOG001
            transport = AsyncTwilioHttpClient(pool_connections=False, logger=quiet)
            transport.session = TimedSession(self._timeout)
            self._client = Client(
                account_sid=self._account,
                credential_provider=BasicCredential(self._account, self._token),
                http_client=transport,
            )
            self._client.api.base_url = self._base_url
        return self._client

    async def _walk(
        self, envelopes: Sequence[Envelope], deadline: float, answers: "SimpleQueue[Answer]"
    ) -> None:
        """Start one request after the other, keeping within the pace."""
        under_way: set[asyncio.Task[None]] = set()
        for envelope in envelopes:
            if not await self._turn(deadline, under_way):
                answers.put(answer(envelope.reference, "deadline", CODES["deadline"]))
                continue
            request = asyncio.create_task(self._settle(envelope, answers))
            under_way.add(request)
            request.add_done_callback(under_way.discard)
        if under_way:
            # Cancelling the walk must not cut off what has left.
            await asyncio.shield(asyncio.gather(*under_way))

    async def _turn(self, deadline: float, under_way: set[asyncio.Task[None]]) -> bool:
        """Wait for a place and for the rate limit; False once the deadline has passed."""
        while now() <= deadline:
            wait = self.pacer.token()
            if wait:
                await asyncio.sleep(wait)
            else:
                break
        while now() <= deadline:
            wait = self.pacer.enter()
            if not wait:
                return True
            if under_way:
                await asyncio.wait(under_way, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(wait)
        return False

    async def _settle(self, envelope: Envelope, answers: "SimpleQueue[Answer]") -> None:
        settled = Answer(envelope.reference, Outcome.UNKNOWN, code="no_reply")
        try:
            settled = await self._hand_over(envelope)
        except Exception as error:
            # No traceback: the library's errors quote the number.
            logger.error("An SMS ended in %s", type(error).__name__)
        finally:
            self.pacer.leave()
            answers.put(settled)

    async def _hand_over(self, envelope: Envelope) -> Answer:
        """In the unit's own name; where the provider refuses that (nothing went out), in ours."""
        name = envelope.content.sender_name
        if name and name not in self._refused_names and "from_" in self._sender:
            settled = await self._submit(envelope, {"from_": name})
            if settled.code not in SENDER_REFUSED:
                return settled
            self._refused_names.add(name)
            logger.warning("The SMS provider refused a unit's sender name; ours is used.")
        return await self._submit(envelope, self._sender)

    async def _submit(self, envelope: Envelope, sender: Mapping[str, str]) -> Answer:
        reference = envelope.reference
        try:
            message = await self._connected().messages.create_async(
                to=envelope.address,
                body=fill(envelope.content.text, envelope.values),
                status_callback=self._callback_url + reference if self._callback_url else unset,
                **sender,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            code = str(error.code or error.status)
            meaning = meaning_of(error.status, code)
            if meaning.slower:
                self.pacer.slow_down()
            return answer(reference, code, meaning)
        except (ClientConnectorError, ConnectionTimeoutError):
            return answer(reference, "connect", CODES["connect"])
        except (ClientError, OSError, TimeoutError):
            return answer(reference, "no_reply", CODES["no_reply"])
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
            return answer(reference, "garbled", CODES["garbled"])
        if not message.sid:
            return answer(reference, "garbled", CODES["garbled"])
        return Answer(reference, Outcome.ACCEPTED, provider_id=message.sid, code="201")


def _next(answers: "SimpleQueue[Answer]", walk: "Future[None]") -> Answer | None:
    """Wait for the next answer; None where the channel was closed and the rest never left."""
    while True:
        over = walk.done()
        try:
            return answers.get(timeout=LOOK_UP_SECONDS)
        except Empty:
            if over:
                return None


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise BadCallback("It is no form.") from error
