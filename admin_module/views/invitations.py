"""From an invitation to a link in a mailbox, and from the link to a password."""

from django.contrib import messages as notices
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from admin_module import accounts, audit, inviting
from admin_module.http import StaffRequest, staff_may
from admin_module.models import Invitation
from admin_module.staff_forms import InvitationForm, NewPasswordForm
from icp.rate_limits import limited

LINK = "link"  # in the session: which link was opened here


@staff_may("admin_module.add_user")
@require_http_methods(["GET", "POST"])
def staff_invite(request: StaffRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = InvitationForm(request.POST if posted else None, by=request.user)
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            person = inviting.invite(
                values["login"], form.profile, values["unit"], values["roles"], by=request.user
            )
        except accounts.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            notices.success(request, _("The invitation is on its way."))
            return redirect("staff-card", person.pk)
    context = {"form": form}
    return render(request, "admin_module/staff_invite.html", context, status=422 if posted else 200)


@login_not_required
@never_cache
@require_safe
@limited("invitation")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address: what stands there is kept by browsers and proxies."""
    try:
        found = inviting.find(token)
    except inviting.BadLink as bad:
        return _refused(request, bad)
    if request.user.is_authenticated:
        logout(request)  # whoever opens it sets somebody's password, maybe on another's computer
    request.session[LINK] = inviting.opened(found)
    return redirect("password-set")


@login_not_required
@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_set(request: HttpRequest) -> HttpResponse:
    try:
        link = inviting.opened_before(request.session.get(LINK, []))
    except inviting.BadLink as bad:
        return _refused(request, bad)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=link.user)
    if form.is_bound and form.is_valid():
        try:
            inviting.accept(request, link, form.cleaned_data["password"])
        except inviting.BadLink as bad:
            return _refused(request, bad)
        notices.success(request, _("Your password is set."))
        return redirect("dashboard")
    context = {"form": form, "person": link.user, "first": link.kind == Invitation.Kind.FIRST}
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/password_set.html", context, status=status)


def _refused(request: HttpRequest, bad: inviting.BadLink) -> HttpResponse:
    """One sentence why, one what to do; in the log with the account, where there is one."""
    request.session.pop(LINK, None)
    subject = bad.invitation.user if bad.invitation else "admin_module.user:unknown"
    audit.record("staff.link_refused", subject, by=None, reason=f"link.{bad.code}")
    return render(request, "admin_module/link_refused.html", {"code": bad.code}, status=410)
