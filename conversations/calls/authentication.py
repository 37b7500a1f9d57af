"""From the header of a request to the exchange that sends it (RFC 6750; RFC 7617 for FreeSWITCH)."""

import base64
import binascii
import logging
from typing import cast

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from admin_module import locking
from conversations.models import ExchangeKey

from . import keys

LONGEST = 400
log = logging.getLogger(__name__)


class ExchangeAuthentication(BaseAuthentication):
    """`Authorization: Bearer icpx_<prefix>_<secret>`, or the same as the password of Basic.

    A key that lets nobody in is 401 whatever is wrong with it; one used from another network, too.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ExchangeKey] | None:
        header = str(request.META.get("HTTP_AUTHORIZATION", "")).strip()
        if not header:
            return None
        key = keys.of_text(_shown(header)) if len(header) <= LONGEST else None
        if key is None:
            raise AuthenticationFailed
        if not keys.may_come_from(key, locking.computer(request)):
            log.warning("Exchange key %s was shown from a network that is not its own.", key.pk)
            raise AuthenticationFailed
        keys.used(key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="icp"'


def exchange_of(request: Request) -> ExchangeKey:
    """Who sends this request, once it was let in."""
    return cast(ExchangeKey, request.auth)


def _shown(header: str) -> str:
    scheme, _, shown = header.partition(" ")
    if scheme.lower() == "bearer":
        return shown.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(shown, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
