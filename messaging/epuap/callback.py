"""From an envelope that ePUAP posts to the intake, answered with OdpowiedzOdbiorcy or a Fault, never a page."""

import ipaddress
import logging
import traceback

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from admin_module import audit, locking
from icp.rate_limits import limited
from messaging import channels
from messaging.channels.base import ChannelError
from messaging.channels.epuap import push, soap
from messaging.channels.epuap.certificates import loaded
from messaging.channels.epuap.push import PushRefused
from messaging.channels.epuap.wsse import Signature
from messaging.channels.epuap.xml import LARGEST

from . import keys
from .arrivals import NotYet, receive

log = logging.getLogger(__name__)
XML = "text/xml; charset=utf-8"
DESCRIPTIONS = {"wsdl": "odbior.wsdl", "WSDL": "odbior.wsdl", "objects.xsd": "objects.xsd"}
IN_THE_FILE = "https://icp.example/callbacks/epuap/odbior/"


@csrf_exempt  # ePUAP proves itself by the signature of the envelope
@login_not_required
@require_http_methods(["GET", "POST"])
@limited("callback")
def epuap_push(request: HttpRequest) -> HttpResponse:
    """Take one document; `?wsdl` describes the service."""
    if request.method == "GET":
        return _description(request)
    try:
        _take(request)
        answer, status = push.receipt(_own_signature()), 200
    except PushRefused as refused:
        _tell(refused.code)
        answer, status = push.fault(refused.code), 500
    except Exception as problem:
        _complain(problem)
        answer, status = push.fault("fault"), 500
    return HttpResponse(answer, status=status, content_type=XML)


def _take(request: HttpRequest) -> None:
    config = channels.configured("epuap")
    if config["push"] == "off":
        raise PushRefused("off")
    if not _may_come(locking.computer(request), config["push_from"]):
        raise PushRefused("sender")
    arrived = push.read(
        _body(request),
        trusted=loaded(keys.pinned_platform()),
        signed=config["push"] != "accept",
    )
    try:
        receive(arrived, "push")
    except NotYet:
        raise PushRefused("busy") from None
    except ValueError:
        raise PushRefused("content") from None


def _body(request: HttpRequest) -> bytes:
    """What was posted, read here: Django would keep 2 MB only, and the rest of ICP shall."""
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise PushRefused("too_large")
    return bytes(raw)


def _may_come(computer: str, networks: list[str]) -> bool:
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(computer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(each.strip(), strict=False) for each in networks)


def _own_signature() -> Signature | None:
    """An office without a key answers unsigned: what came is safe, whoever hears of it."""
    try:
        return soap.signature_of(channels.configured("epuap"))
    except ChannelError:
        return None


def _tell(code: str) -> None:
    """The reason, for staff; who tried stands nowhere."""
    try:
        audit.record("epuap.push_refused", "messaging.epuapbox:0", by=None, detail={"code": code})
    except Exception as problem:
        _complain(problem)


def _complain(problem: Exception) -> None:
    """Where it happened and what kind it is; the text of an exception may quote a document."""
    place = traceback.extract_tb(problem.__traceback__)[-1]
    log.error("ePUAP callback: %s at %s:%s.", type(problem).__name__, place.name, place.lineno)


def _description(request: HttpRequest) -> HttpResponse:
    name = next((DESCRIPTIONS[key] for key in request.GET if key in DESCRIPTIONS), None)
    if name is None:
        raise Http404
    text = (soap.WSDLS / name).read_text(encoding="utf-8")
    here = settings.PUBLIC_URL + request.path
    text = text.replace(IN_THE_FILE, here)
    text = text.replace('schemaLocation="objects.xsd"', f'schemaLocation="{here}?objects.xsd"')
    return HttpResponse(text, content_type=XML)
