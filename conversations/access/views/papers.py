"""From a letter of the case to its PDF, to the mark that it went out, and to the scan of the signed one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.access import letters
from conversations.access.acting import may_decide, may_register
from conversations.access.paper_forms import ScanForm, SentForm
from conversations.access.refusing import WORDS
from conversations.models import RequestLetter
from icp.encryption.errors import EncryptionError
from icp.rate_limits import limited

from .browsing import VIEW, visible

EXPORT = "conversations.export_conversation"


@staff_may(VIEW)
@require_GET
def access_letter(request: StaffRequest, pk: int, letter: int) -> HttpResponseBase:
    paper = _paper(request, pk, letter)
    if paper.kind == RequestLetter.Kind.COPY and not request.user.has_perm(EXPORT):
        raise Http404  # what was said leaves by the hands of those who may let it
    try:
        content = paper.open()
    except (FileNotFoundError, EncryptionError):
        raise Http404 from None
    detail: dict[str, object] = {"letter": paper.pk}
    audit.record("access_request.letter_read", paper.request, by=request.user, detail=detail)
    ending = "pdf" if paper.media_type == letters.PDF else paper.media_type.rpartition("/")[2]
    name = f"{paper.request.number}-{paper.pk}.{ending}"
    response = StreamingHttpResponse(content, content_type=paper.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@staff_may(VIEW)
@require_http_methods(["GET", "POST"])
def access_letter_sent(request: StaffRequest, pk: int, letter: int) -> HttpResponse:
    paper = _paper(request, pk, letter)
    if paper.kind in letters.INTERNAL or not _may_mark(request):
        return _not_yours(request, pk)
    form = SentForm(request.POST or None, paper=paper)
    if form.is_bound and form.is_valid():
        letters.mark_sent(paper, form.cleaned_data["way"], form.moment, request.user)
        messages.success(request, _("Marked as sent."))
        return redirect("access-request", pk)
    context = {"row": paper.request, "paper": paper, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/access/letter_sent.html", context, status=status)


@staff_may(VIEW)
@limited("upload")
@require_http_methods(["GET", "POST"])
def access_letter_scan(request: StaffRequest, pk: int, letter: int) -> HttpResponse:
    paper = _paper(request, pk, letter)
    if paper.kind == RequestLetter.Kind.SIGNED or not _may_mark(request):
        return _not_yours(request, pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ScanForm(*posted)
    if form.is_bound and form.is_valid():
        sheet = form.cleaned_data["scan"]
        letters.keep_signed(paper, sheet.content, sheet.media_type, request.user)
        messages.success(request, _("The scan is kept with the case."))
        return redirect("access-request", pk)
    context = {"row": paper.request, "paper": paper, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/access/letter_scan.html", context, status=status)


def _paper(request: StaffRequest, pk: int, letter: int) -> RequestLetter:
    row = visible(request, pk)
    paper: RequestLetter = get_object_or_404(row.letters.select_related("request"), pk=letter)
    return paper


def _may_mark(request: StaffRequest) -> bool:
    return may_register(request.user) or may_decide(request.user)


def _not_yours(request: StaffRequest, pk: int) -> HttpResponse:
    messages.warning(request, str(WORDS["not_yours"]))
    return redirect("access-request", pk)
