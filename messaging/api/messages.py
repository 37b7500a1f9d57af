"""From a device to its person's messages, and from what it saw of them to receipts."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from icp.api import cursors, etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from messaging.public import inbox
from messaging.public.inbox import Told
from messaging.texts import attachments
from messaging.texts.file_answers import attachment_response

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
FILE: dict[Any, Any] = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


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
    "GET",
    who="paired",
    limit="read",
    gives=FILE,
    refuses=("not-found",),
    summary=_("A file attached to a message"),
)
def message_attachment(request: ApiRequest, uid: UUID, number: int) -> Any:
    """One file of a message to the person of this device, as long as its address works: PDF, PNG or JPEG."""
    if not inbox.rows(request.device, [uid]):
        raise Problem("not-found")
    row = attachments.served(uid, number)
    if row is None:
        raise Problem("not-found")
    return attachment_response(row)


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
