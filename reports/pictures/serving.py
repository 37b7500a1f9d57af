"""From a sealed photo to an answer that shows it: the caller has asked who may see it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from icp.encryption.errors import KeyErased
from reports.models import ReportPhoto

from . import photos

# Asked about each time, so that what is hidden is gone at once; the bytes travel once.
PRIVATE, PUBLIC = "private, no-cache", "public, no-cache"


def photo_response(
    request: HttpRequest, photo: ReportPhoto, *, small: bool = False, cache: str = PRIVATE
) -> HttpResponseBase:
    """A JPEG under a name that tells nothing, or 304; raises Http404 where its file or key is gone."""
    etag = f'"{photo.uid.hex}{"-s" if small else ""}"'  # a photo's bytes never change
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        try:
            raw = photos.content(photo, small=small)
        except (FileNotFoundError, KeyErased):
            raise Http404 from None
        response = HttpResponse(raw, content_type=photo.media_type)
        response["Content-Disposition"] = f'inline; filename="photo-{photo.uid.hex[:8]}.jpg"'
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
