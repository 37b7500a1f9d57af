"""From the button "test the connection" to what the gateway answered."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from admin_module import configuration, gateway_checks
from admin_module.configuration import SECTIONS
from admin_module.configuration.gateways import PROVIDER_OF
from admin_module.gateway_checks import Tried
from admin_module.http import StaffRequest, staff_may
from admin_module.templatetags.icp_ui import channel_name
from icp.rate_limits import limited
from messaging.engine import breaker, providers

from .settings import CHANGE, context_of, form_of, gateway_state, page_of


def words_of(tried: Tried) -> str:
    if tried.ok:
        return _("The connection works: %(what)s") % {"what": tried.words}
    return _("No connection. %(what)s") % {"what": tried.words}


@staff_may(CHANGE)
@sensitive_post_parameters()
@require_POST
@limited("check")
def settings_test(request: StaffRequest, section: str) -> HttpResponse:
    """Try the values in the form, or (from the section's page) those that hold."""
    page = page_of(section)
    if not page.is_gateway:
        raise Http404
    typed = "revision" in request.POST
    form = form_of(page, request if typed else None)
    if typed and not form.is_valid():
        tried = Tried(False, _("Correct the fields first; nothing was tested."))
    else:
        value = form.value() if typed else configuration.read(SECTIONS[page.code])
        tried = gateway_checks.try_connection(value, by=request.user)
    context = context_of(page, form) | {"tried": tried, "words": words_of(tried), "typed": typed}
    if request.htmx and not typed:
        context |= gateway_state(page)
        return render(request, "admin_module/gateway_state.html", context)
    if request.htmx:
        context["mistakes"] = typed and not form.is_valid()
        return render(request, "admin_module/gateway_result.html", context)
    if not typed:
        notice = messages.success if tried.ok else messages.error
        notice(request, words_of(tried))
        return redirect("settings-section", page.slug)
    status = 422 if form.errors else 200
    return render(request, "admin_module/settings_edit.html", context, status=status)


@staff_may("admin_module.reopen_channel")
@require_POST
def channel_reopen(request: StaffRequest, section: str) -> HttpResponse:
    """Let the queue of a paused channel go on; it pauses again where nothing was mended."""
    channel, _provider = _named(section)
    breaker.reopen(channel, by=request.user)
    said = _("%(channel)s: the queue goes on. If nothing was mended, the channel pauses again.")
    messages.success(request, said % {"channel": channel_name(channel)})
    return redirect("dashboard")


@staff_may("admin_module.reopen_channel")
@require_POST
def provider_reopen(request: StaffRequest, section: str) -> HttpResponse:
    """Let one provider in again; it rests again where nothing was mended."""
    channel, provider = _named(section)
    breaker.reopen(channel, by=request.user, provider=provider)
    said = _("%(provider)s is asked again. If nothing was mended, it rests again.")
    messages.success(request, said % {"provider": providers.name_of(provider)})
    return redirect("settings-section", section)


@staff_may("admin_module.reopen_channel")
@require_POST
def provider_switch_off(request: StaffRequest, section: str) -> HttpResponse:
    """Take one provider out until staff let it in again."""
    channel, provider = _named(section)
    breaker.switch_off(channel, provider, by=request.user)
    said = _("%(provider)s is switched off. Messages wait, or go by the next provider.")
    messages.success(request, said % {"provider": providers.name_of(provider)})
    return redirect("settings-section", section)


def _named(section: str) -> tuple[str, str]:
    """The channel and the provider that a gateway's page is about."""
    code = page_of(section).code
    if code not in PROVIDER_OF:
        raise Http404
    return PROVIDER_OF[code]
