"""From a scan in the archive to what a clerk may see of it, and to another one in its place."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from consents import archive
from consents.models import ConsentForm, Scan
from consents.scan_forms import ReplacingForm, ScanForm
from icp.rate_limits import limited
from icp.uploads import JPEG
from recipients.models import living

ENDINGS = {JPEG: "jpg"}


@staff_may("consents.view_scan")
@require_GET
def scan_page(request: StaffRequest, pk: int) -> HttpResponse:
    """The scan of a form, with those that it took the place of."""
    scan = _seen(request, pk)
    audit.record("recipient.opened", scan.recipient, by=request.user)
    context = {
        "scan": scan,
        "paper": scan.form,
        "recipient": scan.recipient,
        "picture": scan.media_type == JPEG,
        "others": Scan.objects.filter(form=scan.form).exclude(pk=pk).order_by("-pk"),
    }
    return render(request, "consents/scan_page.html", context)


@staff_may("consents.view_scan")
@require_GET
def scan_file(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """The file itself: a picture may stand in a page, a PDF is only ever saved."""
    scan = _seen(request, pk)
    detail: dict[str, object] = {"form": scan.form.number, "scan": pk}
    audit.record("consent.scan_opened", scan.recipient, by=request.user, detail=detail)
    response = StreamingHttpResponse(scan.open(), content_type=scan.media_type)
    place = "inline" if scan.media_type == JPEG else "attachment"
    name = f"{scan.form.number}.{ENDINGS.get(scan.media_type, 'pdf')}"
    response["Content-Disposition"] = f'{place}; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@staff_may("consents.change_consentform")
@require_http_methods(["GET", "POST"])
@limited("upload")
def scan_add(request: StaffRequest, number: str) -> HttpResponse:
    """The scan of a form that was received without one."""
    forms = ConsentForm.objects.visible_to(request.user).filter(received_at__isnull=False)
    paper = get_object_or_404(forms.filter(recipient__in=living(request.user)), number=number)
    posted = request.method == "POST"
    form = ScanForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            archive.keep(paper, form.cleaned_data["scan"], by=request.user)
            messages.success(request, _("The scan is in the archive."))
        except archive.AlreadyArchived:
            messages.warning(request, _("Somebody archived a scan of this form meanwhile."))
        return redirect("form-receive", number)
    context = {"form": form, "paper": paper, "recipient": paper.recipient}
    audit.record("recipient.opened", paper.recipient, by=request.user)
    return render(request, "consents/scan_add.html", context, status=422 if posted else 200)


@staff_may("consents.change_consentform")
@require_http_methods(["GET", "POST"])
@limited("upload")
def scan_replace(request: StaffRequest, pk: int) -> HttpResponse:
    """Another scan in the place of a bad one, which stays in the archive with the reason."""
    scan = _seen(request, pk)
    posted = request.method == "POST"
    form = ReplacingForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid() and _replace(request, scan, form):
        return redirect("form-receive", scan.form.number)
    context = {"form": form, "paper": scan.form, "recipient": scan.recipient, "scan": scan}
    audit.record("recipient.opened", scan.recipient, by=request.user)
    return render(request, "consents/scan_add.html", context, status=422 if posted else 200)


def _replace(request: StaffRequest, scan: Scan, form: ReplacingForm) -> bool:
    values = form.cleaned_data
    try:
        archive.replace(scan, values["scan"], why=values["why"], by=request.user)
    except archive.AlreadyArchived:
        messages.warning(request, _("Somebody replaced this scan meanwhile. Look at the new one."))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    else:
        messages.success(request, _("The scan is replaced; the earlier one stays in the archive."))
    return True


def _seen(request: StaffRequest, pk: int) -> Scan:
    scans = Scan.objects.visible_to(request.user).filter(recipient__in=living(request.user))
    rows = scans.select_related("form", "recipient", "kept_by", "replaced_by")
    return get_object_or_404(rows, pk=pk)
