"""From the forms that residents send by ePUAP to the page that says what in them means what."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from icp.rate_limits import limited
from recipients.epuap import proposals
from recipients.forms.epuap_paths import EpuapFormForm, Found, StaleForm, values_of
from recipients.models.epuap_forms import PREFIXES, EpuapForm

MAY = "messaging.manage_epuap"


@staff_may(MAY)
@require_GET
def epuap_form_list(request: StaffRequest) -> HttpResponse:
    forms = EpuapForm.objects.order_by("-active", "purpose", "-pk")
    return render(request, "recipients/epuap/epuap_form_list.html", {"forms": forms})


@staff_may(MAY)
@require_POST
def epuap_forms_propose(request: StaffRequest) -> HttpResponse:
    """Begin with the forms that come with ICP (docs/epuap/)."""
    added = proposals.load(by=request.user)
    if added:
        said = ngettext("%(n)d form was added.", "%(n)d forms were added.", added)
        notices.success(request, said % {"n": added})
    else:
        notices.info(request, _("All proposed forms are in use already."))
    return redirect("epuap-forms")


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
@limited("upload")
def epuap_form_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(EpuapForm, pk=pk) if pk else None
    if request.method != "POST":
        return _page(request, EpuapFormForm(row=row))
    form = EpuapFormForm(request.POST, request.FILES, row=row)
    if not form.is_valid():
        return _page(request, form, status=422)
    if "try" in request.POST:
        found = form.try_on()
        return _page(request, form, found, status=422 if form.errors else 200)
    return _save(request, form)


def _save(request: StaffRequest, form: EpuapFormForm) -> HttpResponse:
    try:
        saved = form.save(by=request.user)
    except StaleForm as stale:
        mine = {name: form.cleaned_data.get(name, "") for name in values_of(stale.newest)}
        return conflict(
            request, mine, values_of(stale.newest), form, revision=stale.newest.revision
        )
    if saved is None:
        return _page(request, form, status=422)
    notices.success(request, _("The form was saved."))
    return redirect("epuap-forms")


def _page(
    request: StaffRequest,
    form: EpuapFormForm,
    found: list[Found] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "row": form.row, "found": found, "prefixes": PREFIXES.items()}
    return render(request, "recipients/epuap/epuap_form_edit.html", context, status=status)
