"""From the address register to what every map shows under its points, and to places found by typing."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_POST, require_safe

from icp.rate_limits import limited
from recipients.address_register import places
from recipients.address_register.outline import outline, state


def _state(request: HttpRequest) -> str:
    return f'"{state()}"'


@require_safe
@login_not_required
@cache_control(public=True, max_age=600)
@condition(etag_func=_state)
def town_outline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(outline(), content_type="application/geo+json")


@csrf_exempt  # it changes nothing; a POST, so that no address stands in a log
@require_POST
@login_not_required
@limited("search")
def address_find(request: HttpRequest) -> HttpResponse:
    """{"items": [{"label", "lat", "lon", "district_id"}]} for the form field `q`."""
    found = places.find(request.POST.get("q", ""))
    return JsonResponse({"items": [asdict(place) for place in found]})
