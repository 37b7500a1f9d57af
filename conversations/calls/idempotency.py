"""From the header Idempotency-Key of an exchange to its call: the call's own name gives the same answer again.

After draft-ietf-httpapi-idempotency-key-header-07: no key is 400, a key of another call 422.
"""

import re
from collections.abc import Callable

from rest_framework.response import Response

from icp.api.describing import KEY, KEY_PATTERN
from icp.api.endpoints import ApiRequest
from icp.api.problems import Problem

from . import jobs
from .authentication import exchange_of


def keep(request: ApiRequest, work: Callable[[], Response]) -> Response:
    """Run `work`, which knows by itself what it did before (`ingesting.take`)."""
    if not re.fullmatch(KEY_PATTERN, request.headers.get(KEY, "")):
        raise Problem("idempotency-key-missing")
    return work()


def digest(request: ApiRequest) -> str:
    """What stands for the key of this exchange; empty where none was sent."""
    key = request.headers.get(KEY, "")
    return jobs.digest_of_request(exchange_of(request), key) if key else ""
