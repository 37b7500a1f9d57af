"""From a forwarded report to its letter on paper, for bodies that have neither a box nor an e-mail."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from recipients.printing import paper
from reports.models import OutsideBody, Report
from reports.steps import forwarding

from .browsing import visible


@staff_may("reports.handle_report")
@require_POST
def report_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """PDF/A-2a and PDF/UA-1, without a word about who reported."""
    report = visible(request, pk)
    if report.outside is None or report.details is None:
        raise Http404
    audit.record(
        "report.forwarding_printed", report, by=request.user, detail={"outside": report.outside_id}
    )
    try:
        pdf = paper.render(letter_of(report, report.outside))
    except paper.CannotPrint as refusal:
        messages.error(request, str(refusal))
        return redirect("report", pk)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="zgloszenie-{report.pk}.pdf"'
    return response


def letter_of(report: Report, body: OutsideBody) -> paper.PaperLetter:
    """The same words that go out by ePUAP or e-mail."""
    words = forwarding.letter(report, body)
    person = (f"do rąk: {body.contact.person}",) if body.contact.person else ()
    return paper.PaperLetter(
        subject=words.subject,
        address=(body.name, *person, *body.contact.address.splitlines()),
        paragraphs=tuple(part.replace("**", "") for part in words.long.split("\n\n")),
        moment=timezone.now(),
    )
