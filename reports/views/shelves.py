"""From the lists of categories, rules, outside bodies and templates to a form over one of them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module.http import StaffRequest, conflict, staff_may
from reports.forms.kept import BodyForm, CategoryForm, KeptForm, RuleForm, TemplateForm
from reports.models import AnswerTemplate, OutsideBody, ReportCategory, RoutingRule
from reports.shelf import keeping


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of rows: its name in addresses and templates, its words."""

    name: str
    model: type[models.Model]
    form: type[KeptForm]
    title: Promise
    new: Promise
    order: tuple[str, ...]
    along: tuple[str, ...] = ()
    closes: bool = True

    @property
    def list_url(self) -> str:
        return f"{self.name}-list"

    @property
    def new_url(self) -> str:
        return f"{self.name}-new"

    @property
    def rows_template(self) -> str:
        return f"reports/shelf/_{self.name.replace('-', '_')}_rows.html"

    def rows(self) -> Any:
        rows = self.model._default_manager.order_by(*self.order)
        return rows.select_related(*self.along) if self.along else rows


SHELVES = {
    shelf.name: shelf
    for shelf in (
        Shelf(
            "report-category",
            ReportCategory,
            CategoryForm,
            gettext_lazy("Categories"),
            gettext_lazy("New category"),
            ("place", "name"),
            ("unit",),
        ),
        Shelf(
            "routing-rule",
            RoutingRule,
            RuleForm,
            gettext_lazy("Routing"),
            gettext_lazy("New rule"),
            ("category__name", "group", "district__name", "pk"),
            ("category", "district", "unit", "assignee"),
            closes=False,
        ),
        Shelf(
            "outside-body",
            OutsideBody,
            BodyForm,
            gettext_lazy("Outside bodies"),
            gettext_lazy("New outside body"),
            ("name",),
        ),
        Shelf(
            "answer-template",
            AnswerTemplate,
            TemplateForm,
            gettext_lazy("Answer templates"),
            gettext_lazy("New template"),
            ("name",),
            ("category", "unit"),
        ),
    )
}


@staff_may("reports.manage_reports")
@require_GET
def shelf_list(request: StaffRequest, shelf: str) -> HttpResponse:
    kept = SHELVES[shelf]
    rows = list(kept.rows())
    context = {
        "shelf": kept,
        "open": [row for row in rows if getattr(row, "closed_at", None) is None],
        "closed": [row for row in rows if getattr(row, "closed_at", None) is not None],
    }
    return render(request, f"reports/shelf/{shelf.replace('-', '_')}_list.html", context)


@staff_may("reports.manage_reports")
@require_http_methods(["GET", "POST"])
def shelf_edit(request: StaffRequest, shelf: str, pk: int | None = None) -> HttpResponse:
    kept = SHELVES[shelf]
    row: Any = kept.model() if pk is None else get_object_or_404(kept.rows(), pk=pk)
    shown = kept.model() if pk is None else get_object_or_404(kept.rows(), pk=pk)
    form = kept.form(
        request.POST if request.method == "POST" else None, instance=shown, by=request.user
    )
    if form.is_bound and form.is_valid():
        done = _saved(request, kept, row, form)
        if done is not None:
            return done
    context = {"shelf": kept, "row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "reports/shelf/shelf_edit.html", context, status=status)


def _saved(request: StaffRequest, kept: Shelf, row: Any, form: KeptForm) -> HttpResponse | None:
    """Where to go after saving; None where the form says what is wrong."""
    try:
        keeping.save(row, form.columns(), by=request.user, revision=form.cleaned_data["revision"])
    except keeping.StaleRow as stale:
        theirs = stale.theirs
        return conflict(request, form.typed(), form.words(theirs), form, revision=theirs.revision)
    except IntegrityError:
        form.add_error(None, _("There is one like this already. Change it, or open the other one."))
        return None
    messages.success(request, _("Saved."))
    return redirect(kept.list_url)


@staff_may("reports.manage_reports")
@require_POST
def shelf_close(request: StaffRequest, shelf: str, pk: int) -> HttpResponse:
    """Offer a row no more, or (with "open") again: nothing is lost either way."""
    kept = SHELVES[shelf]
    row = get_object_or_404(kept.rows(), pk=pk)
    closed = "open" not in request.POST
    if keeping.close(row, closed, by=request.user):
        said = _("Closed: “%(name)s” is not offered any more. You can open it again.")
        if not closed:
            said = _("“%(name)s” is offered again.")
        messages.success(request, said % {"name": row})
    return redirect(kept.list_url)


@staff_may("reports.manage_reports")
@require_http_methods(["GET", "POST"])
def routing_rule_remove(request: StaffRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(SHELVES["routing-rule"].rows(), pk=pk)
    if request.method == "POST":
        keeping.remove(rule, by=request.user)
        messages.success(request, _("The rule is removed. Reports keep the unit it gave them."))
        return redirect("routing-rule-list")
    return render(request, "reports/shelf/routing_rule_remove.html", {"rule": rule})


@staff_may("reports.manage_reports")
@require_POST
def report_category_move(request: StaffRequest, pk: int) -> HttpResponse:
    category = get_object_or_404(ReportCategory, pk=pk)
    keeping.move(category, up="up" in request.POST, by=request.user)
    return redirect("report-category-list")
