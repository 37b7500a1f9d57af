"""From the header of a request to the device that sends it (RFC 6750)."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recipients.contacts import devices
from recipients.models import Device

SCHEME = "bearer"
LONGEST = 200


class DeviceAuthentication(BaseAuthentication):
    """`Authorization: Bearer icp1_<public id>_<secret>`; `request.auth` is the device.

    Whoever shows no token is nobody; a token that lets nobody in is 401 whatever is wrong with it.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        header = str(request.META.get("HTTP_AUTHORIZATION", ""))
        scheme, _, token = header.strip().partition(" ")
        if not header.strip():
            return None
        device = None
        if scheme.lower() == SCHEME and len(token) <= LONGEST:
            device = devices.of_token(token.strip())
        if device is None:
            raise AuthenticationFailed
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="icp"'
