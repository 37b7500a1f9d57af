"""From a session to its end: known to the page, pushed back while someone works, warned of before."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from .http import StaffRequest, staff_may

ENDS = "ends"  # seconds since 1970, in the session itself


def push_back(request: HttpRequest) -> None:
    """Start the session's time anew, once half of it is gone: not a write with every request."""
    now = int(timezone.now().timestamp())
    age: int = settings.SESSION_COOKIE_AGE
    if request.session.get(ENDS, 0) < now + age // 2:
        request.session[ENDS] = now + age


def session_clock(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages keep a session alive, fragments that poll by themselves do not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and "HX-Request" not in request.headers:
            push_back(request)
        return get_response(request)

    return middleware


@require_POST
@staff_may("admin_module.open_dashboard")
def session_extend(request: StaffRequest) -> HttpResponse:
    """Answer the warning's "stay signed in" with the new end."""
    push_back(request)
    return HttpResponse(str(request.session[ENDS]), content_type="text/plain")
