"""From a file in a form to a photo that waits for its report."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem
from icp.uploads import UploadRefused
from reports.pictures import photos
from reports.pictures.photos import UnknownPhotos
from reports.showing.showing import moment

from .refusals import of_upload
from .shapes import FileSerializer, UploadSerializer

TAG = "reports"


@endpoint(
    "POST",
    who="device",
    limit="upload",
    takes=FileSerializer,
    gives={201: UploadSerializer},
    refuses=("invalid",),
    summary=_("Send a photo"),
    tag=TAG,
    upload=True,
)
def upload_new(request: ApiRequest) -> Response:
    """It is drawn anew: neither its place nor anything else that a camera writes into a file is kept."""
    try:
        photo = photos.keep(request.taken["file"], device=request.device)
    except UploadRefused as refused:
        raise of_upload(refused) from None
    said = {
        "upload_id": str(photo.uid),
        "width": photo.width,
        "height": photo.height,
        "expires_at": moment(photo.expires_at),
    }
    return Response(said, 201, headers={"Cache-Control": "no-store"})


@endpoint(
    "DELETE",
    who="device",
    limit="write",
    gives={204: None},
    refuses=("not-found",),
    summary=_("Take a photo back"),
    tag=TAG,
)
def upload_remove(request: ApiRequest, uid: UUID) -> Response:
    """Only while it waits for a report."""
    try:
        [photo] = photos.waiting([uid], device=request.device)
    except UnknownPhotos:
        raise Problem("not-found") from None
    photo.forget()
    return Response(status=204)
