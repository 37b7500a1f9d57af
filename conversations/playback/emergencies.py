"""From an emergency access to the Director who read its reason and says so."""

from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from conversations.models import Conversation, NumberReveal, PlaybackSession

from .rights import Purpose

SHOWN = 100
SUPERVISES = "conversations.supervise_conversation"
REVIEWS = "conversations.decide_accessrequest"


@dataclass(frozen=True, slots=True)
class Emergency:
    """What an administrator opened or saw, as the list shows it."""

    at: datetime
    what: str
    user: User
    conversation: Conversation
    reason: str = field(repr=False)
    case_number: str
    reviewed_at: datetime | None
    review_url: str


def of(user: User) -> QuerySet[PlaybackSession]:
    """Every conversation opened in an emergency that this person supervises, the newest first."""
    rows = PlaybackSession.objects.filter(purpose=Purpose.BREAK_GLASS)
    if user.scope is not None:
        rows = rows.filter(conversation__unit__in=sorted(user.scope))
    found: QuerySet[PlaybackSession] = rows.select_related("user", "conversation", "reviewed_by")
    return found.order_by("-began_at", "-pk")


def numbers_of(user: User) -> QuerySet[NumberReveal]:
    """Every whole number seen in an emergency that this person supervises, the newest first."""
    rows = NumberReveal.objects.filter(emergency=True)
    if user.scope is not None:
        rows = rows.filter(conversation__unit__in=sorted(user.scope))
    found: QuerySet[NumberReveal] = rows.select_related("user", "conversation")
    return found.order_by("-at", "-pk")


def listed(user: User) -> list[Emergency]:
    """Both in one list, the newest first."""
    opened = (_opened(row) for row in of(user)[:SHOWN])
    seen = (_seen(row) for row in numbers_of(user)[:SHOWN])
    return list(islice(merge(opened, seen, key=lambda one: one.at, reverse=True), SHOWN))


def _opened(row: PlaybackSession) -> Emergency:
    return Emergency(
        row.began_at,
        _("Opened"),
        row.user,
        row.conversation,
        row.reason,
        row.case_number,
        row.reviewed_at,
        reverse("break-glass-review", args=[row.pk]),
    )


def _seen(row: NumberReveal) -> Emergency:
    return Emergency(
        row.at,
        _("Whole number seen"),
        row.user,
        row.conversation,
        row.reason,
        row.conversation.case_number,
        row.reviewed_at,
        reverse("break-glass-number-review", args=[row.pk]),
    )


def may_review(user: User) -> bool:
    """The Director; the Secretary and the officer read along."""
    return user.has_perm(REVIEWS)


@staff_may(SUPERVISES)
@require_GET
def break_glass_list(request: StaffRequest) -> HttpResponse:
    context = {"rows": listed(request.user), "may_review": may_review(request.user)}
    return render(request, "conversations/playback/break_glass_list.html", context)


@staff_may(REVIEWS)
@require_POST
def break_glass_review(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was told confirms it, once; nobody confirms their own."""
    row = get_object_or_404(of(request.user), pk=pk)
    return _reviewed(request, row, "playback.reviewed")


@staff_may(REVIEWS)
@require_POST
def break_glass_number_review(request: StaffRequest, pk: int) -> HttpResponse:
    """The same of a number."""
    row = get_object_or_404(numbers_of(request.user), pk=pk)
    return _reviewed(request, row, "conversation.emergency_reviewed")


def _reviewed(
    request: StaffRequest, row: PlaybackSession | NumberReveal, action: str
) -> HttpResponse:
    others = type(row).objects.filter(pk=row.pk, reviewed_at=None).exclude(user=request.user)
    with transaction.atomic():
        if others.update(reviewed_at=timezone.now(), reviewed_by=request.user):
            audit.record(action, row, by=request.user)
            messages.success(request, _("Marked as read."))
    return redirect("break-glass-list")
