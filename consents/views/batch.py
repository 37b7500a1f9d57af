"""From people who are to sign to a file with a form for each: at once for a few, by a worker for many."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from consents import batches, form_pdf, late
from consents.batch_forms import BatchForm
from icp.rate_limits import limited

PER_PAGE = 50


@staff_may("consents.add_consentform")
@require_http_methods(["GET", "POST"])
@limited("export")
def form_batch(request: StaffRequest) -> HttpResponse:
    form = _form(request)
    chosen_elsewhere = "who" not in request.POST  # rows marked on the list of late forms
    if request.method == "POST" and not chosen_elsewhere and form.is_valid():
        if len(form.chosen) <= batches.AT_ONCE:
            return _file(request, form)
        return _ordered(request, form)
    context = {
        "form": form,
        "marked": len(form.fields["people"].choices),  # type: ignore[attr-defined]
        "new": len(list(batches.without_form(request.user))),
        "unsigned": len(list(batches.unsigned(request.user))),
        "at_once": batches.AT_ONCE,
        "most": batches.MOST,
    }
    return render(request, "consents/form_batch.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest) -> BatchForm:
    marked = request.POST.getlist("people")
    if "who" in request.POST:
        return BatchForm(request.POST, by=request.user, marked=marked)
    who = "people" if marked else "new"
    reminding = "reminding" in request.POST
    start = {"who": who, "people": marked, "reminding": reminding}
    return BatchForm(initial=start, by=request.user, marked=marked)


def _file(request: StaffRequest, form: BatchForm) -> HttpResponse:
    try:
        printed = batches.at_once(
            form.chosen, reminding=form.cleaned_data["reminding"], by=request.user
        )
    except form_pdf.CannotPrint as refusal:
        messages.warning(request, str(refusal))
        return redirect("form-batch")
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    name = f"formularze-{printed.forms[0].number}-{len(printed.forms)}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _ordered(request: StaffRequest, form: BatchForm) -> HttpResponse:
    values = form.cleaned_data
    job = batches.order(
        form.chosen, reminding=values["reminding"], by=request.user, form_key=values["form_key"]
    )
    rest = len(form.chosen) - batches.MOST
    if rest > 0:
        said = _("The first %(most)d forms are made; order the other %(rest)d when these are done.")
        messages.info(request, said % {"most": batches.MOST, "rest": rest})
    return redirect("job", job.pk)


@staff_may("consents.view_consentform")
@require_GET
def form_late(request: StaffRequest) -> HttpResponse:
    """Whose form is not back for long, with what can be done about it."""
    to_erase = request.GET.get("stan") == "do-usuniecia"
    people = late.people(request.user, to_erase=to_erase)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    pks = [person.pk for person in page.object_list]
    if pks:
        detail: dict[str, object] = {"recipients": pks}
        audit.record("recipient.listed", "recipients.recipient", by=request.user, detail=detail)
    context = {
        "page_obj": page,
        "people": page.object_list,
        "to_erase": to_erase,
        "sums": late.sums(request.user),
        "erase_before": late.erase_before(),
    }
    return render(request, "consents/form_late.html", context)
