"""From envelopes to Twilio's REST API and from its signed callbacks to news."""

import logging
import re
from collections.abc import Coroutine, Mapping
from decimal import Decimal
from typing import Any, TypeVar
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
    Balance,
    Callback,
    ChannelError,
    Envelope,
    News,
    Outcome,
    StatusUpdate,
    fill,
)
from messaging.channels.codes import answer
from messaging.channels.sms.codes import OWN_CODES
from messaging.channels.sms.requests_at_once import (
    CONNECT_SECONDS,
    KEEPALIVE_SECONDS,
    RequestsAtOnce,
)
from messaging.channels.sms.twilio_codes import meaning_of

logger = logging.getLogger(__name__)
REFERENCE = re.compile(r"[0-9a-f]{32}")
T = TypeVar("T")
SENDER_REFUSED = {"21212", "21606", "21659", "21660"}
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


class TwilioChannel(RequestsAtOnce):
    """The municipality's Twilio account."""

    provider = "twilio"

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        self._account = str(config.get("account", ""))
        self._token = str(config.get("token", ""))
        self._base_url = str(config.get("base_url") or "https://api.twilio.com")
        self._callback_url = str(config.get("callback_url", ""))
        sender = str(config.get("sender", ""))
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._refused_names: set[str] = set()  # names of units that the provider does not know
        self._client: Client | None = None  # belongs to the loop

    @property
    def configured(self) -> bool:
        """Whether there is an account to send from."""
        return bool(self._account and self._token)

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Check Twilio's signature against the public URL, then read the status; may raise BadCallback."""
        fields = proved(self._token, callback)
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
        return self._asked(self._describe())

    def _asked(self, question: Coroutine[Any, Any, T]) -> T:
        """Give the answer of the account, or say in words what is wrong."""
        try:
            return self.ask(question)
        except (TwilioRestException, TwilioServiceException) as error:
            code = str(error.code or error.status)
            raise ChannelError(str(meaning_of(error.status, code).words), code) from error
        except (ClientError, OSError, TimeoutError) as error:
            raise ChannelError(str(OWN_CODES["connect"].words), "connect") from error
        except (TwilioException, ValueError, KeyError, TypeError, ArithmeticError) as error:
            words = _("The SMS provider answered outside the protocol.")
            raise ChannelError(words, "garbled") from error

    def balance(self) -> Balance:
        """What is left on the account."""
        return self._asked(self._balance())

    async def disconnect(self) -> None:
        """Let go of the connections."""
        client, self._client = self._client, None
        if client:
            await client.http_client.close()

    async def _balance(self) -> Balance:
        found = await self._connected().api.v2010.accounts(self._account).balance.fetch_async()
        return Balance(Decimal(found.balance), str(found.currency))

    async def _describe(self) -> str:
        account = await self._connected().api.v2010.accounts(self._account).fetch_async()
        return f"Twilio: {account.friendly_name} ({account.status})"

    def _connected(self) -> Client:
        """Give the client; only the loop calls it, so it is made once."""
        if self._client is None:
            # A logger of our own, since the library's would write requests out.
            quiet = logging.Logger("twilio", level=logging.CRITICAL)  # noqa: LOG001
            transport = AsyncTwilioHttpClient(pool_connections=False, logger=quiet)
            transport.session = TimedSession(self.timeout)
            self._client = Client(
                account_sid=self._account,
                credential_provider=BasicCredential(self._account, self._token),
                http_client=transport,
            )
            self._client.api.base_url = self._base_url
        return self._client

    async def hand_over(self, envelope: Envelope, deadline: float) -> Answer:
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
            return answer(reference, "connect", OWN_CODES["connect"])
        except (ClientError, OSError, TimeoutError):
            return answer(reference, "no_reply", OWN_CODES["no_reply"])
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
            return answer(reference, "garbled", OWN_CODES["garbled"])
        if not message.sid:
            return answer(reference, "garbled", OWN_CODES["garbled"])
        return Answer(reference, Outcome.ACCEPTED, provider_id=message.sid, code="201")


def proved(token: str, callback: Callback) -> dict[str, str]:
    """The fields of what Twilio posted to the public URL; raises BadCallback where it did not."""
    headers = {name.lower(): value for name, value in callback.headers.items()}
    signature = headers.get("x-twilio-signature", "")
    if not signature or not token:
        raise BadCallback("The signature is missing.")
    fields = _fields(callback.body)
    algorithm = get_signature_algorithm(headers.get("x-twilio-webhooks-signature-settings"))
    if not RequestValidator(token).validate(callback.url, fields, signature, algorithm):
        raise BadCallback("The signature is wrong.")
    return fields


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise BadCallback("It is no form.") from error
