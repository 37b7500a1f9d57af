"""From a member of staff to their own account: who they are, their password, their sessions."""

from django.contrib import messages as notices
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admin_module import (
    accounts,
    audit,
    inviting,
    passkeys,
    proving,
    second_factor,
    session,
    signing_in,
)
from admin_module.forms import shut_for
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import StaffSession
from admin_module.staff_forms import ConfirmForm, PasswordChangeForm, ProfileForm, of_person
from admin_module.telling import Change, tell_owner


@staff_may("admin_module.open_dashboard")
@require_GET
def account(request: StaffRequest) -> HttpResponse:
    context = {
        "person": request.user,
        "factors": second_factor.factors_of(request.user),
        "must_have": second_factor.must_have(request.user),
        "passkeys_possible": passkeys.possible(),
        "sessions": session.living(request.user),
        "this_session": session.seat_of(request),
    }
    return render(request, "admin_module/account.html", context)


@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
def account_edit(request: StaffRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = ProfileForm(request.POST if posted else None, initial=of_person(request.user))
    if posted and form.is_valid():
        try:
            revision = form.cleaned_data["revision"]
            accounts.introduce_oneself(request.user, form.profile, revision=revision)
        except accounts.StaleAccount as stale:
            theirs = of_person(stale.current)
            return conflict(request, form.in_words(), theirs, form, revision=stale.current.revision)
        notices.success(request, _("Your data are saved."))
        return redirect("account")
    context = {"form": form}
    return render(request, "admin_module/account_edit.html", context, status=422 if posted else 200)


@sensitive_post_parameters("old", "password", "again")
@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
def password_change(request: StaffRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = PasswordChangeForm(request.POST if posted else None, user=request.user)
    if posted and form.is_valid():
        inviting.set_password(request.user, form.cleaned_data["password"], but=request)
        update_session_auth_hash(request, request.user)
        session.take_seat(request, request.user)
        tell_owner(request.user, Change.PASSWORD)
        notices.success(
            request, _("Your password is changed. You were signed out everywhere else.")
        )
        return redirect("account")
    context = {"form": form}
    status = 422 if posted else 200
    return render(request, "admin_module/password_change.html", context, status=status)


@sensitive_post_parameters("password")
@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
def account_confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the password again, then go on to the page that wanted it (proving.freshly)."""
    posted = request.method == "POST"
    form, status = ConfirmForm(request.POST if posted else None), 422 if posted else 200
    if posted and form.is_valid():
        try:
            proving.prove(request, form.cleaned_data["password"])
        except signing_in.WrongCredentials:
            form.add_error("password", _("This is not your present password. Try again."))
        except signing_in.TooManyTries as shut:
            form.add_error(None, shut_for(shut.minutes))
            status = 429
        else:
            return redirect(request.session.pop(proving.BACK, None) or resolve_url("account"))
    return render(request, "admin_module/account_confirm.html", {"form": form}, status=status)


@staff_may("admin_module.open_dashboard")
@require_POST
def session_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; this one is ended by signing out."""
    mine = StaffSession.objects.filter(user=request.user)
    row = get_object_or_404(mine.exclude(pk=session.seat_of(request)), pk=pk)
    session.end(mine.filter(pk=row.pk))
    audit.record("staff.sessions_ended", request.user, by=request.user, detail={"sessions": 1})
    notices.success(request, _("The session has ended."))
    return redirect("account")


@staff_may("admin_module.open_dashboard")
@require_POST
def sessions_end(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = session.end_all(request.user, but=request)
    detail: dict[str, object] = {"sessions": ended}
    audit.record("staff.sessions_ended", request.user, by=request.user, detail=detail)
    notices.success(request, _("You are signed out everywhere else."))
    return redirect("account")
