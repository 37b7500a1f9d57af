"""From a device to its person's messages, and from what it saw of them to receipts."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from icp.api import cursors, etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from messaging import inbox
from messaging.inbox import Told

from .shapes import (
    InboxSerializer,
    LetterSerializer,
    PageSerializer,
    ReceiptAnswersSerializer,
    ReceiptsSerializer,
    head_data,
    letter_data,
)

CURSOR = "messages"


@endpoint(
    "GET",
    who="paired",
    limit="read",
    asks=PageSerializer,
    gives={200: InboxSerializer},
    refuses=("cursor-invalid",),
    summary=_("Messages to the person"),
)
def message_list(request: ApiRequest) -> Response:
    """Messages to the person of this device, the latest first, without their full texts."""
    text = request.asked.get("cursor")
    before = cursors.read(CURSOR, text)["before"] if text else None
    found, last = inbox.page(request.device, before=before, limit=request.asked["limit"])
    cursor = cursors.make(CURSOR, {"before": last}) if last is not None else None
    return etags.answer(request, {"items": list(map(head_data, found)), "cursor": cursor})


@endpoint(
    "GET",
    who="paired",
    limit="read",
    gives={200: LetterSerializer},
    refuses=("not-found",),
    summary=_("One message to the person"),
)
def message_detail(request: ApiRequest, uid: UUID) -> Response:
    """One message to the person of this device; anybody else's is not found."""
    found = inbox.letters(request.device, inbox.rows(request.device, [uid]))
    if not found:
        raise Problem("not-found")
    return etags.answer(request, letter_data(found[0]))


@endpoint(
    "POST",
    who="paired",
    limit="write",
    takes=ReceiptsSerializer,
    gives={200: ReceiptAnswersSerializer},
    summary=_("What was delivered and read"),
)
def message_receipts(request: ApiRequest) -> Response:
    """What the device got and what was read on it. Sending it again, or out of order, changes nothing."""
    told = [Told(**row) for row in request.taken["receipts"]]
    results = inbox.hear(request.device, told)
    items = [
        {"id": one.id, "event": one.event, "result": result}
        for one, result in zip(told, results, strict=True)
    ]
    return Response({"items": items}, headers={"Cache-Control": "no-store"})
