"""From a logo's name to its picture, for everybody: it stands on the sign-in page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from admin_module.models import Logo


@login_not_required
@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
def logo(request: HttpRequest, name: str) -> HttpResponse:
    """The name follows from the picture, so that it may be kept for good."""
    picture = get_object_or_404(Logo, name=name)
    return HttpResponse(bytes(picture.picture), content_type="image/png")
