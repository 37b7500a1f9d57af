"""From chosen people to a PDF of labels or envelopes, made in memory and handed out once."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from recipients.forms.group import ids_in
from recipients.forms.label import LabelForm
from recipients.printing import labels
from recipients.printing.paper import CannotPrint


@staff_may("recipients.print_labels")
@require_http_methods(["GET", "POST"])
@limited("export")
def label_new(request: StaffRequest) -> HttpResponse:
    """Another page posts `people` and comes here first; the second post brings the paper."""
    people = ids_in(request.POST.getlist("people"))
    bound = "sheet" in request.POST
    initial = {"group": request.GET.get("grupa", "")}
    form = LabelForm(
        request.POST if bound else None, initial=initial, by=request.user, people=people
    )
    if bound and form.is_valid():
        try:
            return _handed_out(form, request)
        except CannotPrint as refusal:
            form.add_error(None, str(refusal))
    status = 422 if bound else 200
    context = {"form": form, "people": people}
    return render(request, "recipients/exports/label_new.html", context, status=status)


def _handed_out(form: LabelForm, request: StaffRequest) -> HttpResponse:
    values = form.cleaned_data
    made = labels.make(
        form.pks,
        sheet=values["sheet"],
        order=values["order"],
        skip=values["skip"],
        by=request.user,
    )
    response = HttpResponse(made.pdf, content_type="application/pdf")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="etykiety-{day}.pdf"'
    return response
