"""From the office's certificates for ePUAP to their page, and back."""

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, staff_may
from icp.rate_limits import limited
from messaging.epuap import boxes, keys
from messaging.forms.epuap import OwnKeyForm, TrustedForm
from messaging.models import EpuapKey

SOON_DAYS = 30
MAY = "messaging.manage_epuap"


@staff_may(MAY)
@require_GET
def epuap_keys_list(request: StaffRequest) -> HttpResponse:
    return _page(request, OwnKeyForm(), TrustedForm())


@staff_may(MAY)
@sensitive_post_parameters()
@sensitive_variables("form")
@require_POST
@limited("upload")
def epuap_key_add(request: StaffRequest) -> HttpResponse:
    form = OwnKeyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, TrustedForm(), status=422)
    keys.keep_own(form.pair, by=request.user)
    notices.success(request, _("The certificate was taken. ICP signs with it from now on."))
    return redirect("epuap-keys")


@staff_may(MAY)
@require_POST
@limited("upload")
def epuap_trusted_add(request: StaffRequest) -> HttpResponse:
    form = TrustedForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, OwnKeyForm(), form, status=422)
    sent = form.cleaned_data
    new = keys.trust(sent["trusted"], by=request.user, kind=sent["kind"])
    if new:
        said = ngettext("%(n)d certificate was added.", "%(n)d certificates were added.", new)
        notices.success(request, said % {"n": new})
    else:
        notices.info(request, _("These certificates were on the list already."))
    return redirect("epuap-keys")


@staff_may(MAY)
@require_http_methods(["GET", "POST"])
def epuap_key_remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(EpuapKey, pk=pk, removed_at=None)
    if request.method == "POST":
        keys.remove(row, by=request.user)
        notices.success(request, _("The certificate was removed."))
        return redirect("epuap-keys")
    said = next(each for each in keys.shown(row.kind) if each.pk == row.pk)
    return render(
        request, "messaging/epuap/epuap_key_remove.html", {"row": row, "said": said.described}
    )


def _page(
    request: StaffRequest, own_form: OwnKeyForm, trusted_form: TrustedForm, status: int = 200
) -> HttpResponse:
    files = settings.CHANNELS["epuap"]
    context = {
        "own": next(iter(keys.shown(EpuapKey.Kind.OWN)), None),
        "lists": [
            (kind.value, keys.shown(kind), bool(files[f"{name}_file"]))
            for kind, name in keys.PINNED.items()
        ],
        "own_from_file": bool(files["key_file"]),
        "boxes": boxes.shown(),
        "own_form": own_form,
        "trusted_form": trusted_form,
        "soon": SOON_DAYS,
    }
    return render(request, "messaging/epuap/epuap_keys.html", context, status=status)
