"""From a code, a passkey or a code on paper to a whole session; and from an account to its factors."""

import segno
from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from admin_module import passkeys
from admin_module import second_factor as factors
from admin_module.http import StaffRequest, staff_may
from admin_module.proving import freshly
from admin_module.staff_forms import AuthenticatorForm, CodeForm, PasskeyForm
from admin_module.telling import Change, tell_owner

AFTER = "after"  # in the session: the page that was asked for before the sign-in


@sensitive_post_parameters("code", "credential")
@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
def second_factor(request: StaffRequest) -> HttpResponse:
    """The second step of the sign-in."""
    if not factors.is_half_open(request):
        return redirect("dashboard")
    posted = request.method == "POST"
    if posted and request.POST.get("credential"):
        form, problem = CodeForm(), _show_passkey(request)
    else:
        form = CodeForm(request.POST if posted else None)
        problem = _show_code(request, form) if posted and form.is_valid() else ""
    if posted and not problem and not form.errors:
        return redirect(request.session.pop(AFTER, None) or resolve_url("dashboard"))
    own = factors.factors_of(request.user)
    by_passkey = bool(own.passkeys) and passkeys.possible()
    context = {
        "form": form,
        "problem": problem,
        "own": own,
        "options": passkeys.options_to_show(request, request.user) if by_passkey else "",
    }
    status = 422 if posted else 200
    return render(request, "admin_module/second_factor.html", context, status=status)


def _show_code(request: StaffRequest, form: CodeForm) -> str:
    try:
        factors.check_code(request, request.user, form.cleaned_data["code"])
    except (factors.WrongCode, factors.Wait) as refusal:
        form.add_error("code", _in_words(refusal))
    return ""


def _show_passkey(request: StaffRequest) -> str:
    try:
        passkeys.check(request, request.user, request.POST["credential"])
    except passkeys.NotAccepted:
        return _("The passkey was not accepted. Try again, or use a code.")
    return ""


def _in_words(refusal: Exception) -> str:
    if isinstance(refusal, factors.Wait):
        return ngettext(
            "Too many wrong codes. Wait %(number)s second, then enter a new code.",
            "Too many wrong codes. Wait %(number)s seconds, then enter a new code.",
            refusal.seconds,
        ) % {"number": refusal.seconds}
    return _(
        "The code is wrong or was used already. Wait for the next one and look at the time on "
        "your telephone: it must be right."
    )


@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET"])
def second_factor_set_up(request: StaffRequest) -> HttpResponse:
    """Where those stand who must have a second factor and have none yet."""
    if not factors.is_half_open(request):
        return redirect("account")
    context = {"passkeys_possible": passkeys.possible()}
    return render(request, "admin_module/second_factor_set_up.html", context)


@sensitive_post_parameters("code")
@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
@freshly
def authenticator_new(request: StaffRequest) -> HttpResponse:
    """Set up an app for codes: show its secret, take its first code."""
    posted = request.method == "POST"
    form = AuthenticatorForm(request.POST if posted else None)
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            codes = factors.confirm_authenticator(
                request.user, values["code"], values["name"], by=request
            )
        except (factors.WrongCode, factors.Wait) as refusal:
            form.add_error("code", _in_words(refusal))
        else:
            tell_owner(request.user, Change.FACTOR_ADDED)
            notices.success(request, _("The app is set up."))
            return _codes_or_account(request, codes)
    begun = factors.begin_authenticator(request.user)
    context = {
        "form": form,
        "secret": factors.key_in_letters(begun),
        "qr": _picture(factors.otpauth_address(begun, request.user)),
    }
    status = 422 if posted else 200
    return render(request, "admin_module/authenticator_new.html", context, status=status)


def _picture(text: str) -> str:
    """A QR code as inline SVG, black on white in the dark theme, too."""
    svg: str = segno.make(text, error="m").svg_inline(
        scale=5, border=3, light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(svg)  # noqa: S308 - segno's own drawing; the text is in it as squares


@sensitive_post_parameters("credential")
@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
@freshly
def passkey_new(request: StaffRequest) -> HttpResponse:
    if not passkeys.possible():
        raise Http404
    posted = request.method == "POST"
    form = PasskeyForm(request.POST if posted else None)
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            codes = passkeys.register(request, request.user, values["credential"], values["name"])
        except passkeys.NotAccepted:
            form.add_error(
                None, _("The passkey was not made. Try again, or choose an app with codes.")
            )
        else:
            tell_owner(request.user, Change.FACTOR_ADDED)
            notices.success(request, _("The passkey is set up."))
            return _codes_or_account(request, codes)
    context = {"form": form, "options": passkeys.options_to_register(request, request.user)}
    status = 422 if posted else 200
    return render(request, "admin_module/passkey_new.html", context, status=status)


def _codes_or_account(request: StaffRequest, codes: list[str]) -> HttpResponse:
    """With the first factor come recovery codes; they are shown in this answer and nowhere else."""
    if codes:
        return _show_codes(request, codes)
    return redirect("account")


def _show_codes(request: StaffRequest, codes: list[str]) -> HttpResponse:
    after = request.session.pop(AFTER, None) or resolve_url(settings.LOGIN_REDIRECT_URL)
    context = {"codes": codes, "after": after}
    return render(request, "admin_module/recovery_codes.html", context)


@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
@freshly
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """Ask whether, then make ten new codes and show them this once."""
    own = factors.factors_of(request.user)
    if not own.any:
        return redirect("account")
    if request.method == "POST":
        codes = factors.renew_codes(request.user)
        tell_owner(request.user, Change.CODES)
        return _show_codes(request, codes)
    return render(request, "admin_module/recovery_codes_renew.html", {"sheet": own.sheet})


@staff_may("admin_module.open_dashboard")
@require_http_methods(["GET", "POST"])
@freshly
def factor_remove(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    model = factors.FACTORS.get(kind)
    found = model.objects.filter(user=request.user, pk=pk).first() if model else None
    if found is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            factors.remove(request.user, kind, pk)
        except factors.LastFactor:
            problem = _("Your role needs a second factor: set up another one before this goes.")
        else:
            tell_owner(request.user, Change.FACTOR_REMOVED)
            notices.success(request, _("The second factor is gone."))
            return redirect("account")
    context = {"factor": found, "kind": kind, "problem": problem}
    status = 422 if problem else 200
    return render(request, "admin_module/factor_remove.html", context, status=status)
