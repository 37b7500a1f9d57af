"""From the link at the foot of a mail to the page that withdraws a consent, and back again."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consents.granting import CannotConsent
from icp.rate_limits import limited
from messaging.correspondence import unsubscribing


@csrf_exempt  # a mail program posts by itself (RFC 8058); the token in the address is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("unsubscribe")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET only asks: programs that open every link must not unsubscribe anybody."""
    delivery = unsubscribing.delivery_of(token)
    if delivery is None:
        raise Http404
    state = "asked"
    if request.method == "POST":
        back = "undo" in request.POST
        try:
            (unsubscribing.undo if back else unsubscribing.unsubscribe)(delivery)
        except CannotConsent:
            state = "gone"
        else:
            state = "back" if back else "done"
    return render(
        request, "messaging/mail/unsubscribe.html", {"delivery": delivery, "state": state}
    )
