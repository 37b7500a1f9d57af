"""From pairs of cards that are alike to one of two words: the same person, or not the same."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients import jobs
from recipients.forms.join import JoinForm
from recipients.lookup import search
from recipients.models import DuplicatePair, Recipient, living
from recipients.people import moves
from recipients.same_person import comparing, joining, pairs

PER_PAGE = 20
Strength = DuplicatePair.Strength
SHELVES = {"pewne": Strength.CERTAIN, "mozliwe": Strength.LIKELY, "rodzina": Strength.PERHAPS}
APART = "rozne"  # those that somebody told apart


@staff_may("recipients.join_recipients")
@require_GET
@limited("search")
def duplicate_list(request: StaffRequest) -> HttpResponse:
    """Pairs that may be of one person, the surest first; families only when asked for."""
    shelf = request.GET.get("rodzaj", "")
    rows = pairs.seen_by(request.user).filter(different_at__isnull=shelf != APART)
    if shelf in SHELVES:
        rows = rows.filter(strength=SHELVES[shelf])
    elif shelf != APART:
        rows = rows.filter(strength__gte=Strength.LIKELY)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    _record_looks(request, [person for pair in shown for person in (pair.first, pair.second)])
    context = {
        "page_obj": page,
        "pairs": [(pair, [pairs.REASONS[code] for code in pair.reasons]) for pair in shown],
        "shelf": shelf,
        "shelves": SHELVES.items(),
        "apart": APART,
        "search": pairs.last_search(),
    }
    return render(request, "recipients/same_person/duplicate_list.html", context)


def _record_looks(request: StaffRequest, people: list[Recipient]) -> None:
    if people:
        detail: dict[str, object] = {"recipients": sorted({person.pk for person in people})}
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)


@staff_may("recipients.join_recipients")
@require_POST
def duplicate_search(request: StaffRequest) -> HttpResponse:
    """Order a search now; it comes by itself every night."""
    try:
        jobs.order(pairs.JOB, by=request.user, form_key=uuid.uuid4())
    except jobs.AlreadyUnderWay:
        messages.info(request, _("A search is under way already."))
    else:
        messages.success(request, _("The search has begun. New pairs appear here in a moment."))
    return redirect("duplicate-list")


@staff_may("recipients.join_recipients")
@require_POST
def duplicate_apart(request: StaffRequest, pk: int) -> HttpResponse:
    """ "Not the same person", remembered; and back, where that was a slip."""
    pair = get_object_or_404(pairs.seen_by(request.user), pk=pk)
    if "undo" in request.POST:
        if pairs.take_back(pair, by=request.user):
            messages.success(request, _("The pair is on the list again."))
    elif pairs.tell_apart(pair, by=request.user):
        messages.success(
            request, _("Remembered: these are two people. You find the pair under “told apart”.")
        )
    return redirect("duplicate-list")


@staff_may("recipients.join_recipients")
@require_http_methods(["GET", "POST"])
@limited("search")
def recipient_twin(request: StaffRequest, pk: int) -> HttpResponse:
    """Find the other card of a person."""
    person = get_object_or_404(living(request.user), pk=pk)
    query = request.POST.get("q", "")
    context: dict[str, Any] = {"recipient": person, "query": query}
    if query:
        found = search.search(query, by=request.user)
        rows = living(request.user).filter(pk__in=found.ids).exclude(pk=pk)
        context |= {"found": found, "people": list(rows)}
        _record_looks(request, context["people"])
    audit.record("recipient.opened", person, by=request.user)
    return render(request, "recipients/same_person/recipient_twin.html", context)


@staff_may("recipients.join_recipients")
@require_http_methods(["GET", "POST"])
def recipient_join(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """Two cards side by side; what differs is chosen field by field, and then they are one."""
    stays = get_object_or_404(living(request.user), pk=pk)
    goes = get_object_or_404(living(request.user).exclude(pk=pk), pk=other)
    rows = comparing.rows(stays, goes)
    form = JoinForm(
        request.POST if request.method == "POST" else None, rows=rows, both=(stays, goes)
    )
    if form.is_bound and form.is_valid() and _join(request, form, stays, goes):
        messages.success(
            request, _("The two cards are one now. The other identifier leads here, too.")
        )
        return redirect("recipient-card", pk)
    for person in (stays, goes):
        audit.record("recipient.opened", person, by=request.user)
    context = {
        "form": form,
        "stays": stays,
        "goes": goes,
        "table": [(row, form[row.name] if row.choose else None) for row in rows],
        "notes": comparing.notes(stays, goes),
    }
    return render(
        request,
        "recipients/same_person/recipient_join.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _join(request: StaffRequest, form: JoinForm, stays: Recipient, goes: Recipient) -> bool:
    """Merge them; False where an error was added to the form."""
    try:
        joining.join(stays, goes, form.taken, by=request.user, revisions=form.revisions)
    except joining.StalePair:
        form.start_again(
            _("Somebody changed one of the cards meanwhile. Compare them again, then merge.")
        )
    except (joining.CannotJoin, moves.CannotMove) as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
    else:
        return True
    return False
