"""From the list of legal bases to one of them: proposed, opined on, approved, withdrawn."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from conversations.models import LegalBasis
from conversations.register import legal_bases
from conversations.register.basis_forms import ApprovalForm, BasisForm, OpinionForm

ALONG = ("proposed_by", "opinion_by", "approved_by", "withdrawn_by")


@staff_may("conversations.view_line")
@require_GET
def legal_basis_list(request: StaffRequest) -> HttpResponse:
    rows = LegalBasis.objects.select_related(*ALONG).prefetch_related("line_set")
    context = {"rows": rows.order_by("withdrawn_at", "-proposed_at", "-pk")}
    return render(request, "conversations/register/legal_basis_list.html", context)


@staff_may("conversations.view_line")
@require_GET
def legal_basis(request: StaffRequest, pk: int) -> HttpResponse:
    row = _of(pk)
    context = {"row": row, "lines": row.line_set.order_by("name")}
    return render(request, "conversations/register/legal_basis.html", context)


def _of(pk: int) -> LegalBasis:
    return get_object_or_404(LegalBasis.objects.select_related(*ALONG), pk=pk)


@staff_may("conversations.propose_legalbasis")
@require_http_methods(["GET", "POST"])
def legal_basis_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    row = LegalBasis() if pk is None else _of(pk)
    shown = LegalBasis() if pk is None else _of(pk)
    form = BasisForm(_posted(request), instance=shown)

    def step() -> None:
        revision = form.cleaned_data["revision"]
        legal_bases.propose(row, form.values(), by=request.user, revision=revision)

    done = _done(
        request, form, step, _("Saved. The data protection officer gives an opinion next.")
    )
    if done:
        return redirect("legal-basis", row.pk)
    return _page(
        request, form, row, _("Change the legal basis") if pk else _("Propose a legal basis")
    )


@staff_may("conversations.opine_legalbasis")
@require_http_methods(["GET", "POST"])
def legal_basis_opine(request: StaffRequest, pk: int) -> HttpResponse:
    row = _of(pk)
    form = OpinionForm(_posted(request), initial={"revision": row.revision})

    def step() -> None:
        given = form.cleaned_data
        legal_bases.opine(
            row, given["verdict"], given["text"], by=request.user, revision=given["revision"]
        )

    if _done(request, form, step, _("The opinion is given. The Director decides next.")):
        return redirect("legal-basis", row.pk)
    return _page(request, form, row, _("Give an opinion"))


@staff_may("conversations.approve_legalbasis")
@require_http_methods(["GET", "POST"])
def legal_basis_approve(request: StaffRequest, pk: int) -> HttpResponse:
    row = _of(pk)
    form = ApprovalForm(_posted(request), basis=row)

    def step() -> None:
        given = form.cleaned_data
        words = given.get("justification", "")
        legal_bases.approve(row, words, by=request.user, revision=given["revision"])

    said = _("Approved. Lines still record nothing until you switch them on.")
    if _done(request, form, step, said):
        return redirect("legal-basis", row.pk)
    return _page(request, form, row, _("Approve the legal basis"))


@staff_may("conversations.approve_legalbasis")
@require_http_methods(["GET", "POST"])
def legal_basis_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    row = _of(pk)
    lines = row.line_set.exclude(recording_mode="off").order_by("name")
    if request.method == "POST":
        try:
            stopped = legal_bases.withdraw(row, by=request.user)
        except legal_bases.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _stopped(stopped))
        return redirect("legal-basis", row.pk)
    context = {"row": row, "lines": lines}
    return render(request, "conversations/register/legal_basis_withdraw.html", context)


def _stopped(lines: int) -> str:
    said = ngettext(
        "Withdrawn; %(n)s line stopped recording.",
        "Withdrawn; %(n)s lines stopped recording.",
        lines,
    )
    return said % {"n": lines}


def _posted(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(request: StaffRequest, form: forms.BaseForm, step: Callable[[], None], said: str) -> bool:
    """Take the step; False where there was nothing to take, or the form says why not."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        step()
    except legal_bases.Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, said)
    return True


def _page(request: StaffRequest, form: forms.BaseForm, row: LegalBasis, title: str) -> HttpResponse:
    context = {"form": form, "row": row, "title": title}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/register/legal_basis_step.html", context, status=status)
