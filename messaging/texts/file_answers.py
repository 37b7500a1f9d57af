"""From an attached file to an answer that hands it over."""

from urllib.parse import quote

from django.http import Http404, StreamingHttpResponse

from icp.encryption.errors import KeyErased
from messaging.models import MessageAttachment


def attachment_response(row: MessageAttachment) -> StreamingHttpResponse:
    """To be saved, never shown in place: a PDF may do more than be read. Raises Http404 where it is gone."""
    try:
        reader = row.open()
    except (FileNotFoundError, KeyErased):
        raise Http404 from None
    response = StreamingHttpResponse(reader, content_type=row.media_type)
    response["Content-Length"] = row.size
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
