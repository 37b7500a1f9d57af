"""From the tree of units to one of them: added, changed, moved, closed."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import units
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import Unit
from admin_module.unit_forms import CloseForm, UnitForm, words_of


@staff_may("admin_module.view_unit")
@require_GET
def unit_list(request: StaffRequest) -> HttpResponse:
    closed = Unit.objects.visible_to(request.user).exclude(closed_at=None)
    context = {
        "branches": units.branches(request.user),
        "closed": closed.select_related("parent"),
        "may_change": request.user.has_perm("admin_module.change_unit"),
    }
    return render(request, "admin_module/unit_list.html", context)


@staff_may("admin_module.add_unit")
@require_http_methods(["GET", "POST"])
def unit_new(request: StaffRequest) -> HttpResponse:
    form = UnitForm(request.POST if request.method == "POST" else None)
    return _edit(request, form, None)


@staff_may("admin_module.change_unit")
@require_http_methods(["GET", "POST"])
def unit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    unit = _visible(request, pk)
    form = UnitForm(request.POST if request.method == "POST" else None, instance=unit)
    return _edit(request, form, unit)


def _edit(request: StaffRequest, form: UnitForm, unit: Unit | None) -> HttpResponse:
    """Save a unit, or show the form with what is wrong; two who save at once lose nothing."""
    if form.is_bound and form.is_valid():
        try:
            values = form.cleaned_data
            units.save(
                form.instance,
                by=request.user,
                revision=values["revision"] or 0,
                widen=values["widen"],
            )
        except units.StaleUnit as stale:
            theirs = words_of(stale.current)
            return conflict(request, form.in_words(), theirs, form, revision=stale.current.revision)
        except units.Widens as change:
            form.ask_widening(change.people)
        except units.Refused as refusal:
            form.add_error("parent", str(refusal))
        else:
            notices.success(request, _("The unit is saved."))
            return redirect("unit-list")
    name = Unit.objects.get(pk=unit.pk).name if unit else ""
    context = {"form": form, "unit": unit, "name": name}
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/unit_edit.html", context, status=status)


@staff_may("admin_module.change_unit")
@require_http_methods(["GET", "POST"])
def unit_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a unit after a page that says what belongs to it and asks who takes it over."""
    unit = _visible(request, pk)
    form = CloseForm(request.POST if request.method == "POST" else None, unit=unit)
    if form.is_bound and form.is_valid():
        try:
            units.close(unit, form.cleaned_data["successor"], by=request.user)
        except units.Refused as refusal:
            form.add_error("successor", str(refusal))
        else:
            notices.success(request, _("The unit is closed."))
            return redirect("unit-list")
    belongings = [(words, number) for words, number in units.belongings_of(unit) if number]
    context = {"form": form, "unit": unit, "belongings": belongings}
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/unit_close.html", context, status=status)


@staff_may("admin_module.change_unit")
@require_POST
def unit_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        units.reopen(_visible(request, pk), by=request.user)
    except units.Refused as refusal:
        notices.warning(request, str(refusal))
    else:
        notices.success(request, _("The unit is open again."))
    return redirect("unit-list")


def _visible(request: StaffRequest, pk: int) -> Unit:
    found: Unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return found
