"""From what an app says about a report that is there already: a reply, a confirmation, a dispute, following it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from icp.api.endpoints import ApiRequest, endpoint
from reports.models import Report
from reports.steps import answering

from .refusals import REFUSES, as_problems
from .reports import asked_for, shown, standing, unless_changed
from .shapes import ConfirmSerializer, ReplySerializer, ReportSerializer

TAG = "reports"
GIVES = {200: ReportSerializer}


@endpoint(
    "POST",
    who="device",
    limit="write",
    takes=ReplySerializer,
    gives=GIVES,
    refuses=REFUSES,
    summary=_("Answer or add something"),
    tag=TAG,
    idempotent=True,
)
def report_reply(request: ApiRequest, uid: UUID) -> Response:
    """Words or photos; an answer to the office's question puts the report back into hand.

    With If-Match only if nobody changed the report meanwhile.
    """
    row, taken = asked_for(request, uid), request.taken
    with as_problems():
        answering.reply(
            row,
            taken.get("text", ""),
            by=standing(request, row),
            version=unless_changed(request, row),
            photo_uids=taken.get("upload_ids", ()),
        )
    return shown(request, row)


@endpoint(
    "POST",
    who="device",
    limit="write",
    takes=ConfirmSerializer,
    gives=GIVES,
    refuses=REFUSES,
    summary=_("Repaired, or still broken"),
    tag=TAG,
    idempotent=True,
)
def report_confirm(request: ApiRequest, uid: UUID) -> Response:
    """Within fourteen days after "done"; "still broken" disputes the report."""
    row, taken = asked_for(request, uid), request.taken
    with as_problems():
        answering.confirm(
            row,
            taken["ok"],
            by=standing(request, row),
            text=taken.get("text", ""),
            version=unless_changed(request, row),
            photo_uids=taken.get("upload_ids", ()),
        )
    return shown(request, row)


@endpoint(
    "POST",
    who="device",
    limit="write",
    takes=ReplySerializer,
    gives=GIVES,
    refuses=REFUSES,
    summary=_("Dispute how a report was closed"),
    tag=TAG,
    idempotent=True,
)
def report_dispute(request: ApiRequest, uid: UUID) -> Response:
    """Within thirty days after closing; another person at the office decides."""
    row, taken = asked_for(request, uid), request.taken
    with as_problems():
        answering.dispute(
            row,
            taken.get("text", ""),
            by=standing(request, row),
            version=unless_changed(request, row),
            photo_uids=taken.get("upload_ids", ()),
        )
    return shown(request, row)


@endpoint(
    "POST",
    who="device",
    limit="write",
    gives=GIVES,
    refuses=REFUSES,
    summary=_("Take a report back"),
    tag=TAG,
    idempotent=True,
)
def report_withdraw(request: ApiRequest, uid: UUID) -> Response:
    """Only before work has begun."""
    row = asked_for(request, uid)
    with as_problems():
        answering.withdraw(row, by=standing(request, row), version=unless_changed(request, row))
    return shown(request, row)


@endpoint(
    "PUT",
    who="device",
    limit="write",
    gives=GIVES,
    refuses=REFUSES,
    summary=_("Follow somebody else’s report"),
    tag=TAG,
)
def report_follow(request: ApiRequest, uid: UUID) -> Response:
    """Only what everybody may see can be followed; of one's own reports one hears anyway."""
    row = _public_or_own(request, uid)
    with as_problems():
        answering.follow(row, request.device)
    return shown(request, row)


@endpoint(
    "DELETE",
    who="device",
    limit="write",
    gives={204: None},
    refuses=("not-found",),
    summary=_("Follow a report no more"),
    tag=TAG,
)
def report_unfollow(request: ApiRequest, uid: UUID) -> Response:
    """204 also where it was not followed."""
    answering.unfollow(_public_or_own(request, uid), request.device)
    return Response(status=204)


def _public_or_own(request: ApiRequest, uid: UUID) -> Report:
    row: Report | None = Report.objects.public().filter(uid=uid, forgotten_at=None).first()
    return row if row is not None else asked_for(request, uid)
