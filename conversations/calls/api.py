"""From what a telephone exchange sends to /api/v1/calls/ to a registered call, and what it is told of it."""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from conversations.models import Conversation, IngestJob, Kind, Recording, Source
from conversations.register.spooling import Spooled, TooLarge, spooled
from icp.api.edge import is_recording
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.handling import pointed
from icp.api.problems import PROBLEMS, Problem
from icp.api.problems import Kind as Refusal

from . import freeswitch, idempotency, ingesting, jobs
from .authentication import exchange_of
from .ingesting import Taken
from .metadata import CallMetadata, CallSerializer, of_valid
from .refusing import DISCARDED, SENTENCES, CallRefused
from .shapes import FreeSwitchSerializer, RegisteredSerializer, UploadSerializer

TAG = "calls"
PROBLEMS |= {
    "call-refused": Refusal(
        422,
        _("The call or its recording cannot be taken"),
        _("The code in the list errors says why. Correct it and send the same call again."),
    ),
    "call-expired": Refusal(
        422,
        _("The call is older than conversations are kept"),
        _("Delete the recording: it may not be kept any longer. Do not send it again."),
    ),
    "call-differs": Refusal(
        409,
        _("The same call was registered otherwise"),
        _("The first account of a call counts. Do not send it again; tell the office."),
    ),
    "call-gone": Refusal(
        409,
        _("The conversation was deleted for good"),
        _("Delete the recording and do not send it again."),
    ),
}
SLUGS = {
    "too_large": "too-large",
    "expired": "call-expired",
    "differs": "call-differs",
    "recording_differs": "call-differs",
    "gone": "call-gone",
    "request_reused": "idempotency-key-reused",
}
REFUSES = ("call-refused", "call-expired", "call-differs", "call-gone")
DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")  # RFC 9530, section 2
SHOWN = {200: RegisteredSerializer, 201: RegisteredSerializer}


@endpoint(
    "POST",
    who="exchange",
    limit="calls",
    takes=UploadSerializer,
    gives={201: RegisteredSerializer, 200: RegisteredSerializer},
    refuses=REFUSES,
    summary=_("Register a call with its recording"),
    tag=TAG,
    idempotent=True,
    upload=True,
)
def call_upload(request: ApiRequest) -> Response:
    """A form with `meta` (JSON as in the next endpoint) and `audio`; `sha256` or Content-Digest is checked.

    The same call again gets the same answer. A recording that may not be kept is thrown away, and said so.
    """
    said = of_valid(request.taken["meta"])
    file = request.taken.get("audio")
    if file is None:
        return _registered(request, said)
    sha256 = request.taken.get("sha256", "")
    with _refusing(request, said.name), spooled(file, most=settings.RECORDING_BYTES) as sound:
        return _registered(request, said, sound, sha256)


@endpoint(
    "POST",
    who="exchange",
    limit="calls",
    takes=CallSerializer,
    gives={201: RegisteredSerializer, 200: RegisteredSerializer},
    refuses=REFUSES,
    summary=_("Register a call, its recording to follow or not"),
    tag=TAG,
    idempotent=True,
)
def call_register(request: ApiRequest) -> Response:
    """What is known of the call, version 1. The recording follows to `recording_url`, if there is one."""
    return _registered(request, of_valid(request.taken))


@endpoint(
    "PUT",
    who="exchange",
    limit="calls",
    gives=SHOWN,
    refuses=(*REFUSES, "not-found"),
    summary=_("Send the recording of a registered call"),
    tag=TAG,
    stream=True,
)
def call_recording(request: ApiRequest, uid: UUID) -> Response:
    """The sound by itself, read bit by bit; send Content-Digest (RFC 9530, sha-256). Kept once."""
    if not is_recording(request._request):
        raise Problem("media-type")
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        raise Problem("malformed")
    calls = Conversation.objects.filter(uid=uid, kind=Kind.CALL, source=Source.UPLOAD)
    conversation = calls.filter(pk__in=_of(request)).first()
    if conversation is None:
        raise Http404
    body = cast("BinaryIO", request._request)
    with (
        _refusing(request, conversation.external_id),
        spooled(body, most=settings.RECORDING_BYTES) as sound,
    ):
        taken = ingesting.attach(conversation, sound, _digest(request))
    return _answer(request, taken)


@endpoint(
    "POST",
    who="exchange",
    limit="calls",
    takes=FreeSwitchSerializer,
    gives={201: RegisteredSerializer, 200: RegisteredSerializer},
    refuses=REFUSES,
    summary=_("Register a call as FreeSWITCH tells of it"),
    tag=TAG,
)
def call_freeswitch(request: ApiRequest) -> Response:
    """What mod_json_cdr posts (encode=false). Calls without a recording are registered like this, too."""
    serializer = CallSerializer(data=freeswitch.as_call(request.taken))
    if not serializer.is_valid():
        raise Problem("invalid", errors=pointed(serializer.errors))
    return _registered(request, of_valid(serializer.validated_data))


def _of(request: ApiRequest) -> Any:
    """The calls that this exchange brought."""
    return IngestJob.objects.filter(exchange=exchange_of(request)).values("conversation")


def _registered(
    request: ApiRequest, said: CallMetadata, sound: Spooled | None = None, sha256: str = ""
) -> Response:
    with _refusing(request, said.name):
        if jobs.is_another(idempotency.digest(request), said.name):
            raise CallRefused("request_reused")
        taken = ingesting.take(
            said, source=Source.UPLOAD, sound=sound, sha256=sha256 or _digest(request)
        )
    return _answer(request, taken)


@contextmanager
def _refusing(request: ApiRequest, name: str) -> Iterator[None]:
    """What is refused leaves a row that the office sees; the exchange is told why."""
    try:
        yield
    except TooLarge:
        raise _problem(request, name, CallRefused("too_large")) from None
    except CallRefused as refused:
        raise _problem(request, name, refused) from None


def _problem(request: ApiRequest, name: str, refused: CallRefused) -> Problem:
    jobs.refused(Source.UPLOAD, name, refused.code, exchange=exchange_of(request))
    pointer = f"#/{refused.member}" if refused.member else "#"
    error = {"pointer": pointer, "detail": SENTENCES[refused.code], "code": refused.code}
    slug = SLUGS.get(refused.code, "call-refused")
    return Problem(slug, detail=SENTENCES[refused.code], errors=[error])


def _answer(request: ApiRequest, taken: Taken) -> Response:
    """201 where something was added, 200 with the same words where it was there."""
    conversation = taken.conversation
    if taken.new:
        jobs.done(
            Source.UPLOAD,
            conversation.external_id,
            conversation,
            exchange=exchange_of(request),
            request_key=idempotency.digest(request),
            remark=taken.discarded,
        )
    said = {
        "id": str(conversation.uid),
        "external_id": conversation.external_id.partition(":")[2],
        "recording": _sound(taken.recording, taken.discarded),
        "recording_url": f"/api/v1/calls/{conversation.uid}/recording",
        "expires_at": conversation.expires_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return Response(said, 201 if taken.new else 200, headers={"Cache-Control": "no-store"})


def _sound(recording: Recording | None, discarded: str) -> dict[str, Any]:
    if recording is None:
        state = "discarded" if discarded else "none"
        words = str(DISCARDED[discarded]) if discarded else ""
        return {"state": state, "reason": words, "sha256": "", "needs_conversion": False}
    return {
        "state": "kept",
        "reason": "",
        "sha256": recording.sha256,
        "needs_conversion": not recording.playable,
    }


def _digest(request: ApiRequest) -> str:
    """SHA-256 of the body in hexadecimal digits; empty where the header does not say it."""
    found = DIGEST.search(request.headers.get("Content-Digest", ""))
    if request.content_type.startswith("multipart/") or not found:
        return ""
    try:
        return base64.b64decode(found[1], validate=True).hex()
    except binascii.Error:
        raise Problem("malformed") from None
