"""From a provider's POST to the receipts inbox: verify, keep, answer at once."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from admin_module import locking
from icp.rate_limits import limited
from messaging import channels
from messaging.channels import CHANNELS, get_channel
from messaging.channels.base import Callback
from messaging.channels.failing_over import FailingOver
from messaging.channels.sms import SmsApiChannel
from messaging.channels.sms.inbound import read_smsapi, read_twilio
from messaging.engine import receipts

from . import stopping


@csrf_exempt  # the provider proves itself by its signature; BadCallback becomes 400
@login_not_required
@require_http_methods(["GET", "POST"])  # SMSAPI asks by GET
@limited("callback")
def channel_callback(request: HttpRequest, channel: str, rest: str = "") -> HttpResponse:
    """Keep verified news; SMSAPI repeats its own until it reads OK."""
    if channel not in CHANNELS:
        raise Http404
    # The provider signed the public address, whatever proxy stands between.
    url = settings.PUBLIC_URL + request.get_full_path()
    sender = locking.computer(request)
    callback = Callback(url, dict(request.headers), request.body, sender)
    receipts.store(channel, get_channel(channel).read_callback(callback))
    return HttpResponse("OK", content_type="text/plain")


@csrf_exempt  # Twilio proves itself by its signature; BadCallback becomes 400
@login_not_required
@require_POST
@limited("callback")
def sms_answer(request: HttpRequest) -> HttpResponse:
    """What somebody answered by SMS; the confirmation goes out as a letter, not in this response."""
    url = settings.PUBLIC_URL + request.get_full_path()
    callback = Callback(url, dict(request.headers), request.body, locking.computer(request))
    stopping.hear(read_twilio(channels.configured("sms"), callback))
    return HttpResponse("<Response/>", content_type="text/xml")


@csrf_exempt  # SMSAPI is told a secret address; BadCallback becomes 400
@login_not_required
@require_http_methods(["GET", "POST"])
@limited("callback")
def sms_answer_smsapi(request: HttpRequest, secret: str) -> HttpResponse:
    """The same from SMSAPI, which repeats itself until it reads OK; `secret` is checked in the URL."""
    channel = get_channel("sms")
    provider = channel.known.get("smsapi") if isinstance(channel, FailingOver) else None
    if not isinstance(provider, SmsApiChannel):
        raise Http404
    url = settings.PUBLIC_URL + request.get_full_path()
    callback = Callback(url, dict(request.headers), request.body, locking.computer(request))
    stopping.hear(read_smsapi(provider, callback))
    return HttpResponse("OK", content_type="text/plain")
