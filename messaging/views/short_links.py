"""From the short address in an SMS to the page where everybody sees whether the office sent it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from icp.rate_limits import limited
from messaging.public import proof_page, proof_poster
from messaging.texts import short_links

FORM, PAGE = "messaging/proof/form.html", "messaging/proof/one.html"


@require_safe
@login_not_required
@limited("short_link")
def short_link_form(request: HttpRequest) -> HttpResponseBase:
    """Where a code is typed in; a page for whoever got an SMS and doubts it."""
    typed = request.GET.get("kod", "").strip()
    code = short_links.read(typed)
    if code:
        return redirect("short-link", code=code)
    return _for_everybody(request, FORM, {"typed": typed[:60]}, 422 if typed else 200)


@require_safe
@login_not_required
@limited("short_link")
def short_link(request: HttpRequest, code: str) -> HttpResponseBase:
    """The official text of the message that has this code, or that there is none."""
    right = short_links.read(code)
    sample = code.upper() == short_links.SAMPLE
    message = short_links.named(right) if right and not sample else None
    if message is None:
        context = {"unknown": not sample, "sample": sample, "typed": code[:60]}
        return _for_everybody(request, FORM, context, 200 if sample else 404)
    if code != right:
        return redirect("short-link", code=right, permanent=True)
    return _for_everybody(request, PAGE, {"one": proof_page.of(message), "code": right})


@require_safe
@login_not_required
@limited("short_link")
def short_link_poster(request: HttpRequest) -> HttpResponseBase:
    """One sheet for a notice board: what a genuine SMS ends with, and where to look."""
    response = HttpResponse(proof_poster.pdf(), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="czy-ten-sms-jest-prawdziwy.pdf"'
    return response


def _for_everybody(
    request: HttpRequest, path: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    """Nothing is posted from here: no cookie is set, and nobody is counted or remembered."""
    given = context if request.user.is_authenticated else {**context, "csrf_token": ""}
    response = render(request, path, given, status=status)
    # What is called off must be seen at once; and no cache keeps which code somebody asked for.
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
