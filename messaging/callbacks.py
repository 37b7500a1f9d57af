"""From a provider's POST to the receipts inbox: verify, keep, answer at once."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from icp.rate_limits import limited
from messaging import receipts
from messaging.channels import CHANNELS, get_channel
from messaging.channels.base import Callback


@csrf_exempt  # the provider proves itself by its signature; BadCallback becomes 400
@login_not_required
@require_POST
@limited("callback")
def channel_callback(request: HttpRequest, channel: str, rest: str = "") -> HttpResponse:
    if channel not in CHANNELS:
        raise Http404
    # The provider signed the public address, whatever proxy stands between.
    url = settings.PUBLIC_URL + request.get_full_path()
    callback = Callback(url, dict(request.headers), request.body)
    receipts.store(channel, get_channel(channel).read_callback(callback))
    return HttpResponse(status=200)
