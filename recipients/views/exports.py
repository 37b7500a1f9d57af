"""From the list of exports to a new one, and to the end of one; the file itself comes from its job."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from icp.rate_limits import limited
from recipients.exports import exporting
from recipients.exports.exported_columns import COLUMNS
from recipients.forms.export import ExportForm, keys_in
from recipients.models import Export

PER_PAGE = 25


@staff_may("recipients.view_export")
@require_GET
def export_list(request: StaffRequest) -> HttpResponse:
    """One's own exports; those who look after exports see everybody's, and download none of them."""
    page = Paginator(_seen(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(export, [COLUMNS[name].label for name in export.columns]) for export in page]
    context = {"page_obj": page, "rows": rows, "all": _sees_all(request.user)}
    return render(request, "recipients/exports/export_list.html", context)


@staff_may("recipients.export_recipient")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("export")
def export_new(request: StaffRequest) -> HttpResponse:
    """The form; the page of the search sends the people that it found, and no reason yet."""
    first = request.method != "POST" or "reason" not in request.POST
    form = _blank(request) if first else ExportForm(request.POST, by=request.user)
    if form.is_bound and form.is_valid():
        job = exporting.order(
            form.wanted(), by=request.user, form_key=form.cleaned_data["form_key"]
        )
        return redirect("job", job.pk)
    status = 422 if form.is_bound else 200
    return render(request, "recipients/exports/export_new.html", {"form": form}, status=status)


def _blank(request: StaffRequest) -> ExportForm:
    form = ExportForm(by=request.user, people=keys_in(request.POST.getlist("person")))
    asked = request.GET.get("kogo", "")
    if asked in dict(form.fields["whom"].choices):  # type: ignore[attr-defined]
        form.initial["whom"] = asked
    return form


@staff_may("recipients.view_export")
@require_POST
def export_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """End the file before its time; the entry about it stays."""
    export = get_object_or_404(_seen(request.user), pk=pk)
    if exporting.forget(export, by=request.user):
        messages.success(request, _("The file is deleted. The entry about it stays."))
    else:
        messages.info(request, _("The file was gone already."))
    return redirect("export-list")


def _sees_all(by: User) -> bool:
    return by.has_perm("recipients.manage_exports")


def _seen(by: User) -> QuerySet[Export]:
    found = Export.objects.visible_to(by).select_related("job__created_by", "job__result")
    found = found.defer("people").order_by("-pk")
    return found if _sees_all(by) else found.filter(job__created_by=by)
