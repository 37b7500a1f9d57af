"""From the table of roles and permissions to changed roles, after a page that says what changes."""

from django.contrib import messages as notices
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import role_matrix as matrix
from admin_module.http import StaffRequest, staff_may
from admin_module.role_forms import RoleForm
from admin_module.roles import ROLES, label_of


@staff_may("auth.view_group")
@require_http_methods(["GET", "HEAD"])
def role_matrix(request: StaffRequest) -> HttpResponse:
    return _table(request)


def _table(request: StaffRequest) -> HttpResponse:
    roles = matrix.all_roles()
    context = {
        "roles": [(role, label_of(role.name), role.name not in ROLES) for role in roles],
        "sections": matrix.sections(roles),
        "seen": " ".join(sorted(matrix.ticked())),
        "may_change": request.user.has_perm("auth.change_group"),
    }
    return render(request, "admin_module/role_matrix.html", context)


@staff_may("auth.change_group")
@require_POST
def role_change(request: StaffRequest) -> HttpResponse:
    """First show what changes; save it once that page is confirmed."""
    asked = request.POST
    if "confirmed" in asked:
        changes = matrix.changes_from(asked.getlist("grant"), asked.getlist("take"))
        problem = _apply(request, changes)
        if not problem:
            return redirect("role-matrix")
    else:
        seen = asked.get("seen", "").split()
        changes = matrix.changes_of(seen, asked.getlist("tick"))
        problem = ""
        if not changes:
            notices.info(request, _("Nothing was changed."))
            return redirect("role-matrix")
    context = {
        "by_role": [(label_of(role.name), inner) for role, inner in matrix.by_role(changes)],
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "admin_module/role_change.html", context, status=status)


def _apply(request: StaffRequest, changes: list[matrix.Change]) -> str:
    try:
        made = matrix.apply(changes, by=request.user)
    except matrix.Refused as refusal:
        return str(refusal)
    if made:
        notices.success(request, _("The rights are saved. Administrators get a letter about it."))
    else:
        notices.info(request, _("Nothing was changed."))
    return ""


@staff_may("auth.change_group")
@require_http_methods(["GET", "POST"])
def role_new(request: StaffRequest) -> HttpResponse:
    form = RoleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            matrix.add_role(form.cleaned_data["name"], by=request.user)
        except matrix.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            notices.success(request, _("The role is there. Tick what it may do."))
            return redirect("role-matrix")
    return _asked(request, form, None)


@staff_may("auth.change_group")
@require_http_methods(["GET", "POST"])
def role_rename(request: StaffRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Group, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = RoleForm(posted, initial={"name": label_of(role.name)})
    if form.is_bound and form.is_valid():
        try:
            matrix.rename_role(role, form.cleaned_data["name"], by=request.user)
        except matrix.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            notices.success(request, _("The role has a new name."))
            return redirect("role-matrix")
    return _asked(request, form, role)


def _asked(request: StaffRequest, form: RoleForm, role: Group | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "role": role, "label": label_of(role.name) if role else ""}
    return render(request, "admin_module/role_edit.html", context, status=status)


@staff_may("auth.change_group")
@require_http_methods(["GET", "POST"])
def role_remove(request: StaffRequest, pk: int) -> HttpResponse:
    role = get_object_or_404(Group, pk=pk)
    label = label_of(role.name)
    if request.method == "POST":
        try:
            matrix.remove_role(role, by=request.user)
        except matrix.Refused as refusal:
            notices.warning(request, str(refusal))
        else:
            notices.success(request, _("The role is removed."))
        return redirect("role-matrix")
    return render(request, "admin_module/role_remove.html", {"role": role, "label": label})
