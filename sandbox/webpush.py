"""From a push of RFC 8030 to an arrival: a browser and its push service in one.

It plays both: it makes the keys that a browser makes when it subscribes, and the service that takes
the push. What comes is checked as the real ones do (RFC 8291, 8292) and decrypted with the browser's key.
"""

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from secrets import token_urlsafe

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from sandbox.http import cut, held
from sandbox.world import Verdict, World

LARGEST_BODY = 4096  # RFC 8291 § 4
DAY = 86_400
SLACK = 60  # seconds that clocks may differ
KEPT_HEADERS = ("TTL", "Urgency", "Topic", "Content-Encoding")
REFUSALS = {
    Verdict.THROTTLE: (429, "too fast"),
    Verdict.REFUSE_NOW: (503, "out of order"),
    Verdict.REFUSE_FOREVER: (410, "no such subscription"),
}


class Refused(Exception):
    """What the service answers: an HTTP status and a few words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(slots=True)
class Browser:
    """One subscription with the keys that never leave a browser."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    auth: bytes = field(repr=False)
    server_key: str = ""  # the VAPID key it was made with; empty: any
    gone: bool = False

    def public(self) -> str:
        """The key that the sender encrypts for."""
        numbers = self.key.public_key().public_numbers()
        point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        return _text(point)


def routes(world: World) -> list[web.RouteDef]:
    """Serve what a browser asks for, and what the sender posts to."""
    service = Service(world)
    return [
        web.post("/webpush/subscriptions", service.subscribe),
        web.delete("/webpush/{name}", service.unsubscribe),
        web.post("/webpush/{name}", service.push),
    ]


class Service:
    """The subscriptions of one world; they end with it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers: dict[str, Browser] = {}

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        """Give a new subscription as PushSubscription.toJSON() does."""
        wish = await request.json() if request.can_read_body else {}
        name = token_urlsafe(16)
        key = ec.generate_private_key(ec.SECP256R1())
        browser = Browser(key, os.urandom(16), str(wish.get("applicationServerKey", "")))
        self.browsers[name] = browser
        keys = {"p256dh": browser.public(), "auth": _text(browser.auth)}
        endpoint = f"{_origin(request)}/webpush/{name}"
        return web.json_response({"endpoint": endpoint, "expirationTime": None, "keys": keys})

    async def unsubscribe(self, request: web.Request) -> web.StreamResponse:
        """End a subscription: its pushes are answered 410 from now on."""
        browser = self.browsers.get(request.match_info["name"])
        if browser is None:
            return web.Response(status=404)
        browser.gone = True
        return web.Response(status=204)

    async def push(self, request: web.Request) -> web.StreamResponse:
        """Take one push."""
        raw = await request.read()
        await held(self.world, "push")
        if self.world.switches["push"].off:
            return cut(request)
        try:
            payload = self._read(request, raw)
        except Refused as refusal:
            return web.Response(status=refusal.status, text=str(refusal))
        verdict = self.world.judge("push")
        if verdict in REFUSALS:
            status, words = REFUSALS[verdict]
            return web.Response(status=status, text=words, headers={"Retry-After": "0"})
        number = self._remember(request, payload)
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(status=600, text="banan")
        location = f"{_origin(request)}/webpush/messages/{number}"
        return web.Response(status=201, headers={"Location": location})

    def _read(self, request: web.Request, raw: bytes) -> bytes:
        browser = self.browsers.get(request.match_info["name"])
        if browser is None:
            raise Refused(404, "never heard of it")
        if browser.gone:
            raise Refused(410, "unsubscribed")
        _check_form(request, raw)
        _check_sender(request.headers.get("Authorization", ""), _origin(request), browser)
        try:
            return bytes(
                http_ece.decrypt(
                    raw, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm"
                )
            )
        except (http_ece.ECEException, ValueError) as error:
            raise Refused(400, "cannot be decrypted") from error

    def _remember(self, request: web.Request, payload: bytes) -> int:
        headers = {name: request.headers.get(name, "") for name in KEPT_HEADERS}
        text = payload.decode("utf-8", "replace")
        try:
            reference = str(json.loads(text)["icp"]["reference"])
        except (ValueError, KeyError, TypeError):
            reference = ""
        whole = {"endpoint": str(request.url), "headers": headers, "payload": text}
        kept = json.dumps({"webpush": whole}, ensure_ascii=False).encode()
        return self.world.remember("push", reference, str(request.url), kept).number


def _check_form(request: web.Request, raw: bytes) -> None:
    """RFC 8030 § 5, RFC 8291 § 4."""
    if not request.headers.get("TTL", "").isdigit():
        raise Refused(400, "no TTL")
    if request.headers.get("Urgency", "normal") not in ("very-low", "low", "normal", "high"):
        raise Refused(400, "no such urgency")
    if request.headers.get("Content-Encoding") != "aes128gcm":
        raise Refused(415, "not aes128gcm")
    if len(raw) > LARGEST_BODY:
        raise Refused(413, "too large")


def _check_sender(header: str, origin: str, browser: Browser) -> None:
    """RFC 8292: a signature of ours over this origin, not older than a day."""
    scheme, _space, rest = header.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if scheme.lower() != "vapid" or not {"t", "k"} <= parts.keys():
        raise Refused(401, "no VAPID")
    try:
        genuine = Vapid02.verify(f"vapid t={parts['t']},k={parts['k']}")
        claims = json.loads(_bytes(parts["t"].split(".")[1]))
    except (ValueError, IndexError, KeyError) as error:
        raise Refused(403, "VAPID without sense") from error
    soon = time.time() + DAY + SLACK
    if not genuine or claims.get("aud") != origin or not time.time() < claims.get("exp", 0) < soon:
        raise Refused(403, "VAPID not genuine, not for us or too old")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        raise Refused(403, "VAPID without a subject")
    if browser.server_key and browser.server_key.rstrip("=") != parts["k"].rstrip("="):
        raise Refused(403, "subscribed with another key")


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
