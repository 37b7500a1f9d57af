"""From a person at their own device to their account: what it says, its devices, its rest, its end."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.response import Response

from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint, together
from icp.api.problems import Problem
from recipients.account import requests, rights
from recipients.contacts import devices, languages
from recipients.models import Device, Recipient, RightsRequest
from recipients.people import moves

from .account_shapes import (
    AccountSerializer,
    AccountWishesSerializer,
    ErasureSerializer,
    OwnDevicesSerializer,
    RequestSerializer,
    SuspensionSerializer,
    account,
    asked,
    own_device,
)
from .refusals import still_there

APP = RightsRequest.How.APP
ERASE = RightsRequest.Kind.ERASE


def person_of(request: ApiRequest) -> Recipient:
    """Whose device asks; the endpoint wants a paired one."""
    person = request.device.recipient
    if person is None:
        raise Problem("not-paired")
    return person


@endpoint(
    "GET",
    who="paired",
    limit="read",
    gives={200: AccountSerializer},
    summary=gettext_lazy("The account"),
)
def me(request: ApiRequest) -> Response:
    """Whose device this is, the state of the account, what was asked of the office."""
    return etags.answer(request, account(person_of(request)))


@endpoint(
    "PATCH",
    who="paired",
    limit="write",
    takes=AccountWishesSerializer,
    gives={200: AccountSerializer},
    refuses=("account-state",),
    summary=gettext_lazy("Change the language of messages"),
)
def me_change(request: ApiRequest) -> Response:
    """In what language the office writes to the person; a message without a text in it comes in Polish."""
    try:
        row = languages.choose(person_of(request), request.taken["language"], by=None)
    except moves.CannotMove:
        raise Problem("account-state") from None
    return Response(account(row))


own_account = together(me, me_change)


@endpoint(
    "GET",
    who="paired",
    limit="read",
    gives={200: OwnDevicesSerializer},
    summary=gettext_lazy("The person’s devices"),
)
def me_devices(request: ApiRequest) -> Response:
    """Every device that shows this person's messages, the one used last first."""
    theirs = Device.objects.live().filter(recipient=person_of(request)).order_by("-last_used_at")
    items = [own_device(row, request.device) for row in theirs]
    return etags.answer(request, {"items": items, "cursor": None})


@endpoint(
    "DELETE",
    who="paired",
    limit="write",
    gives={204: None},
    refuses=("not-found",),
    summary=gettext_lazy("Remove one of the person’s devices"),
)
def me_device_remove(request: ApiRequest, uid: UUID) -> Response:
    """A lost device: its token ends at once. Devices of others are not found."""
    row = Device.objects.live().filter(recipient=person_of(request), uid=uid).first()
    if row is None:
        raise Problem("not-found")
    with still_there():
        devices.remove(row)
    return Response(status=204)


@endpoint(
    "POST",
    who="paired",
    limit="write",
    takes=SuspensionSerializer,
    gives={200: AccountSerializer},
    refuses=("account-state",),
    summary=gettext_lazy("Be left alone for a while"),
)
def me_suspend(request: ApiRequest) -> Response:
    """Nothing but alarms by law is sent until the day before `until`, or until the person comes back."""
    person = person_of(request)
    reason, until = _("asked for in the mobile app"), request.taken.get("until")
    try:
        row = rights.suspend(person, by=None, reason=reason, until=until, how=APP)
    except moves.CannotMove:
        raise Problem("account-state") from None
    except ValidationError as wrong:
        said = {"pointer": "#/until", "detail": " ".join(wrong.messages), "code": "invalid"}
        raise Problem("invalid", errors=[said]) from None
    return Response(account(row))


@endpoint(
    "POST",
    who="paired",
    limit="write",
    gives={200: AccountSerializer},
    refuses=("account-state",),
    summary=gettext_lazy("Get messages again"),
)
def me_resume(request: ApiRequest) -> Response:
    """The end of a suspension, at the person's own wish."""
    try:
        row = rights.resume(person_of(request), by=None, how=APP)
    except moves.CannotMove:
        raise Problem("account-state") from None
    return Response(account(row))


@endpoint(
    "POST",
    who="paired",
    limit="data",
    takes=ErasureSerializer,
    gives={202: RequestSerializer},
    summary=gettext_lazy("Ask for the erasure of the account"),
)
def me_erase(request: ApiRequest) -> Response:
    """The office erases the account within the month of GDPR art. 12; until then it can be taken back."""
    if not request.taken["confirm"]:
        detail = _("Confirm it: what is erased cannot be brought back.")
        said = {"pointer": "#/confirm", "detail": detail, "code": "unconfirmed"}
        raise Problem("invalid", errors=[said])
    row = requests.open_request(person_of(request), ERASE, APP)
    return Response(asked(row), 202)


@endpoint(
    "DELETE",
    who="paired",
    limit="write",
    gives={204: None},
    refuses=("not-found", "account-state"),
    summary=gettext_lazy("Take the wish to be erased back"),
)
def me_erase_undo(request: ApiRequest) -> Response:
    """As long as the office has not erased the account."""
    wish = RightsRequest.objects.open().filter(recipient=person_of(request), kind=ERASE).first()
    if wish is None:
        raise Problem("not-found")
    try:
        requests.close(wish, by=None, outcome=RightsRequest.Outcome.TAKEN_BACK)
    except requests.AlreadyClosed:
        raise Problem("account-state") from None
    return Response(status=204)


erasure = together(me_erase, me_erase_undo)
