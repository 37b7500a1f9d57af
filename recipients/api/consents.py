"""From a person at their own device to what they agreed to: looked at, taken back, and the slip undone."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.response import Response

from consents import granting, undoing
from consents.granting import CannotConsent
from consents.models import Consent, Topic
from icp.api import etags
from icp.api.endpoints import ApiRequest, endpoint
from icp.api.problems import Problem

from .account_shapes import ChannelsSerializer, ConsentSerializer, DecidedSerializer, consents, ways
from .device_shapes import moment
from .me import person_of

TAG = "me"


@endpoint(
    "GET",
    who="paired",
    limit="read",
    gives={200: ChannelsSerializer},
    summary=gettext_lazy("Ways to the person, and what they agreed to"),
    tag=TAG,
)
def me_channels(request: ApiRequest) -> Response:
    """To be read only: addresses are corrected at the office, a yes needs a signature."""
    person = person_of(request)
    said = {
        "channels": ways(person),
        "consents": consents(person),
        "how_to_agree": _(
            "To agree to something new, sign the consent form at the office or send it by ePUAP."
            " You can withdraw any consent here at once."
        ),
    }
    return etags.answer(request, said)


@endpoint(
    "POST",
    who="paired",
    limit="write",
    takes=ConsentSerializer,
    gives={200: DecidedSerializer},
    refuses=("topic-by-law", "account-state"),
    summary=gettext_lazy("Withdraw a consent"),
    tag=TAG,
)
def consent_withdraw(request: ApiRequest) -> Response:
    """It counts from this moment on; withdrawing twice changes nothing."""
    topic, channel = _topic(request), request.taken["channel"]
    if topic.mandatory:
        raise Problem("topic-by-law")
    try:
        act = granting.withdraw(person_of(request), topic, channel, how=Consent.How.APP, by=None)
    except CannotConsent:
        raise Problem("account-state") from None
    return Response(_decided(act))


@endpoint(
    "POST",
    who="paired",
    limit="write",
    takes=ConsentSerializer,
    gives={200: DecidedSerializer},
    refuses=("consent-needs-form",),
    summary=gettext_lazy("Undo a withdrawal"),
    tag=TAG,
)
def consent_undo(request: ApiRequest) -> Response:
    """What was withdrawn in the app within a day; everything else needs a signed form."""
    try:
        act = undoing.undo(person_of(request), _topic(request), request.taken["channel"])
    except CannotConsent:
        raise Problem("consent-needs-form") from None
    return Response(_decided(act))


def _topic(request: ApiRequest) -> Topic:
    topic = Topic.objects.filter(pk=request.taken["topic"]).first()
    if topic is None:
        detail = _("There is no such topic.")
        raise Problem(
            "invalid", errors=[{"pointer": "#/topic", "detail": detail, "code": "unknown"}]
        )
    return topic


def _decided(act: Consent) -> dict[str, object]:
    return {
        "topic": act.topic_id,
        "channel": act.channel,
        "agreed": act.act == Consent.Act.GRANT,
        "undo_until": moment(undoing.undo_until(act)),
    }
