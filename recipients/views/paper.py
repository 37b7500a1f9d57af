"""From a letter on paper to the answer of a page: a PDF, or a sentence why there is none."""

from django.http import HttpResponse
from django.shortcuts import render

from admin_module.http import StaffRequest
from recipients.models import Recipient
from recipients.printing.paper import CannotPrint, PaperLetter
from recipients.printing.paper import render as set_in_type


def as_pdf(request: StaffRequest, recipient: Recipient, letter: PaperLetter) -> HttpResponse:
    """The file's name holds the card's number only."""
    try:
        pdf = set_in_type(letter)
    except CannotPrint as refusal:
        context = {"recipient": recipient, "sentence": str(refusal)}
        return render(request, "recipients/card/cannot_print.html", context, status=422)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="pismo-{recipient.pk}.pdf"'
    return response
