"""From anybody to the reports that everybody may see, and to a report of their own without an account."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from admin_module.town_map import shows_map
from icp.rate_limits import limited
from reports.forms.asked import ANSWER
from reports.forms.public import PublicFilterForm, PublicReportForm
from reports.models import Origin, Report, ReportCategory
from reports.pictures.photos import UnknownPhotos
from reports.showing import public
from reports.steps import submitting, verifying

PER_PAGE = 25
# Asked about each time: what is hidden is gone at once. Not shared: the page greets staff by name.
fresh = cache_control(private=True, no_cache=True)
# Fields of submitting.Refused that are called otherwise on this page.
FIELDS = {"place": "address", "client_uuid": ""}


@login_not_required
@shows_map
@fresh
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Map and list; the points of the map are those of the filters, the list goes by pages."""
    form = PublicFilterForm(request.GET)
    rows = public.filtered(form.wanted)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "narrowing": len(form.wanted),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "points": public.points(rows),
        "query": query.urlencode(),
    }
    return render(request, "reports/public/public_list.html", context)


@login_not_required
@shows_map
@fresh
@require_safe
def public_report(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = get_object_or_404(public.shown(), uid=uid)
    context = {"page": public.page(row), "in_app": reverse("app-screen", args=[f"r/{row.uid}"])}
    return render(request, "reports/public/public_report.html", context)


@login_not_required
@require_safe
def public_new(request: HttpRequest) -> HttpResponse:
    """First the category, whose questions the next page asks."""
    groups: dict[str, list[ReportCategory]] = {}  # each where its first category stands
    for category in ReportCategory.objects.offered():
        groups.setdefault(category.group, []).append(category)
    return render(request, "reports/public/public_new.html", {"groups": groups.items()})


@login_not_required
@shows_map
@limited("public_report")
@require_http_methods(["GET", "POST"])
def public_new_report(request: HttpRequest, code: str) -> HttpResponse:
    category = get_object_or_404(ReportCategory.objects.offered(), code=code)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PublicReportForm(*posted, category=category, by=None)
    if form.is_bound and form.is_valid() and _submitted(form) is not None:
        return redirect("public-sent")
    context = {"form": form, "category": category}
    return render(
        request,
        "reports/public/public_new_report.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _submitted(form: PublicReportForm) -> Report | None:
    """The report; None where the form says what is wrong."""
    key = form.cleaned_data["form_key"]
    try:
        return submitting.submit(form.new, origin=Origin.WEB, client_uuid=key)
    except submitting.Stopped as stopped:
        form.add_error(ANSWER + stopped.question.code, stopped.choice.stop)
    except submitting.BadAnswers as bad:
        for code, sentence in bad.errors.items():
            _add(form, ANSWER + code, sentence)
    except submitting.Refused as refused:
        _add(form, FIELDS.get(refused.field, refused.field), refused)
    except UnknownPhotos:
        form.add_error("photos", _("The photos were kept for too long. Choose them again."))
    return None


def _add(form: PublicReportForm, name: str, sentence: Any) -> None:
    form.add_error(name if name in form.fields else None, str(sentence))


@login_not_required
@require_safe
def public_sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody: whether the address is anybody's is not said."""
    days = verifying.GOOD_FOR.days
    return render(request, "reports/public/public_sent.html", {"days": days})


@login_not_required
@limited("invitation")
@require_http_methods(["GET", "POST"])
def public_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, not the link itself, so that a program that reads mail confirms nothing."""
    if request.method != "POST":
        return render(request, "reports/public/public_confirm.html")
    row = verifying.confirm(token)
    status = 200 if row is not None else 404
    context = {"report": row, "asked": True}
    return render(request, "reports/public/public_confirm.html", context, status=status)
