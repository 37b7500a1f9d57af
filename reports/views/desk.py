"""From a call or a visit to a report taken down at the desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.http import StaffRequest, staff_may
from admin_module.town_map import shows_map
from recipients.lookup import search
from recipients.models import Recipient, living
from reports.forms.asked import ANSWER
from reports.forms.desk import DeskForm
from reports.models import Origin, Report, ReportCategory
from reports.pictures.photos import UnknownPhotos
from reports.steps import submitting

MOST_PEOPLE = 12
# Fields of submitting.Refused that are called otherwise on this page.
FIELDS = {"place": "address", "client_uuid": ""}


@staff_may("reports.handle_report")
@shows_map
@require_http_methods(["GET", "POST"])
def report_new(request: StaffRequest) -> HttpResponse:
    """First the category, whose questions the page then asks."""
    chosen = request.GET.get("kategoria", "")
    if not chosen.isdecimal():
        categories = ReportCategory.objects.offered().order_by("group", "place", "name")
        return render(request, "reports/report_new_category.html", {"categories": categories})
    category = get_object_or_404(ReportCategory.objects.offered(), pk=int(chosen))
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DeskForm(*posted, category=category, by=request.user)
    people: list[Recipient] = []
    if form.is_bound:
        looking = "find" in request.POST
        people = _people(request, form)
        if not looking and form.is_valid():
            report = _submitted(request, form)
            if report is not None:
                return _after(request, report)
    context = {"form": form, "category": category, "people": people}
    status = 422 if form.is_bound and "find" not in request.POST else 200
    return render(request, "reports/report_new.html", context, status=status)


def _people(request: StaffRequest, form: DeskForm) -> list[Recipient]:
    """Who was found, or who is chosen already."""
    if not request.user.has_perm("recipients.view_recipient"):
        return []
    typed = str(form["query"].value() or "").strip()
    if "find" in request.POST and typed:
        ids = search.search(typed, by=request.user).ids[:MOST_PEOPLE]
        by_pk = living(request.user).in_bulk(ids)
        return [by_pk[pk] for pk in ids if pk in by_pk]
    chosen = str(form["person"].value() or "")
    return list(living(request.user).filter(pk=chosen)) if chosen.isdecimal() else []


def _submitted(request: StaffRequest, form: DeskForm) -> Report | None:
    """The report; None where the form says what is wrong."""
    try:
        return submitting.submit(
            form.new,
            origin=Origin.DESK,
            client_uuid=form.cleaned_data["form_key"],
            reporter=form.cleaned_data["reporter"],
            user=request.user,
        )
    except submitting.Stopped as stopped:
        form.add_error(ANSWER + stopped.question.code, stopped.choice.stop)
    except submitting.BadAnswers as bad:
        for code, sentence in bad.errors.items():
            form.add_error(ANSWER + code if ANSWER + code in form.fields else None, str(sentence))
    except submitting.Refused as refused:
        name = FIELDS.get(refused.field, refused.field)
        form.add_error(name if name in form.fields else None, str(refused))
    except UnknownPhotos:
        form.add_error("photos", _("The photos were kept for too long. Choose them again."))
    return None


def _after(request: StaffRequest, report: Report) -> HttpResponse:
    said = _("Taken down under the number %(number)s.") % {"number": report.number}
    messages.success(request, said)
    return redirect("report", report.pk)
