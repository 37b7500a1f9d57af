"""From a person's card to their roles; two administrators who change different ones lose nothing."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module import accounts
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from admin_module.role_forms import StaffRolesForm

from .staff import colleague


@staff_may("admin_module.change_user")
@require_http_methods(["GET", "POST"])
def staff_roles(request: StaffRequest, pk: int) -> HttpResponse:
    person = colleague(request, pk)
    now = set(person.role_names)
    form = StaffRolesForm(
        request.POST if request.method == "POST" else None,
        initial={"roles": sorted(now), "seen": ",".join(sorted(now))},
    )
    if form.is_bound and form.is_valid():
        try:
            accounts.set_roles(person, _wanted(form, person), by=request.user)
        except accounts.Refused as refusal:
            form.add_error("roles", str(refusal))
        else:
            notices.success(
                request, _("The roles are saved. Administrators get a letter about it.")
            )
            return redirect("staff-card", pk)
    context = {"person": person, "form": form, "own": person.pk == request.user.pk}
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/staff_roles.html", context, status=status)


def _wanted(form: StaffRolesForm, person: User) -> set[str]:
    """What the person holds now, with what this administrator ticked or cleared."""
    seen = {name for name in form.cleaned_data["seen"].split(",") if name}
    ticked = set(form.cleaned_data["roles"])
    return (set(person.role_names) | (ticked - seen)) - (seen - ticked)
