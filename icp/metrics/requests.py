"""From a request to how long its view took; one histogram for all processes of a web server."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Histogram

# Where several processes serve, icp/serving.py gives them a folder (PROMETHEUS_MULTIPROC_DIR), and
# every process adds its own file there.
REGISTRY = CollectorRegistry()
SECONDS = Histogram(
    "icp_http_request_seconds",
    "How long requests took, by view.",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestDurations:
    """By the view's name and never by the address, which may hold a person's number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = (match and match.view_name) or "none"
        method = request.method if request.method in METHODS else "other"
        labels = (view, method, f"{response.status_code // 100}xx")
        SECONDS.labels(*labels).observe(time.perf_counter() - begun)
        return response
