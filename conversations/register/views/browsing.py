"""From the register, and the search by a whole number, to the card of a conversation; every look is recorded."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.models import Conversation
from conversations.register import acknowledging, card, listing, seeing
from conversations.register.list_form import NumberSearchForm, RegisterFilterForm
from icp.rate_limits import limited

PER_PAGE = 25
MOST_FOUND = 100
OPEN = "conversations.view_own_conversation"


@staff_may(OPEN)
@require_GET
@limited("search")
def conversation_list(request: StaffRequest) -> HttpResponse:
    form = RegisterFilterForm(request.GET, by=request.user)
    rows = listing.filtered(request.user, form.wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = _looked_at(request, listing.lines(page.object_list))
    context = {"page_obj": page, "lines": shown, "form": form, "search": NumberSearchForm()}
    return render(request, "conversations/register/list.html", context | _around(request))


@staff_may(OPEN)
@require_POST
@limited("search")
def conversation_search(request: StaffRequest) -> HttpResponse:
    """Find by a whole number; it stands in the body alone, and in the log as a keyed digest."""
    form, search = RegisterFilterForm({}, by=request.user), NumberSearchForm(request.POST)
    context: dict[str, Any] = {"form": form, "search": search, "lines": [], "searched": True}
    if not search.is_valid():
        context |= _around(request)
        return render(request, "conversations/register/list.html", context, status=422)
    number = search.cleaned_data["number"]
    rows = listing.described(seeing.visible_to(request.user).with_number(number))
    shown = _looked_at(request, listing.lines(rows[:MOST_FOUND]), reason=number)
    context |= {"lines": shown, "found": True} | _around(request)
    return render(request, "conversations/register/list.html", context)


def _around(request: StaffRequest) -> dict[str, object]:
    return {
        "query": request.GET.urlencode(),
        "sees_all": request.user.has_perm(seeing.ALL),
        "owes_acknowledgement": acknowledging.owes(request.user),
        "most": MOST_FOUND,
    }


def _looked_at(
    request: StaffRequest, shown: Sequence[listing.Line], *, reason: str = ""
) -> Sequence[listing.Line]:
    """Whom the office spoke with is personal data that somebody read (KRI, accountability)."""
    if shown or reason:
        detail: dict[str, object] = {"conversations": [one.conversation.pk for one in shown]}
        audit.record(
            "conversation.listed",
            "conversations.conversation:all",
            by=request.user,
            detail=detail,
            reason=reason,
        )
    return shown


def visible(request: StaffRequest, pk: int) -> Conversation:
    """The conversation that a page of staff is about, if it is theirs to see."""
    row: Conversation = get_object_or_404(listing.described(seeing.visible_to(request.user)), pk=pk)
    return row


@staff_may(OPEN)
@require_GET
def conversation_card(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible(request, pk)
    audit.record("conversation.opened", row, by=request.user)
    return render(request, "conversations/register/card.html", card.context(row, request.user))
