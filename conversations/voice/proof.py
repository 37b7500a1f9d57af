"""From a POST to what Twilio says in it, once its signature over the public address is proved.

https://www.twilio.com/docs/usage/security: whoever cannot sign with the account's token gets 403.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from admin_module import locking
from admin_module.configuration import VoiceGateway, read
from icp.rate_limits import limited
from messaging.channels.base import BadCallback, Callback
from messaging.channels.sms.twilio import proved

News = Mapping[str, str]


def signed(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """Let a view take the fields that Twilio signed, after the request; nobody else gets in."""

    @csrf_exempt  # Twilio proves itself by its signature
    @login_not_required
    @require_POST
    @limited("callback")
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            news = heard(request)
        except BadCallback:
            return HttpResponseForbidden(
                "The signature is missing or wrong.", "text/plain; charset=utf-8"
            )
        return view(request, news, **arguments)

    return guarded


def heard(request: HttpRequest) -> News:
    """The signed fields; raises BadCallback. They are about our account and about one call."""
    section = read(VoiceGateway)
    # Twilio signed the public address, whatever proxy stands between.
    url = settings.PUBLIC_URL + request.get_full_path()
    callback = Callback(url, dict(request.headers), request.body, locking.computer(request))
    news = proved(section.token, callback)
    if not section.account or news.get("AccountSid") != section.account:
        raise BadCallback("It is about another account.")
    if not news.get("CallSid"):
        raise BadCallback("It is about no call.")
    return news
