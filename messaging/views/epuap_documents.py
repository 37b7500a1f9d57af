"""From what came by ePUAP to the queue of doubtful documents, and a clerk's decision about each."""

from collections.abc import Iterable

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.epuap import intake, showing
from messaging.epuap.intake import AlreadyDecided
from messaging.forms.epuap_documents import DecisionForm
from recipients.epuap.doubts import Doubtful, sentence
from recipients.models import EpuapDocument

MAY = "recipients.review_epuap"
PER_PAGE = 25
State = EpuapDocument.State


@staff_may(MAY)
@require_GET
@limited("search")
def epuap_queue(request: StaffRequest) -> HttpResponse:
    """Documents in one state, those that wait for a decision unless another is asked for."""
    asked = request.GET.get("stan", "")
    state = asked if asked in State.values else State.REVIEW.value
    order = "pk" if state == State.REVIEW else "-pk"
    found = EpuapDocument.objects.filter(state=state).order_by(order)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    _record_looks(request, page.object_list)
    context = {
        "page_obj": page,
        "rows": [
            (row, showing.signer_of(row), showing.reasons_of(row)) for row in page.object_list
        ],
        "state": state,
        "states": _counted(),
    }
    return render(request, "messaging/epuap/epuap_queue.html", context)


def _counted() -> list[tuple[str, str, int]]:
    """Every state with its words and how many documents stand in it."""
    counts = dict(
        EpuapDocument.objects.order_by().values_list("state").annotate(number=Count("pk"))
    )
    order = (State.REVIEW, State.WAITING, State.DONE, State.REFUSED, State.IDLE)
    return [(state.value, str(state.label), counts.get(state.value, 0)) for state in order]


def _record_looks(request: StaffRequest, rows: Iterable[EpuapDocument]) -> None:
    pks = [row.pk for row in rows]
    if pks:
        detail: dict[str, object] = {"documents": pks}
        audit.record(
            "epuap_document.listed", "recipients.epuapdocument", by=request.user, detail=detail
        )


@staff_may(MAY)
@require_GET
def epuap_document(request: StaffRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(EpuapDocument, pk=pk)
    return _page(request, document, DecisionForm(document=document))


@staff_may(MAY)
@require_POST
def epuap_document_decide(request: StaffRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(EpuapDocument, pk=pk)
    form = DecisionForm(request.POST, document=document)
    if document.state == State.REVIEW and not form.is_valid():
        return _page(request, document, form, status=422)
    try:
        said = _decide(document, form, request)
    except AlreadyDecided:
        notices.warning(request, _("Somebody else has decided about this document already."))
    except Doubtful as doubtful:
        for doubt in doubtful.doubts:
            form.add_error(None, sentence(doubt))
        return _page(request, document, form, status=422)
    else:
        notices.success(request, said)
    return redirect("epuap-document", pk=pk)


def _decide(document: EpuapDocument, form: DecisionForm, request: StaffRequest) -> str:
    """Carry the decision out; returns what to say about it."""
    if document.state != State.REVIEW:
        raise AlreadyDecided(document)
    decision = form.cleaned_data["decision"]
    if decision == "accept":
        intake.accept(document, by=request.user, onto=form.chosen)
        return _("The document was carried out and answered.")
    if decision == "keep":
        intake.keep(document, by=request.user)
        return _("The data in the register stay as they are.")
    if decision == "again":
        intake.read_again(document, by=request.user)
        return _("The document will be read again in a moment.")
    intake.refuse(document, by=request.user, reason=form.cleaned_data["reason"])
    return _("The document was refused; the answer goes to the person’s box.")


@staff_may(MAY)
@require_http_methods(["GET"])
def epuap_document_xml(request: StaffRequest, pk: int) -> HttpResponse:
    """The signed document as it came, for whoever verifies the signature elsewhere."""
    document = get_object_or_404(EpuapDocument, pk=pk, forgotten_at=None)
    audit.record("epuap_document.downloaded", document, by=request.user)
    response = HttpResponse(document.content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="epuap-{document.pk}.xml"'
    return response


def _page(
    request: StaffRequest, document: EpuapDocument, form: DecisionForm, status: int = 200
) -> HttpResponse:
    audit.record("epuap_document.opened", document, by=request.user)
    reading, person = document.reading, showing.holder_of(document)
    context = {
        "document": document,
        "arrival": document.arrival,
        "reading": reading,
        "signature": showing.KINDS_OF_SIGNATURE.get(reading.kind) if reading else None,
        "reasons": showing.reasons_of(document) + showing.further_problems(document),
        "person": person,
        "rows": showing.rows_of(document, person),
        "candidates": form.candidates,
        "form": form,
        "open": document.state == State.REVIEW and document.forgotten_at is None,
        "may_accept": intake.may_accept(document),
        "may_keep": intake.may_keep(document),
        "accepting": showing.accept_words(document),
    }
    return render(request, "messaging/epuap/epuap_document.html", context, status=status)
