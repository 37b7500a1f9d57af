"""From the office's one key pair to the proof that a push comes from us (VAPID, RFC 8292).

The pair is kept as the private number alone: 32 bytes, base64url without padding.
"""

import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from py_vapid import Vapid02, VapidException

PART = 32  # bytes of one number of P-256
LIVES, RENEWED = 12 * 3600, 3600  # seconds; a service refuses more than a day


def generate() -> str:
    """Draw a new private key."""
    pair = Vapid02()
    pair.generate_keys()
    return _text(pair.private_key.private_numbers().private_value.to_bytes(PART, "big"))


@lru_cache(maxsize=8)
def public_key(private: str) -> str:
    """Give what a browser subscribes with (applicationServerKey); raises ValueError."""
    return _public(_pair(private))


class Signer:
    """Signs for one service after the other; a signature is used for an hour. Safe for threads."""

    def __init__(self, private: str, subject: str) -> None:
        """`subject`: mailto: or https:, where the services reach us. Raises ValueError."""
        self._pair, self._subject = _pair(private), subject
        self._known: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()
        self.authorization("https://push.example")  # a bad subject shows now, not in a delivery

    def authorization(self, origin: str) -> str:
        """Give the header for the service at this origin."""
        with self._lock:
            until, header = self._known.get(origin, (0.0, ""))
            if time.time() >= until:
                until, header = time.time() + RENEWED, self._sign(origin)
                self._known[origin] = until, header
            return header

    def _sign(self, origin: str) -> str:
        claims = {"aud": origin, "sub": self._subject, "exp": int(time.time()) + LIVES}
        try:
            return str(self._pair.sign(claims)["Authorization"])
        except VapidException as error:
            raise ValueError("no good subject") from error


def _pair(private: str) -> Vapid02:
    try:
        raw = urlsafe_b64decode(f"{private}=")
    except ValueError as error:
        raise ValueError("no key") from error
    if len(raw) != PART:
        raise ValueError("no key")
    return Vapid02.from_raw(private.encode())


def _public(pair: Vapid02) -> str:
    numbers = pair.public_key.public_numbers()
    return _text(b"\x04" + numbers.x.to_bytes(PART, "big") + numbers.y.to_bytes(PART, "big"))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
