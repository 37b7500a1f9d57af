"""From the register of consents to a page of it, a file of it, one proof and the numbers."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.http import StaffRequest, staff_may
from consents import comparing, register, statistics
from consents.models import Consent, Scan
from icp import csv_files
from icp.rate_limits import limited
from recipients.models import CONTACT_KINDS, Recipient

PAGE = 50


@staff_may("consents.view_consent")
@require_GET
def consent_register(request: StaffRequest) -> HttpResponse:
    form = register.RegisterFilter(request.GET, by=request.user)
    acts = form.rows().select_related("topic", "text", "form", "recipient", "by")
    rows = list(acts[: PAGE + 1])
    people = sorted({act.recipient_id for act in rows[:PAGE]})
    if people:
        detail: dict[str, object] = {"recipients": people}
        audit.record("consent.listed", "consents.consent", by=request.user, detail=detail)
    context = {
        "form": form,
        "acts": rows[:PAGE],
        "older": form.address(before=rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "everybody": form.address(person=None, form=None, before=None),
        "chosen": form.is_valid() and (form.cleaned_data["person"] or form.cleaned_data["form"]),
        "export": form.address(before=None),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "consents/consent_register.html", context, status=status)


@staff_may("consents.view_consent")
@require_POST
@limited("search")
def consent_find(request: StaffRequest) -> HttpResponse:
    """The acts on one form, or of one person by the identifier; no address holds what was typed."""
    found = register.looked_for(request.POST.get("q", ""), by=request.user)
    if found is None:
        messages.warning(
            request, _("Nothing has this number. Type the number of a form, or an identifier.")
        )
        return redirect("consent-register")
    name, value = next(iter(found.items()))
    return redirect(f"{reverse('consent-register')}?{name}={value}")


@staff_may("consents.export_consent")
@require_GET
@limited("export")
def consent_export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The acts that the filter leaves, all of them, without names; that it was taken is recorded."""
    form = register.RegisterFilter(request.GET, by=request.user)
    if not form.is_valid():
        return redirect("consent-register")
    audit.record("consent.exported", "consents.consent:all", by=request.user)
    name = f"rejestr-zgod-{timezone.localdate().isoformat()}.csv"
    return csv_files.download(name, register.EXPORT_COLUMNS, register.export(form.rows()))


@staff_may("consents.view_consent")
@require_GET
def consent_act(request: StaffRequest, pk: int) -> HttpResponse:
    """One yes or no as a proof: who, when, how, and in which very words."""
    acts = Consent.objects.visible_to(request.user)
    act = get_object_or_404(acts.select_related("topic", "text", "form", "recipient", "by"), pk=pk)
    audit.record("consent.act_opened", act.recipient, by=request.user, detail={"act": pk})
    said = (act.text.words_of_topic(act.topic_id), act.text.words_of_channel(act.channel))
    context = {
        "act": act,
        "words": [act.text.statement, *filter(None, said)],
        "notice": list(comparing.notice_parts(act.text)),
        "scan": Scan.objects.current().filter(form=act.form).first() if act.form else None,
        "gone": act.recipient.state == Recipient.State.ERASED,
    }
    return render(request, "consents/consent_act.html", context)


@staff_may("consents.view_consent")
@require_GET
def consent_statistics(request: StaffRequest) -> HttpResponse:
    context = {
        "now": statistics.standing(request.user),
        "year": statistics.year(request.user, timezone.localdate()),
        "kinds": CONTACT_KINDS,
    }
    return render(request, "consents/consent_statistics.html", context)
