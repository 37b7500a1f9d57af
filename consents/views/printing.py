"""From a form's number to the form on paper."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from consents import form_pdf
from consents.models import ConsentForm


@staff_may("consents.view_consentform")
@require_GET
def form_print(request: StaffRequest, number: str) -> HttpResponse:
    """Open the PDF of one form; its name and its address hold the form's number only."""
    mine = ConsentForm.objects.visible_to(request.user)
    forms = mine.select_related("recipient", "text", "printed_by")
    form = get_object_or_404(forms.exclude(recipient__state="erased"), number=number)
    audit.record("consent.form_printed", form.recipient, by=request.user, detail={"form": number})
    try:
        pdf = form_pdf.render([form])
    except form_pdf.CannotPrint as refusal:
        context = {"form": form, "sentence": str(refusal)}
        return render(request, "consents/cannot_print.html", context, status=422)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{form.number}.pdf"'
    return response
