"""From the differences that an import found to what a member of staff says about each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from recipients.models import ImportProposal, PeopleImport
from recipients.people_import import comparing, deciding

A_PAGE = 20


@staff_may("recipients.import_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Registered people who stand otherwise in the file: here and there, side by side."""
    order = get_object_or_404(PeopleImport.objects.visible_to(request.user), pk=pk)
    waiting = order.proposals.filter(state=ImportProposal.State.OPEN).order_by("pk")
    kinds = _kinds(waiting)
    if request.method == "POST":
        _decide(request, waiting)
        return redirect("people-import-changes", pk)
    chosen = request.GET.get("rodzaj", "")
    found = [one for one in waiting.values_list("pk", "fields") if not chosen or chosen in one[1]]
    page = Paginator([pk for pk, _fields in found], A_PAGE).get_page(request.GET.get("page"))
    rows = waiting.filter(pk__in=list(page)).select_related("recipient")
    people = [row.recipient_id for row in rows]
    if people:
        audit.record(
            "recipient.listed",
            "recipients.recipient",
            by=request.user,
            detail={"recipients": people},
        )
    context = {
        "order": order,
        "page_obj": page,
        "rows": [(row, comparing.REASONS[row.reason], deciding.lines(row)) for row in rows],
        "kinds": kinds,
        "chosen": chosen,
        "at_once": deciding.AT_ONCE,
    }
    return render(request, "recipients/import/changes.html", context)


def _kinds(waiting: "QuerySet[ImportProposal]") -> list[tuple[str, object, int]]:
    """What differs, in words, and for how many people."""
    every = list(waiting.values_list("fields", flat=True))
    counts = {name: sum(name in fields for fields in every) for name in comparing.FIELDS}
    return [(name, comparing.FIELDS[name], number) for name, number in counts.items() if number]


def _decide(request: StaffRequest, waiting: "QuerySet[ImportProposal]") -> None:
    """One proposal, or all of those whose only difference is of a kind, AT_ONCE of them."""
    answer, _sign, which = request.POST.get("decision", "").partition(":")
    step = {"accept": deciding.accept, "reject": deciding.reject}.get(answer)
    if step is None:
        return
    rows = waiting.select_related("recipient", "people_import")
    if which.isdecimal():
        chosen = list(rows.filter(pk=int(which)))
    else:
        chosen = [row for row in rows if which in {"", *row.fields}][: deciding.AT_ONCE]
    outcome = step(chosen, by=request.user)
    if outcome.done:
        said = ngettext("%(n)s difference decided.", "%(n)s differences decided.", outcome.done)
        messages.success(request, said % {"n": outcome.done})
    elif not outcome.refusals:
        messages.info(request, _("A colleague decided first."))
    for refusal in (outcome.refusals or [])[:5]:
        messages.warning(request, refusal)
