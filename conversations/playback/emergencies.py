"""From an emergency access to the Director who read its reason and says so."""

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from conversations.models import PlaybackSession

from .rights import Purpose

SHOWN = 100
SUPERVISES = "conversations.supervise_conversation"


def of(user: User) -> QuerySet[PlaybackSession]:
    """Every emergency access that this person supervises, the newest first."""
    rows = PlaybackSession.objects.filter(purpose=Purpose.BREAK_GLASS)
    if user.scope is not None:
        rows = rows.filter(conversation__unit__in=sorted(user.scope))
    found: QuerySet[PlaybackSession] = rows.select_related("user", "conversation", "reviewed_by")
    return found.order_by("-began_at", "-pk")


def may_review(user: User) -> bool:
    """The Director; the Secretary and the officer read along."""
    return user.has_perm("conversations.decide_accessrequest")


@staff_may(SUPERVISES)
@require_GET
def break_glass_list(request: StaffRequest) -> HttpResponse:
    context = {"rows": of(request.user)[:SHOWN], "may_review": may_review(request.user)}
    return render(request, "conversations/playback/break_glass_list.html", context)


@staff_may("conversations.decide_accessrequest")
@require_POST
def break_glass_review(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was told confirms it, once; nobody confirms their own."""
    row = get_object_or_404(of(request.user), pk=pk)
    mine = PlaybackSession.objects.filter(pk=row.pk, reviewed_at=None).exclude(user=request.user)
    with transaction.atomic():
        if mine.update(reviewed_at=timezone.now(), reviewed_by=request.user):
            audit.record("playback.reviewed", row, by=request.user)
            messages.success(request, _("Marked as read."))
    return redirect("break-glass-list")
