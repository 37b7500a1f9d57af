"""From the words of the consent to the list of their versions, and to a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from admin_module.http import StaffRequest, staff_may
from consents import comparing, form_pdf, wording
from consents.forms import KNOWN, ConsentTextForm
from consents.models import ConsentText


@staff_may("consents.view_consenttext")
@require_GET
def consent_text_list(request: StaffRequest) -> HttpResponse:
    context = {"versions": wording.versions(), "today": timezone.localdate()}
    return render(request, "consents/consent_text_list.html", context)


@staff_may("consents.view_consenttext")
@require_GET
def consent_text(request: StaffRequest, version: int) -> HttpResponse:
    text = get_object_or_404(ConsentText, version=version)
    context = {
        "text": text,
        "parts": list(comparing.parts(text).items()),
        "before": ConsentText.objects.filter(version__lt=version).first(),
        "future": text.valid_from > timezone.localdate(),
    }
    return render(request, "consents/consent_text.html", context)


@staff_may("consents.view_consenttext")
@require_GET
def consent_text_compare(request: StaffRequest, version: int) -> HttpResponse:
    """What a version says otherwise than the one before it, or than the one that was chosen."""
    text = get_object_or_404(ConsentText, version=version)
    others = ConsentText.objects.exclude(version=version)
    asked = request.GET.get("z", "")
    wanted = {"version": int(asked)} if asked.isdecimal() else {"version__lt": version}
    other = others.filter(**wanted).first()
    context = {
        "text": text,
        "other": other,
        "others": others,
        "parts": comparing.compare(other, text) if other else [],
    }
    return render(request, "consents/consent_text_compare.html", context)


@staff_may("consents.view_consenttext")
@require_GET
def consent_text_preview(request: StaffRequest, version: int) -> HttpResponse:
    """The form in the words of a version, as an invented person would get it."""
    return _sample(request, get_object_or_404(ConsentText, version=version))


def _sample(request: StaffRequest, text: ConsentText) -> HttpResponse:
    try:
        pdf = form_pdf.sample(text, by=request.user)
    except form_pdf.CannotPrint as refusal:
        messages.warning(request, str(refusal))
        return redirect("consent-text-list")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="wzor-zgody.pdf"'
    return response


@staff_may("consents.add_consenttext")
@require_http_methods(["GET", "POST"])
def consent_text_new(request: StaffRequest) -> HttpResponse:
    last = ConsentText.objects.first()
    start: dict[str, object] = {"valid_from": timezone.localdate()}
    if last is not None:
        start |= {
            "statement": last.statement,
            "privacy_notice": last.privacy_notice,
            "own_words": last.own_words,
        }
    form = ConsentTextForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_bound and form.is_valid() and "preview" in request.POST:
        return _sample(request, form.text)
    if form.is_bound and form.is_valid():
        try:
            text = wording.add_text(**form.cleaned_data, by=request.user)
        except wording.SameVersion:
            form.add_error(
                None, _("Somebody saved a version at the same moment. Look at it, then save again.")
            )
        else:
            said = _("Version %(version)d is saved.") % {"version": text.version}
            messages.success(request, said)
            return redirect("consent-text-list")
    known = [f"{{{name}}}" for name in KNOWN]
    context = {"form": form, "last": last, "known": known}
    status = 422 if form.is_bound else 200
    return render(request, "consents/consent_text_new.html", context, status=status)
