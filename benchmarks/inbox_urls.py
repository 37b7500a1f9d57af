"""From an address to a page, and the bare view that the inbox is compared with."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request

from icp.urls import handler400, handler403, handler404, handler500
from icp.urls import urlpatterns as every
from recipients.api.authentication import DeviceAuthentication

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
BYTES: dict[str, bytes] = {}


@login_not_required
@api_view(["GET"])
@authentication_classes([DeviceAuthentication])
@permission_classes([])
def bare(request: Request) -> HttpResponse:
    """Knows the device, gives what stands ready."""
    token = request.META["HTTP_AUTHORIZATION"].partition(" ")[2]
    if request.auth is None:
        return HttpResponse(status=401)
    return HttpResponse(BYTES[token], content_type="application/json")


urlpatterns = [path("bare", bare), *every]
