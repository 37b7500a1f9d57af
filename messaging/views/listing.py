"""From all messages to a page of the list; what is chosen stands in the address."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.archive import finding, saved_views
from messaging.archive.finding import SHELVES
from messaging.forms.archive import ArchiveForm, ViewForm
from messaging.ledger.progress import tallies_of
from messaging.models import Message
from messaging.steps import binning

PAGE = 25
LONGEST_KEY = 12


@staff_may("messaging.view_message")
@require_GET
@limited("search")
def message_list(request: StaffRequest) -> HttpResponse:
    """Newest first, a page at a time by id: pages stay right while new messages come in."""
    form = ArchiveForm(request.GET, by=request.user)
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) <= LONGEST_KEY else None
    page = finding.page(request.user, form.wanted, before=start, size=PAGE)
    tallies = tallies_of(page.messages)
    query = saved_views.kept(request.GET.urlencode())
    return render(
        request,
        "messaging/archive/message_list.html",
        {
            "rows": [(message, tallies.get(message.pk)) for message in page.messages],
            "shelves": [(name, label) for name, (label, _states) in SHELVES.items()],
            "shelf": form.wanted["status"],
            "form": form,
            "views": [(view, view.words.query == query) for view in saved_views.of(request.user)],
            "view_form": ViewForm(initial={"query": query}),
            "query": query,
            "next": page.before,
            "cut": page.cut,
            "first_page": start is None,
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
