"""From the addresses of the app to its page, its manifest, its service worker and its page without a network.

None of them knows who asks: whatever is personal comes from the API, to a device that holds a token.
"""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from admin_module.town_map import shows_map
from icp import web_security

from . import kept
from .icons import ICONS
from .manifest import manifest

# The app may ask for the place of a report; nothing else of the device.
PERMISSIONS = web_security.PERMISSIONS.replace("geolocation=()", "geolocation=(self)")


@login_not_required
@require_safe
@cache_control(private=True, max_age=60)  # whoever is signed in gets a cookie with it
@shows_map
def app(request: HttpRequest, screen: str = "") -> HttpResponse:
    """The same page under every address of the app: its modules read the address."""
    context = {"icons": ICONS, "version": kept.version()}
    response = render(request, "resident_app/shell.html", context)
    response["Permissions-Policy"] = PERMISSIONS
    return response


@login_not_required
@require_safe
@cache_control(private=True, max_age=3600)
def app_manifest(request: HttpRequest) -> JsonResponse:
    """W3C Application Manifest; its name is the municipality's."""
    return JsonResponse(manifest(), content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def app_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what it keeps stands in it, so a changed file makes it a new worker."""
    told = {
        "version": kept.version(),
        "files": kept.addresses(),
        "scope": reverse("app"),
        "offline": reverse("app-offline"),
        "outline": reverse("town-outline"),
    }
    worker = static("js/resident/worker.js")
    text = f"self.KEPT = {json.dumps(told)};\nimportScripts({json.dumps(worker)});\n"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("app")
    return response


@login_not_required
@require_safe
@cache_control(private=True, max_age=3600)
def app_offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows that has neither a network nor the app's page."""
    return render(request, "resident_app/offline.html")


@login_not_required
@require_safe
@cache_control(private=True, max_age=3600)
def asset_links(request: HttpRequest) -> JsonResponse:
    """Android's Digital Asset Links: which native app opens our /app/ addresses; empty: none."""
    android = settings.NATIVE_APPS["android"]
    target = {
        "namespace": "android_app",
        "package_name": android["package"],
        "sha256_cert_fingerprints": android["certificates"],
    }
    relation = ["delegate_permission/common.handle_all_urls"]
    links = [{"relation": relation, "target": target}] if android["package"] else []
    return JsonResponse(links, safe=False)


@login_not_required
@require_safe
@cache_control(private=True, max_age=3600)
def apple_links(request: HttpRequest) -> JsonResponse:
    """Apple's associated domains: the same for iOS; without apps the list is empty."""
    apps = settings.NATIVE_APPS["apple"]
    parts = [{"/": f"{reverse('app')}{kind}/*"} for kind in ("m", "r")]
    details = [{"appIDs": apps, "components": parts}] if apps else []
    return JsonResponse({"applinks": {"details": details}})


@login_not_required
@require_safe
@cache_control(private=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public; of the app there is nothing to find."""
    lines = ("User-agent: *", f"Disallow: {reverse('app')}m/", f"Disallow: {reverse('app')}r/")
    text = "\n".join([*lines, "Disallow: /api/", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
