"""From the list of messages to views of one's own, to a file of the list, and to old drafts put away."""

from django.contrib import messages as notices
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.archive import exporting, finding, saved_views
from messaging.forms.archive import ArchiveForm, ListExportForm, ViewForm
from messaging.steps import binning, old_drafts


@staff_may("messaging.view_message")
@require_POST
def view_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    form = ViewForm(request.POST)
    query = saved_views.kept(request.POST.get("query", "")[:1500])
    back = f"{reverse('message-list')}?{query}"
    if not form.is_valid():
        notices.warning(
            request, _("Nothing is saved: give the view a name of up to 40 characters.")
        )
        return redirect(back)
    try:
        saved_views.save(request.user, form.cleaned_data["name"], query)
    except saved_views.TooMany:
        notices.warning(request, _("You have 20 views. Remove one first."))
    else:
        notices.success(request, _("The view is saved."))
    return redirect(back)


@staff_may("messaging.view_message")
@require_POST
def view_remove(request: StaffRequest) -> HttpResponse:
    chosen = request.POST.get("view", "")
    if chosen.isdigit() and saved_views.forget(request.user, int(chosen)):
        notices.success(request, _("The view is removed."))
    return redirect("message-list")


@staff_may("messaging.export_message")
@require_http_methods(["GET", "POST"])
@limited("export")
def list_export(request: StaffRequest) -> HttpResponse:
    """Order a file of the messages that the list shows."""
    query = saved_views.kept(request.GET.urlencode())
    wanted = ArchiveForm(QueryDict(query), by=request.user).wanted
    form = ListExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        job = exporting.order(wanted, data["layout"], by=request.user, form_key=data["form_key"])
        return redirect("job", job.pk)
    context = {
        "form": form,
        "query": query,
        "number": len(finding.keys_of(request.user, wanted)),
        "most": finding.MOST_EXPORTED,
    }
    status = 422 if form.is_bound else 200
    return render(request, "messaging/archive/message_list_export.html", context, status=status)


@staff_may("messaging.delete_message")
@require_http_methods(["GET", "POST"])
def draft_cleanup(request: StaffRequest) -> HttpResponse:
    """Drafts that nobody touched for long; those that are ticked go to the bin."""
    found = old_drafts.of(request.user)
    if request.method != "POST":
        context = {"drafts": found, "days": old_drafts.DAYS, "kept": binning.KEPT.days}
        return render(request, "messaging/archive/draft_cleanup.html", context)
    wanted = {int(pk) for pk in request.POST.getlist("draft") if pk.isdigit()}
    number = sum(binning.bin_(draft, by=request.user) for draft in found if draft.pk in wanted)
    said = ngettext("%(n)d draft is in the bin.", "%(n)d drafts are in the bin.", number)
    notices.success(request, said % {"n": number})
    return redirect("draft-cleanup")
