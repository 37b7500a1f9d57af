"""From the office's key for browsers to its card among the settings of the app, and to a new one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from admin_module.configuration import PushKeys, StaleConfiguration, code_of
from admin_module.configuration.writing import newest
from admin_module.http import StaffRequest, staff_may
from messaging.engine import push_keys
from recipients.models import Device

CHANGE = "admin_module.change_configurationversion"


def state() -> dict[str, Any]:
    """The public half, since when it holds, how many browsers subscribed with it."""
    head = newest(code_of(PushKeys))
    browsers = Device.objects.live().filter(push_kind=Device.PushKind.WEBPUSH).count()
    return {
        "key": push_keys.public_key(),
        "since": head.at if head else None,
        "browsers": browsers,
        "revision": head.version if head else 0,
    }


@staff_may(CHANGE)
@require_http_methods(["GET", "POST"])
def push_key_renew(request: StaffRequest) -> HttpResponse:
    """Draw a new key, after a warning where browsers subscribed with the one that holds."""
    if request.method == "POST":
        try:
            push_keys.generate(by=request.user, revision=int(request.POST.get("revision", "")))
        except (StaleConfiguration, ValueError):
            messages.warning(
                request, _("Somebody drew a key meanwhile, so this one was not drawn.")
            )
        else:
            messages.success(request, _("The new key holds. Browsers may subscribe with it now."))
        return redirect("settings-section", "aplikacja")
    return render(request, "admin_module/push_key_renew.html", {"push_key": state()})
