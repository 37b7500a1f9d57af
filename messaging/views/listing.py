"""From all messages to a page of the list; what is chosen stands in the address."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from admin_module.http import StaffRequest, staff_may
from messaging import binning
from messaging.models import Message
from messaging.progress import needing_decision, tallies_of

PAGE = 25
_S = Message.Status
TO_DECIDE = "do-decyzji"  # not by their status: what stopped and asks, what is unknown
SHELVES = {
    "szkice": (_("Drafts"), (_S.DRAFT,)),
    "do-zatwierdzenia": (_("For approval"), (_S.WAITING,)),
    TO_DECIDE: (_("To decide on"), ()),
    "w-toku": (_("Under way"), (_S.SCHEDULED, _S.EXPANDING, _S.SENDING, _S.PAUSED)),
    "zakonczone": (
        _("Finished"),
        (_S.SENT, _S.SENT_WITH_FAILURES, _S.CANCELLED, _S.REJECTED, _S.EXPIRED),
    ),
}


@staff_may("messaging.view_message")
@require_GET
def message_list(request: StaffRequest) -> HttpResponse:
    """Newest first, a page at a time by id: pages stay right while new messages come in."""
    shelf = request.GET.get("status", "")
    mine = Message.objects.visible_to(request.user)
    found: QuerySet[Message] = mine.select_related("author", "topic", "unit").order_by("-pk")
    if shelf == TO_DECIDE:
        found = needing_decision(found)
    elif shelf in SHELVES:
        found = found.filter(status__in=SHELVES[shelf][1])
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    page, more = rows[:PAGE], len(rows) > PAGE
    tallies = tallies_of(page)
    return render(
        request,
        "messaging/message_list.html",
        {
            "rows": [(message, tallies.get(message.pk)) for message in page],
            "shelves": [(name, label) for name, (label, _states) in SHELVES.items()],
            "shelf": shelf if shelf in SHELVES else "",
            "next": page[-1].pk if more else None,
            "first_page": not before,
            "binned": _just_binned(request),
        },
    )


def _just_binned(request: StaffRequest) -> int | None:
    """The draft that this person deleted last, as long as it can be taken out by one press."""
    last = request.session.get(binning.LAST)
    mine = Message.objects.binned(request.user).filter(pk=last) if last else Message.objects.none()
    if last and not mine.exists():
        del request.session[binning.LAST]
        return None
    return last
