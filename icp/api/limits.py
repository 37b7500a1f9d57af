"""From too many requests of a device, or of the network it is in, to 429 and when to come back.

Answers carry RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10) and, when refused, Retry-After
(RFC 9110, section 10.2.3). Counted by `icp.rate_limits`, together in all processes. A network is an IPv4 /24 or an
IPv6 /56: one household, one school, one carrier's gateway; its limits are wide, for many people stand behind one.
"""

import ipaddress
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from admin_module import locking
from icp import rate_limits
from icp.encryption.tokens import mac

from .problems import Problem

MINUTE, HOUR, DAY = 60, 3600, 86_400
_LABEL = "api.source"


@dataclass(frozen=True, slots=True)
class Window:
    """So many requests in so many seconds, of one device or of one network."""

    requests: int
    seconds: int
    per: str = "device"  # device | network


# Requests without a device are held to the windows of their network only.
LIMITS: dict[str, tuple[Window, ...]] = {
    "public": (Window(600, MINUTE, "network"),),
    "read": (Window(240, MINUTE), Window(3000, MINUTE, "network")),
    "write": (Window(60, MINUTE), Window(1000, MINUTE, "network")),
    "enroll": (Window(60, HOUR, "network"), Window(300, DAY, "network")),
    "pair": (Window(10, HOUR), Window(120, HOUR, "network")),
    "data": (Window(5, HOUR), Window(10, DAY)),  # a copy of everything held, an erasure
    "report": (Window(10, HOUR), Window(30, DAY), Window(300, HOUR, "network")),
    "upload": (Window(20, HOUR), Window(600, HOUR, "network")),
    "calls": (Window(600, MINUTE), Window(1200, MINUTE, "network")),  # of one exchange
}


def network(request: HttpRequest) -> str:
    """What stands for the network a request comes from: nothing that could be turned back into it."""
    return mac(_LABEL, prefix_of(locking.computer(request)).encode()).hex()


def prefix_of(address: str) -> str:
    """192.0.2.7 → 192.0.2.0/24; 2001:db8::1 → 2001:db8::/56; what is no address stays as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    bits = 24 if parsed.version == 4 else 56  # noqa: PLR2004
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False))


def take(name: str, request: HttpRequest, device: object | None) -> dict[str, str]:
    """Count one request against each window; the headers to answer with, or Problem too-many-requests."""
    if not settings.RATE_LIMITS:
        return {}
    who = {"network": network(request), "device": _of_device(device)}
    windows = [window for window in LIMITS[name] if who[window.per]]
    if not windows:
        return {}
    counted = rate_limits.tally_all(
        [(f"api-{name}-{w.seconds}-{w.per}", who[w.per], w.seconds) for w in windows]
    )
    left = [(w.requests - number, w) for w, number in zip(windows, counted, strict=True)]
    tightest = min(left, key=lambda pair: pair[0] / pair[1].requests)
    headers = _headers(name, [window for _left, window in left], *tightest)
    if tightest[0] < 0:
        wait = max(_ends_in(window) for remaining, window in left if remaining < 0)
        raise Problem("too-many-requests", headers=headers | {"Retry-After": str(wait)})
    return headers


def _of_device(device: object | None) -> str:
    return f"device-{getattr(device, 'pk', '')}" if device is not None else ""


def _ends_in(window: Window) -> int:
    return math.ceil(window.seconds - time.time() % window.seconds)


def _called(name: str, window: Window) -> str:
    return f'"{name}-{window.per}-{window.seconds}"'


def _headers(name: str, windows: list[Window], remaining: int, tightest: Window) -> dict[str, str]:
    """Structured fields: each quota with its window, and the one that is nearest to its end."""
    policies = [f"{_called(name, w)};q={w.requests};w={w.seconds}" for w in windows]
    now = f"{_called(name, tightest)};r={max(0, remaining)};t={_ends_in(tightest)}"
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": now}
