"""From the list of requests to the card of one; every card that is opened is recorded."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.access import listing, steps
from conversations.access.acting import may_decide, may_register
from conversations.access.card import card_of
from conversations.access.seeing import visible_to
from conversations.models import AccessRequest

VIEW = "conversations.view_accessrequest"
PER_PAGE = 25


@staff_may(VIEW)
@require_GET
def access_list(request: StaffRequest) -> HttpResponse:
    """Numbers and steps only: who asks stands on the card."""
    view = request.GET.get("widok", "")
    view = view if view in listing.VIEWS else _first_view(request)
    form = listing.AccessFilterForm(request.GET)
    rows = listing.ordered(listing.rows_of(request.user, view).filter(**form.wanted))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    views = [(slug, words, listing.rows_of(request.user, slug).count())
             for slug, words in listing.VIEWS.items()]  # fmt: skip
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page_obj": page,
        "lines": [listing.Line(row, row.deadline) for row in page.object_list],
        "form": form,
        "view": view,
        "views": views,
        "query": kept.urlencode(),
    }
    return render(request, "conversations/access/access_list.html", context)


def _first_view(request: StaffRequest) -> str:
    """What waits for this person, where anything does."""
    return "moje" if listing.waiting(request.user) else "otwarte"


@staff_may(VIEW)
@require_GET
def access_request(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible(request, pk)
    audit.record("access_request.opened", row, by=request.user)
    context = {
        "card": card_of(row, request.user),
        "row": row,
        "today": timezone.localdate(),
        "marks": may_register(request.user) or may_decide(request.user),
        "identifies": may_register(request.user) and row.step in steps.BEFORE_OPINIONS,
    }
    return render(request, "conversations/access/access_request.html", context)


def visible(request: StaffRequest, pk: int) -> AccessRequest:
    """The request that a page is about, if it is theirs to see."""
    row: AccessRequest = get_object_or_404(
        visible_to(request.user).select_related("unit", "registered_by"), pk=pk
    )
    return row
