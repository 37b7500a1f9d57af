"""From the Director's designations and the staff's confirmations to their lists, forms and paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from conversations.models import Designation
from conversations.register import acknowledging, designation_paper, designations
from conversations.register.designation_form import DesignationForm

DESIGNATE = "conversations.designate_staff"


@staff_may(DESIGNATE)
@require_GET
def designation_list(request: StaffRequest) -> HttpResponse:
    rows = Designation.objects.select_related("user", "user__unit", "by").order_by("-at", "-pk")
    shown = [
        {
            "row": row,
            "holds": designations.holds(row),
            "is_ahead": row.revoked_at is None and row.begins_on > timezone.localdate(),
            "lacks_right": designations.lacks_right(row),
        }
        for row in rows
    ]
    context = {
        "now": [one for one in shown if one["holds"] or one["is_ahead"]],
        "past": [one for one in shown if not (one["holds"] or one["is_ahead"])],
    }
    return render(request, "conversations/register/designation_list.html", context)


@staff_may(DESIGNATE)
@require_http_methods(["GET", "POST"])
def designation_new(request: StaffRequest) -> HttpResponse:
    form = DesignationForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_bound and form.is_valid():
        try:
            made = designations.designate(**form.cleaned_data, by=request.user)
        except designations.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(person)s is designated.") % {"person": made.user})
            return redirect("designation-list")
    status = 422 if form.is_bound else 200
    return render(
        request, "conversations/register/designation_new.html", {"form": form}, status=status
    )


@staff_may(DESIGNATE)
@require_http_methods(["GET", "POST"])
def designation_end(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Designation.objects.select_related("user"), pk=pk)
    if request.method == "POST":
        if designations.revoke(row, by=request.user):
            messages.success(request, _("The designation is over from now on."))
        return redirect("designation-list")
    return render(request, "conversations/register/designation_end.html", {"row": row})


@staff_may(DESIGNATE)
@require_GET
def designation_paper_file(request: StaffRequest) -> HttpResponse:
    """The list of those who are designated today, to print and sign."""
    audit.record("designation.printed", "conversations.designation:all", by=request.user)
    name = f'inline; filename="wyznaczenia-{timezone.localdate():%Y-%m-%d}.pdf"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    file = designation_paper.pdf()
    return HttpResponse(file, content_type="application/pdf", headers=headers)


@staff_may(acknowledging.TALKS)
@require_http_methods(["GET", "POST"])
def acknowledgement(request: StaffRequest) -> HttpResponse:
    """Read that one's own voice is recorded, too, and confirm it."""
    notice = acknowledging.words()
    if request.method == "POST":
        acknowledging.acknowledge(request.user, notice)
        messages.success(request, _("Thank you: it is noted that you were informed."))
        return redirect("conversation-list")
    given = acknowledging.given(request.user, notice)
    context = {"notice": notice, "given": given, "lines": acknowledging.lines_of(request.user)}
    return render(request, "conversations/register/acknowledgement.html", context)


@staff_may(DESIGNATE)
@require_GET
def acknowledgement_list(request: StaffRequest) -> HttpResponse:
    agents = acknowledging.agents()
    context = {"agents": agents, "owing": sum(one.owes for one in agents)}
    return render(request, "conversations/register/acknowledgement_list.html", context)
