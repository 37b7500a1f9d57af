"""From the header Idempotency-Key to one effect and one answer, however often the request comes.

After draft-ietf-httpapi-idempotency-key-header-07: no key is 400, a key of another body 422, one that is being
worked on 409 with Retry-After; a repetition gets the first answer as 200 with `Idempotency-Replayed: true`.
"""

import hashlib
import json
import re
from collections.abc import Callable

from django.db import transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from icp.api.describing import KEY, KEY_PATTERN
from icp.api.endpoints import ApiRequest
from icp.api.etags import Rendered
from icp.api.problems import Problem
from icp.encryption.errors import KeyErased
from recipients.feed import kept_answers
from recipients.feed.kept_answers import AnotherRequest, Asked, InProgress, TakenOver
from recipients.models import KeptAnswer, Told

_WAIT = {"Retry-After": "2"}
REPLAYED = "Idempotency-Replayed"


def keep(request: ApiRequest, work: Callable[[], Response]) -> Response:
    """Run `work` once for this key; a refusal is not kept, so the same key may try again."""
    try:
        row = kept_answers.claim(_asked(request))
    except AnotherRequest:
        raise Problem("idempotency-key-reused") from None
    except InProgress:
        raise Problem("in-progress", headers=_WAIT) from None
    if row.status is not None:
        return _again(row)
    try:
        with transaction.atomic():
            response = work()
            told = _told(response)
            kept_answers.finish(row, response.status_code, told)
    except TakenOver:
        raise Problem("in-progress", headers=_WAIT) from None
    except KeyErased:  # the device was removed meanwhile
        raise Problem("unauthenticated") from None
    except BaseException:
        kept_answers.release(row)
        raise
    return _rendered(told.body, response.status_code, told, {})


def _asked(request: ApiRequest) -> Asked:
    key = request.headers.get(KEY, "")
    if not re.fullmatch(KEY_PATTERN, key):
        raise Problem("idempotency-key-missing")
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Asked(
        device=request.device,
        method=request.method or "",
        path=request.path,
        key_digest=hashlib.sha256(key.encode()).digest(),
        body=body.encode("utf-8", "surrogatepass"),
    )


def _told(response: Response) -> Told:
    body = "" if response.data is None else JSONRenderer().render(response.data).decode()
    return Told(body, response.headers.get("Location", ""), response.headers.get("ETag", ""))


def _again(row: KeptAnswer) -> Response:
    told: Told = row.told
    status = 200 if row.status == 201 else row.status or 200  # noqa: PLR2004
    return _rendered(told.body, status, told, {REPLAYED: "true"})


def _rendered(body: str, status: int, told: Told, more: dict[str, str]) -> Response:
    headers = {"Cache-Control": "no-store", **more}
    if told.location:
        headers["Location"] = told.location
    if told.etag:
        headers["ETag"] = told.etag
    if not body:
        return Response(status=status, headers=headers)
    return Rendered(body.encode(), json.loads(body), status, headers)
