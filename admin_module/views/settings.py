"""From the office's settings to their pages: what holds, the form to change it, what held before."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from admin_module import configuration, gateway_checks
from admin_module.configuration import SECTIONS, StaleConfiguration
from admin_module.configuration.gateways import PARTS, PROVIDER_OF
from admin_module.configuration.history import history_of, secret_since
from admin_module.configuration.writing import newest
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.models import ConfigurationVersion, GatewayCheck
from admin_module.settings_forms import GROUPS, PAGES, SectionForm, SettingsPage
from icp.rate_limits import limited
from messaging.channels import explain
from messaging.engine import providers
from messaging.models import ChannelPause
from messaging.returns import stopping

from . import push_keys

VIEW = "admin_module.view_configurationversion"
CHANGE = "admin_module.change_configurationversion"


@staff_may(VIEW)
@require_GET
def settings_index(request: StaffRequest) -> HttpResponse:
    """Every section with where its values come from, every gateway with whether it answered."""
    heads = {
        row.section: row for row in ConfigurationVersion.objects.select_related("by").order_by("pk")
    }
    checks = {check.channel: check for check in GatewayCheck.objects.all()}
    rests = {code for code, state in providers.by_section().items() if state.rests_now}
    groups = [
        (
            title,
            [
                {
                    "page": page,
                    "head": heads.get(page.code),
                    "check": checks.get(page.code),
                    "paused": page.code in rests,
                }
                for page in pages
            ],
        )
        for title, pages in GROUPS
    ]
    return render(request, "admin_module/settings_index.html", {"groups": groups})


@staff_may(VIEW)
@require_GET
def settings_section(request: StaffRequest, section: str) -> HttpResponse:
    """What holds now, and every version before it."""
    page = page_of(section)
    current = configuration.read(SECTIONS[page.code])
    changes = history_of(page.code)
    form = page.form(current=current, revision=changes[0].version if changes else 0)
    context: dict[str, Any] = {
        "page": page,
        "rows": _rows(form, changes),
        "changes": [
            (change, [form.label_of(name) for name in change.changed]) for change in changes
        ],
        "newest": changes[0] if changes else None,
        "logo": getattr(current, "logo", ""),
    }
    if page.is_gateway:
        context |= gateway_state(page)
    if page.code == "push":
        context["push_key"] = push_keys.state()
    return render(request, "admin_module/settings_section.html", context)


def _rows(form: SectionForm, changes: list[Any]) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Headings with label and value of each field; of a secret only whether and since when."""
    words = form.words(form.current)
    for name in form.secrets:
        words[name] = _secret(form.current, name, changes)
    return [
        (title, [(field.label, words[field.name]) for field in fields if field.name in words])
        for title, fields in form.groups
    ]


def _secret(current: object, name: str, changes: list[Any]) -> str:
    if not getattr(current, name):
        return _("not set")
    since = secret_since(changes, name)
    if since is None:
        return _("set by the environment")
    return _("set on %(day)s") % {"day": f"{since:%d.%m.%Y}"}


def gateway_state(page: SettingsPage) -> dict[str, Any]:
    check = GatewayCheck.objects.filter(channel=page.code).first()
    # The mailbox of returned mail is a gateway, and no channel's.
    channel, provider = PROVIDER_OF.get(page.code, (page.code, ""))
    state = providers.by_section().get(page.code)
    pause = ChannelPause.objects.filter(channel=channel).first()
    return {
        "check": check,
        "check_words": explain(channel, check.code) if check else "",
        "fault": gateway_checks.last_fault(channel, provider if channel in PARTS else ""),
        "pause": pause,
        "pause_words": explain(channel, pause.code) if pause else "",
        "health": state,
        "webhook": providers.webhook_of(provider),
        "answers": stopping.address_for(provider),
    }


@staff_may(CHANGE)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@limited("upload")
def settings_edit(request: StaffRequest, section: str) -> HttpResponse:
    page = page_of(section)
    form = bound_form(page, request) if request.method == "POST" else form_of(page)
    if form.is_bound and form.is_valid():
        try:
            return _save(request, page, form)
        except StaleConfiguration as stale:
            return _conflict(request, form, stale)
    status = 422 if form.is_bound else 200
    return render(request, "admin_module/settings_edit.html", context_of(page, form), status=status)


def _save(request: StaffRequest, page: SettingsPage, form: SectionForm) -> HttpResponse:
    changed = configuration.write(
        form.value(),
        by=request.user,
        revision=form.cleaned_data["revision"],
        reason=form.cleaned_data["reason"],
    )
    if changed:
        messages.success(request, _("The settings were saved. They hold within a few seconds."))
    else:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    return redirect("settings-section", page.slug)


def _conflict(request: HttpRequest, form: SectionForm, stale: StaleConfiguration) -> HttpResponse:
    if form.has_typed_secrets():
        messages.warning(
            request, _("The password or token you typed is not kept here: type it once more.")
        )
    mine, theirs = form.words(form.value()), form.words(stale.current)
    form.without_secrets()
    return conflict(request, mine, theirs, form, revision=stale.revision)


@staff_may(CHANGE)
@require_http_methods(["GET", "POST"])
def settings_restore(request: StaffRequest, section: str, version: int) -> HttpResponse:
    """Make an earlier version hold again, or (0) what the environment says, after a look at both."""
    page = page_of(section)
    head = newest(page.code)
    if head is None:
        raise Http404
    if request.method == "POST":
        return _restore(request, page, version)
    kind = SECTIONS[page.code]
    wanted = kind.from_environment()
    if version:
        row = get_object_or_404(ConfigurationVersion, section=page.code, version=version)
        wanted = configuration.opened(row) or wanted
    form = page.form(current=configuration.read(kind), revision=head.version)
    now, then = form.words(form.current), form.words(wanted)
    secrets = [
        form[name].label
        for name in form.secrets
        if getattr(form.current, name) != getattr(wanted, name)
    ]
    context = {
        "page": page,
        "version": version,
        "revision": head.version,
        "rows": [(form[n].label, now[n], then[n]) for n in now if now[n] != then[n]],
        "secrets": secrets,
    }
    return render(request, "admin_module/settings_restore.html", context)


def _restore(request: StaffRequest, page: SettingsPage, version: int) -> HttpResponse:
    try:
        revision = int(request.POST.get("revision", ""))
        if version:
            configuration.restore(page.code, version, by=request.user, revision=revision)
        else:
            configuration.reset(page.code, by=request.user, revision=revision)
    except ConfigurationVersion.DoesNotExist:
        raise Http404 from None
    except (StaleConfiguration, ValueError):
        messages.warning(
            request, _("Somebody changed the settings meanwhile. Nothing was undone: look again.")
        )
    else:
        messages.success(request, _("The earlier settings hold again."))
    return redirect("settings-section", page.slug)


def page_of(slug: str) -> SettingsPage:
    """The section's page; 404 where there is none of this address."""
    try:
        return PAGES[slug]
    except KeyError:
        raise Http404 from None


def form_of(page: SettingsPage, request: HttpRequest | None = None) -> SectionForm:
    """The section's form over what holds now; bound where there is a request."""
    head = newest(page.code)
    kind = SECTIONS[page.code]
    current = (configuration.opened(head) if head else None) or kind.from_environment()
    data = (request.POST, request.FILES) if request else (None, None)
    return page.form(*data, current=current, revision=head.version if head else 0)


def bound_form(page: SettingsPage, request: HttpRequest) -> SectionForm:
    return form_of(page, request)


def context_of(page: SettingsPage, form: SectionForm) -> dict[str, Any]:
    return {
        "page": page,
        "form": form,
        "logo": getattr(form.current, "logo", ""),
        "back": reverse("settings-section", args=[page.slug]),
    }
