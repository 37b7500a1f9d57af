"""From a session to its row and its end: listed, ended from elsewhere, warned of before it ends."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from icp.encryption.tokens import mac

from . import audit
from .http import StaffRequest, staff_may
from .models import StaffSession, User

ENDS = "ends"  # seconds since 1970, in the session itself
ENDED = "ended"  # in the stranger's session that follows: the sign-in page says why
SEAT = "seat"  # the row's id, in the session itself
LABEL = "staff.session"
SEEN_EVERY = timedelta(minutes=1)
# The first word found in the browser's own description names it; Edge calls itself Chrome, too.
BROWSERS = (("Edg", "edge"), ("Firefox", "firefox"), ("Chrom", "chrome"), ("Safari", "safari"))
MACHINES = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS", "mac"),
    ("Linux", "linux"),
)


def take_seat(request: HttpRequest, user: User) -> None:
    """Write down where somebody is signed in; again after the session got another key.

    Two requests of a session that has no seat yet share one.
    """
    described = request.headers.get("User-Agent", "")
    told = {
        "browser": _first(BROWSERS, described),
        "machine": _first(MACHINES, described),
        "seen_at": timezone.now(),
    }
    digest = _digest(request)
    seat = seat_of(request)
    mine = StaffSession.objects.filter(pk=seat, user=user)
    if not (seat and mine.update(digest=digest, **told)):
        row, _new = StaffSession.objects.get_or_create(told | {"user": user}, digest=digest)
        request.session[SEAT] = row.pk


def seat_of(request: HttpRequest) -> int:
    """The id of this session's row; 0 where it has none."""
    return int(request.session.get(SEAT, 0))


def end(sessions: QuerySet[StaffSession]) -> int:
    """End these sessions: whoever comes back with one of them is a stranger."""
    deleted, _by_model = sessions.delete()
    return deleted


def end_all(user: User, *, but: HttpRequest | None = None) -> int:
    """End all sessions of a person; with `but`, all except the one of this request."""
    others = StaffSession.objects.filter(user=user)
    if but is not None:
        others = others.exclude(pk=seat_of(but))
    return end(others)


def leave(request: HttpRequest) -> int:
    """Somebody signs out here."""
    return end(StaffSession.objects.filter(pk=seat_of(request)))


def end_for(user: User, *, by: User) -> int:
    """An administrator signs somebody out everywhere."""
    with transaction.atomic():
        ended = end_all(user)
        audit.record("staff.sessions_ended", user, by=by, detail={"sessions": ended})
    return ended


def living(user: User) -> QuerySet[StaffSession]:
    """Where somebody is signed in now, the place used last first."""
    over = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return StaffSession.objects.filter(user=user, seen_at__gt=over)


def purge() -> int:
    """Daily: sessions that ran out by themselves, here and in Django's own store."""
    import_string(f"{settings.SESSION_ENGINE}.SessionStore").clear_expired()
    over = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return end(StaffSession.objects.filter(seen_at__lt=over))


def push_back(request: HttpRequest) -> None:
    """Start the session's time anew, once a minute: not a write with every request."""
    ends = int(timezone.now().timestamp()) + settings.SESSION_COOKIE_AGE
    if request.session.get(ENDS, 0) < ends - SEEN_EVERY.total_seconds():
        request.session[ENDS] = ends


def session_clock(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages keep a session alive, fragments that poll by themselves do not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        here = isinstance(request.user, User) and _still_stands(request, request.user)
        if here and "HX-Request" not in request.headers:
            push_back(request)
        return get_response(request)

    return middleware


def _still_stands(request: HttpRequest, user: User) -> bool:
    """Whether nobody ended this session; one that was ended becomes a stranger's here."""
    if SEAT not in request.session:
        take_seat(request, user)
        return True
    row = StaffSession.objects.filter(pk=seat_of(request), user=user).first()
    if row is None or bytes(row.digest) != _digest(request) or _too_long(row):
        logout(request)
        request.session[ENDED] = True
        audit.record("staff.session_refused", user, by=None)
        return False
    now = timezone.now()
    if now - row.seen_at > SEEN_EVERY and "HX-Request" not in request.headers:
        StaffSession.objects.filter(pk=row.pk).update(seen_at=now)
    return True


def _too_long(row: StaffSession) -> bool:
    """However much somebody works, after twelve hours they sign in again (OWASP ASVS 3.3.2)."""
    return timezone.now() - row.started_at > timedelta(seconds=settings.SESSION_LONGEST)


def _digest(request: HttpRequest) -> bytes:
    return mac(LABEL, (request.session.session_key or "").encode())


def _first(words: tuple[tuple[str, str], ...], described: str) -> str:
    return next((code for word, code in words if word in described), "other")


@require_POST
@staff_may("admin_module.open_dashboard")
def session_extend(request: StaffRequest) -> HttpResponse:
    """Answer the warning's "stay signed in" with the new end."""
    push_back(request)
    return HttpResponse(str(request.session[ENDS]), content_type="text/plain; charset=utf-8")
