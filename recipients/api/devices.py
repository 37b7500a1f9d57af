"""From what a device asks for itself to the steps of recipients.contacts.devices."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from consents.models import Topic
from icp.api import etags, limits
from icp.api.endpoints import ApiRequest, endpoint, together
from icp.api.problems import Problem
from messaging.channels import targets
from messaging.channels.push.endpoints import BadEndpoint, allowed
from messaging.channels.targets import Target
from recipients.contacts import attempts, devices
from recipients.models import Device, District, HomePoint

from .device_shapes import (
    CodeSerializer,
    DeviceSerializer,
    EnrolledSerializer,
    EnrolSerializer,
    RegistrationSerializer,
    RotatedSerializer,
    WishesSerializer,
    described,
    moment,
)
from .refusals import still_there

TAG = "devices"


@endpoint(
    "POST",
    who="anyone",
    limit="enroll",
    takes=EnrolSerializer,
    gives={201: EnrolledSerializer},
    summary=_("Register a device"),
    tag=TAG,
)
def device_enrol(request: ApiRequest) -> Response:
    """A device of nobody: public messages and reports work without an account."""
    device, token = devices.enroll(**request.taken)
    said = {"device": described(device), "token": token}
    return Response(said, 201, headers={"Cache-Control": "no-store"})


@endpoint(
    "GET",
    who="device",
    limit="read",
    gives={200: DeviceSerializer},
    summary=_("The device that asks"),
    tag=TAG,
)
def device_read(request: ApiRequest) -> Response:
    """What is known about the device itself."""
    return etags.answer(request, described(request.device))


@endpoint(
    "PATCH",
    who="device",
    limit="write",
    takes=WishesSerializer,
    gives={200: DeviceSerializer},
    summary=_("Change what the device wants"),
    tag=TAG,
)
def device_change(request: ApiRequest) -> Response:
    """Language, quiet hours, topics, areas, home point, hints about reports."""
    device, wishes = request.device, dict(request.taken)
    _refuse_unknown(wishes)
    if "quiet_hours" in wishes:
        hours = wishes.pop("quiet_hours") or {"begin": None, "end": None}
        wishes |= {"quiet_from": hours["begin"], "quiet_to": hours["end"]}
    if wishes.get("home") is not None:
        wishes["home"] = HomePoint(**wishes["home"])
    with still_there():
        devices.change(device, wishes)
    return Response(described(device))


@endpoint(
    "DELETE",
    who="device",
    limit="write",
    gives={204: None},
    summary=_("Forget the device"),
    tag=TAG,
)
def device_remove(request: ApiRequest) -> Response:
    """The token ends at once, and everything that the device told about itself."""
    with still_there():
        devices.remove(request.device)
    return Response(status=204)


@endpoint(
    "POST",
    who="device",
    limit="pair",
    takes=CodeSerializer,
    gives={200: DeviceSerializer},
    refuses=("code-not-accepted", "already-paired"),
    summary=_("Pair the device with a person"),
    tag=TAG,
)
def device_pair(request: ApiRequest) -> Response:
    """A wrong, a used, an expired and an unknown code are answered alike, after the same time."""
    taken = request.taken
    try:
        with still_there():
            person = devices.pair(
                request.device,
                taken["code"],
                address=taken.get("address", ""),
                source=limits.network(request),
            )
    except devices.AlreadyPaired:
        raise Problem("already-paired") from None
    except attempts.TooManyTries as wait:
        raise Problem("too-many-requests", headers={"Retry-After": str(wait.seconds)}) from None
    if person is None:
        raise Problem("code-not-accepted")
    return Response(described(request.device))


@endpoint(
    "POST",
    who="device",
    limit="write",
    gives={204: None},
    summary=_("Disconnect the device from the person"),
    tag=TAG,
)
def device_unpair(request: ApiRequest) -> Response:
    """The device stays registered and is nobody's; doing so twice changes nothing."""
    devices.unpair(request.device)
    return Response(status=204)


@endpoint(
    "POST",
    who="device",
    limit="pair",
    gives={200: RotatedSerializer},
    summary=_("Change the token"),
    tag=TAG,
)
def token_rotate(request: ApiRequest) -> Response:
    """Store the new token before it is used; with the old one this can be repeated for ten minutes."""
    with still_there():
        token, until = devices.rotate(request.device)
    said = {"token": token, "previous_until": moment(until)}
    return Response(said, headers={"Cache-Control": "no-store"})


@endpoint(
    "PUT",
    who="device",
    limit="write",
    takes=RegistrationSerializer,
    gives={200: DeviceSerializer},
    summary=_("Say how the device is hinted at"),
    tag=TAG,
)
def push_register(request: ApiRequest) -> Response:
    """Send it at each start of the app: a registration that nobody renews is forgotten one day."""
    target = _target(request.taken)
    with still_there():
        devices.register_push(request.device, target)
    return Response(described(request.device))


@endpoint(
    "DELETE", who="device", limit="write", gives={204: None}, summary=_("No more hints"), tag=TAG
)
def push_drop(request: ApiRequest) -> Response:
    """The app still finds everything when it looks by itself."""
    devices.drop_push(request.device)
    return Response(status=204)


def _target(taken: dict[str, Any]) -> Target:
    if taken["kind"] == Device.PushKind.FCM:
        _want(taken, "token")
        return targets.fcm(taken["token"])
    _want(taken, "endpoint", "keys")
    try:
        allowed(taken["endpoint"])
    except BadEndpoint as bad:
        raise _wrong("#/endpoint", bad.words, "endpoint") from None
    return targets.webpush(taken["endpoint"], **taken["keys"])


def _want(taken: dict[str, Any], *names: str) -> None:
    for name in names:
        if not taken.get(name):
            raise _wrong(f"#/{name}", _("This kind of hint needs it."), "required")


def _refuse_unknown(wishes: dict[str, Any]) -> None:
    known = {"topics": Topic.objects.open(), "areas": District.objects.all()}
    for name, rows in known.items():
        wanted = set(wishes.get(name) or ())
        if wanted - set(rows.filter(pk__in=wanted).values_list("pk", flat=True)):
            raise _wrong(
                f"#/{name}", _("One of these is not known; fetch the list anew."), "unknown"
            )
        if wishes.get(name) is not None:
            wishes[name] = sorted(wanted)


def _wrong(pointer: str, detail: Any, code: str) -> Problem:
    return Problem("invalid", errors=[{"pointer": pointer, "detail": detail, "code": code}])


device = together(device_read, device_change, device_remove)
device_push = together(push_register, push_drop)
