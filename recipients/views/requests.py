"""From what people ask the office to do about their data to the list of deadlines, and to an answer."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from admin_module.models import AuditEntry
from icp.rate_limits import limited
from recipients.account import requests
from recipients.correspondence import answers
from recipients.forms.rights import ClosingForm, ExtensionForm, RequestFilterForm, RequestForm
from recipients.forms.rights_list import STATES, filtered, screen_of
from recipients.models import RightsRequest, living
from recipients.printing import paper
from recipients.views.paper import as_pdf

PER_PAGE = 25


@staff_may("recipients.view_rightsrequest")
@require_GET
@limited("search")
def request_list(request: StaffRequest) -> HttpResponse:
    mine = RightsRequest.objects.visible_to(request.user)
    form = RequestFilterForm(request.GET)
    state = request.GET.get("stan", "")
    page = Paginator(filtered(mine, form, state), PER_PAGE).get_page(request.GET.get("page"))
    people = [row.recipient_id for row in page.object_list]
    if people:
        detail: dict[str, object] = {"recipients": people}
        audit.record("request.listed", "recipients.rightsrequest", by=request.user, detail=detail)
    context = {
        "page_obj": page,
        "form": form,
        "state": state if state in STATES else "",
        "states": STATES.items(),
        "late": mine.late().count(),
    }
    return render(request, "recipients/rights/request_list.html", context)


@staff_may("recipients.add_rightsrequest")
@require_http_methods(["GET", "POST"])
def request_new(request: StaffRequest, pk: int) -> HttpResponse:
    recipient = get_object_or_404(living(request.user), pk=pk)
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        made = requests.open_request(recipient, by=request.user, **values)
        messages.success(request, _("The request is taken down. The day of the answer runs."))
        return redirect("request-detail", made.pk)
    audit.record("recipient.opened", recipient, by=request.user)
    context = {"recipient": recipient, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "recipients/rights/request_new.html", context, status=status)


@staff_may("recipients.view_rightsrequest")
@require_GET
def request_detail(request: StaffRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    audit.record("recipient.opened", row.recipient, by=request.user)
    entries = AuditEntry.objects.filter(
        subject=f"recipients.recipient:{row.recipient_id}",
        action__startswith="request.",
        detail__request=row.pk,
    )
    context = {
        "row": row,
        "screen": screen_of(row, request.user),
        "may_extend": requests.may_extend(row),
        "history": entries.select_related("actor").order_by("-pk"),
    }
    return render(request, "recipients/rights/request_detail.html", context)


@staff_may("recipients.change_rightsrequest")
@require_http_methods(["GET", "POST"])
def request_extend(request: StaffRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    said = _("The deadline is put off; the person is told why.")
    done = _carried_out(request, row, form, requests.extend, said)
    return done or _confirm(request, row, form, "recipients/rights/request_extend.html")


@staff_may("recipients.change_rightsrequest")
@require_http_methods(["GET", "POST"])
def request_close(request: StaffRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    done = _carried_out(request, row, form, requests.close, _("The request is closed."))
    return done or _confirm(request, row, form, "recipients/rights/request_close.html")


@staff_may("recipients.view_rightsrequest")
@require_POST
def request_print(request: StaffRequest, pk: int) -> HttpResponse:
    """The answer on paper, for somebody who gave no e-mail, telephone or box."""
    row = _visible(request, pk)
    if row.is_open or row.recipient.identity is None:
        messages.error(
            request, _("There is no answer to print: the request is open, or the person is erased.")
        )
        return redirect("request-detail", pk)
    audit.record("request.answer_printed", row.recipient, by=request.user, detail={"request": pk})
    return as_pdf(request, row.recipient, paper.letter_to(row.recipient, answers.outcome(row)))


def _visible(request: StaffRequest, pk: int) -> RightsRequest:
    rows = RightsRequest.objects.visible_to(request.user)
    row: RightsRequest = get_object_or_404(rows.select_related("recipient"), pk=pk)
    return row


def _carried_out(
    request: StaffRequest,
    row: RightsRequest,
    form: ExtensionForm | ClosingForm,
    step: Callable[..., object],
    said: str,
) -> HttpResponse | None:
    """Where to go after the step; None while the page has still to ask, or to say what is wrong."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        step(row, by=request.user, **form.cleaned_data)
    except requests.AlreadyClosed:
        return _too_late(request, row.pk)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
    messages.success(request, said)
    return redirect("request-detail", row.pk)


def _too_late(request: StaffRequest, pk: int) -> HttpResponse:
    messages.warning(request, _("Somebody closed this request first. Nothing was changed."))
    return redirect("request-detail", pk)


def _confirm(
    request: StaffRequest, row: RightsRequest, form: ExtensionForm | ClosingForm, template: str
) -> HttpResponse:
    if not row.is_open:
        return _too_late(request, row.pk)
    audit.record("recipient.opened", row.recipient, by=request.user)
    status = 422 if form.is_bound else 200
    return render(request, template, {"row": row, "form": form}, status=status)
