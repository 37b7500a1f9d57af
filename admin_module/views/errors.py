"""The pages of errors: each says what to do next and gives a number to quote."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from admin_module import request_ids


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Rendered without the request: nothing in it is to be trusted, its Host least of all."""
    page = render_to_string("admin_module/bad_request.html", {"error_id": request_ids.short()})
    return HttpResponse(page, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "admin_module/forbidden.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, "admin_module/not_found.html", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, "admin_module/csrf_failure.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: the database may be what failed."""
    page = render_to_string("admin_module/server_error.html", {"error_id": request_ids.short()})
    return HttpResponse(page, status=500)


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"error_id": request_ids.short()}, status=status)
