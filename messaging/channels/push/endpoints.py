"""From the address of a browser's push service to whether ICP may post there.

A browser hands the address over, and so does whoever forges a browser: only the services that the
browsers really use are posted to, by https and without any other port (OWASP ASVS 5.0, V1.3.6). What
the name means is looked at when the connection is made (connecting.py).
"""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Chrome, Edge on Android, Opera, Samsung · Firefox · Edge on Windows · Safari.
HOSTS = frozenset({"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com"})
FAMILIES = (".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com")
LONGEST = 1_500  # characters; the real ones have 150 to 700
HTTPS_PORTS = (None, 443)


class BadEndpoint(ValueError):
    """An address that is not posted to; `words` are for the person who reads the refusal."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))
        self.words = words


def allowed(endpoint: str) -> None:
    """Raise BadEndpoint unless the address belongs to a push service of a browser. Asks no network."""
    parts = _read(endpoint)
    if f"{parts.scheme}://{parts.netloc}" in settings.CHANNELS["push"].get("webpush_services", ()):
        return
    host = parts.hostname or ""
    known = host in HOSTS or host.endswith(FAMILIES)
    if not known or parts.scheme != "https" or parts.port not in HTTPS_PORTS:
        raise BadEndpoint(_("This is no push service of a browser that ICP knows."))


def origin(endpoint: str) -> str:
    """Give the scheme and the host, which is who a signature is for (RFC 8292, aud)."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _read(endpoint: str) -> SplitResult:
    malformed = BadEndpoint(_("This is not the address of a push service."))
    if len(endpoint) > LONGEST or any(
        not "!" <= sign <= "~" or sign in '\\"<>' for sign in endpoint
    ):
        raise malformed
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise malformed from error
    if parts.username is not None or parts.password is not None or len(parts.path) <= 1:
        raise malformed
    return parts
