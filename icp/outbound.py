"""From an address that somebody typed in to one that the server may connect to.

A gateway's address is typed by an administrator, but the connection is made from inside the city's
network: without this guard "test the connection" would read what only machines there may read
(OWASP ASVS 4.0.3, V5.2.6 and V12.6.1). The answer holds the IP address that was looked at: connect to
that one, not to the name again, or a name that changes its mind in between gets through.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SCHEMES = {"http": 80, "https": 443}
LARGEST_PORT = 65_535
LONGEST_ADDRESS = 2_000

SENTENCES = {
    "malformed": _("This is not an internet address. Enter one like https://example.com."),
    "scheme": _("Only addresses that begin with https:// are allowed."),
    "credentials": _("Leave the name and the password out of the address."),
    "port": _("The port must be a number from 1 to 65535."),
    "unknown": _("No computer of this name was found. Check the address."),
    "local": _(
        "This address leads into the internal network, where ICP must not connect. Enter a public"
        " one, or have local gateways allowed on the server (ICP_ALLOW_LOCAL_GATEWAYS)."
    ),
}


class OutboundRefused(ValidationError):
    """An address that is not connected to; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the name for TLS and the Host header, and the IP address that was checked."""

    host: str
    port: int
    address: str


def check_url(url: str) -> Target:
    """The target of an https address (http only where local gateways are allowed).

    Raises OutboundRefused. It asks the name server: do not call it in a transaction.
    """
    if len(url) > LONGEST_ADDRESS or any(sign <= " " or sign in '\\"<>' for sign in url):
        raise OutboundRefused("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundRefused("malformed") from error
    if parts.scheme not in SCHEMES or (parts.scheme == "http" and not local_allowed()):
        raise OutboundRefused("scheme")
    if parts.username is not None or parts.password is not None:
        raise OutboundRefused("credentials")
    if not parts.hostname:
        raise OutboundRefused("malformed")
    return check_host(parts.hostname, SCHEMES[parts.scheme] if port is None else port)


def check_host(host: str, port: int) -> Target:
    """The target behind a name or an IP address; every address that the name has must be public."""
    if not 0 < port <= LARGEST_PORT:
        raise OutboundRefused("port")
    addresses = _resolve(host.strip().strip("[]"), port)
    if not local_allowed() and not all(is_public(address) for address in addresses):
        raise OutboundRefused("local")
    return Target(host, port, addresses[0])


def local_allowed() -> bool:
    return bool(settings.SANDBOX or settings.ALLOW_LOCAL_GATEWAYS)


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open internet, also where IPv6 wraps an IPv4 address."""
    address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(
        text.partition("%")[0]
    )
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            address = inner
        elif address.teredo or address.is_site_local:
            return False
    # Shared address space (100.64/10) and the clouds' metadata (169.254/16) are not global either.
    return address.is_global and not address.is_multicast and not address.is_reserved


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """RFC 6052: 64:ff9b::/96 carries an IPv4 address in its last 32 bits."""
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _resolve(host: str, port: int) -> list[str]:
    try:
        addresses = _look_up(host, port)
    except (OSError, UnicodeError) as error:
        raise OutboundRefused("unknown") from error
    if not addresses:
        raise OutboundRefused("unknown")
    return addresses
