"""From a notice to a browser's push service (RFC 8030), encrypted for that browser (RFC 8291)."""

import threading
from collections.abc import Mapping
from typing import Any

from http_ece import ECEException
from pywebpush import WebPusher, WebPushException
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from messaging.channels.base import Answer, Outcome, now
from messaging.channels.codes import answer
from messaging.channels.push.codes import CODES, web_push_code
from messaging.channels.push.connecting import connections
from messaging.channels.push.endpoints import BadEndpoint, allowed, origin
from messaging.channels.push.notice import LARGEST_NOTICE, Notice
from messaging.channels.push.vapid import Signer
from messaging.channels.targets import Subscription

__all__ = ["BadEndpoint", "WebPush", "allowed", "configured"]

CONNECTING = (ConnectTimeoutError, NewConnectionError, NameResolutionError, SSLError)
GOOD = range(200, 300)
MOST_READ = 4096  # bytes of an answer; there is nothing in it for us
LONGEST_REST = 3600.0  # seconds that a Retry-After is believed
USUAL_REST = 30.0
LONGEST_NAME = 100


class _NotPosted(Exception):
    """Why nothing was posted: a key of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WebPush:
    """The push services of the browsers, to which the office proves itself by its VAPID key."""

    def __init__(self, config: Mapping[str, Any], timeout: float, width: int) -> None:
        """Raise ValueError where the key or the subject is no good."""
        self._signer = Signer(str(config["vapid_key"]), str(config["vapid_subject"]))
        self._connections = connections(width, timeout)
        self._lock = threading.Lock()
        self._resting: dict[str, float] = {}  # origins that said "too fast", until when
        self._worked: set[str] = set()  # origins that know our key

    def hand_over(self, notice: Notice, subscription: Subscription) -> Answer:
        """Send to one browser; `address_gone` says that its subscription will never work again."""
        reference = notice.reference
        try:
            service = self._service(subscription.endpoint)
            reply = self._post(notice, subscription.endpoint, service, _body(notice, subscription))
        except _NotPosted as refusal:
            return answer(reference, refusal.code, CODES[refusal.code])
        except CONNECTING:
            return answer(reference, "connect", CODES["connect"])
        except (HTTPError, OSError):
            return answer(reference, "no_reply", CODES["no_reply"])
        return self._told(reference, service, reply)

    def close(self) -> None:
        """Let go of the connections."""
        self._connections.clear()

    def _service(self, endpoint: str) -> str:
        """Whom we talk to; raises where that must not be, or not now."""
        try:
            allowed(endpoint)
        except BadEndpoint as error:
            raise _NotPosted("bad_endpoint") from error
        service = origin(endpoint)
        with self._lock:
            if self._resting.get(service, 0.0) > now():
                raise _NotPosted("WP429")
        return service

    def _post(self, notice: Notice, endpoint: str, service: str, body: bytes) -> BaseHTTPResponse:
        headers = {
            "Authorization": self._signer.authorization(service),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(notice.ttl),
            "Urgency": "high" if notice.urgent else "normal",
        }
        if notice.tag:
            headers["Topic"] = notice.tag
        reply = self._connections.request(
            "POST", endpoint, body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            more = len(reply.read(MOST_READ)) == MOST_READ
        except (HTTPError, OSError):
            more = True  # the status line says what counts
        if more:
            reply.close()
        reply.release_conn()
        return reply

    def _told(self, reference: str, service: str, reply: BaseHTTPResponse) -> Answer:
        if reply.status in GOOD:
            self._worked.add(service)
            name = (reply.headers.get("Location") or "").rpartition("/")[2]
            return Answer(
                reference,
                Outcome.ACCEPTED,
                provider_id=name if len(name) <= LONGEST_NAME else "",
                code=f"WP{reply.status}",
            )
        code = web_push_code(reply.status)
        told = answer(reference, code, CODES[code])
        if CODES[code].slower:
            self._rest(service, reply.headers.get("Retry-After") or "")
        if code == "WP403" and service in self._worked:
            # Others of this service know our key: the subscription was made with an earlier one.
            return told._replace(outcome=Outcome.REFUSED, address_gone=True)
        return told

    def _rest(self, service: str, asked: str) -> None:
        seconds = float(asked) if asked.isascii() and asked.isdigit() else USUAL_REST
        with self._lock:
            self._resting[service] = now() + min(seconds, LONGEST_REST)


def configured(config: Mapping[str, Any]) -> bool:
    """Say whether the office has a key for the browsers' services."""
    return bool(config.get("vapid_key"))


def _body(notice: Notice, subscription: Subscription) -> bytes:
    content = notice.json()
    if len(content) > LARGEST_NOTICE:
        raise _NotPosted("bad_content")
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    try:
        encoded = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(content)
    except (WebPushException, ECEException, ValueError, TypeError, IndexError) as error:
        raise _NotPosted("bad_keys") from error
    return bytes(encoded["body"])
