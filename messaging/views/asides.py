"""From the buttons beside the compose form to what they do: try the message out, load a saved audience."""

from typing import Any, Protocol

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.http import StaffRequest
from icp.rate_limits import limited
from messaging.composing import trying
from messaging.forms import MessageForm
from messaging.models import Message
from recipients.filter_editor import AudienceBuilder
from recipients.filtering import groups
from recipients.models import RecipientGroup


class Screen(Protocol):
    """What a button may look at and change."""

    form: MessageForm
    builder: AudienceBuilder
    message: Message


def aside_of(request: StaffRequest, screen: Screen, action: str) -> dict[str, Any]:
    """Do what the button says; what the page shows of it."""
    mine = RecipientGroup.objects.visible_to(request.user)
    saved = mine.filter(kind=RecipientGroup.Kind.DYNAMIC).order_by("name")
    context = {"test_groups": trying.groups_for(request.user), "saved_audiences": saved}
    if request.method != "POST":
        return context
    if action == "test":
        return context | {"tried": _try(request, screen)}
    if action == "load":
        chosen = request.POST.get("saved_audience", "")
        group = saved.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        return context | {"loaded": _load(request, screen, group) if group else None}
    return context


def _load(request: StaffRequest, screen: Screen, group: RecipientGroup) -> RecipientGroup:
    """Take the conditions of a saved audience over; what is changed in them then is this message's."""
    stored = groups.filter_of(group)
    screen.builder = AudienceBuilder(stored=stored.filter, by=request.user)
    shown: QueryDict = request.POST.copy()
    shown["filter"] = screen.builder.raw
    screen.form.data = shown
    screen.message.audience = type(screen.message.audience)(stored.filter, stored.words)
    return group


def _try(request: StaffRequest, screen: Screen) -> tuple[bool, str]:
    """Whether a test went out, and a sentence about it."""
    answer: HttpResponseBase = _counted(request)
    if answer.status_code != HttpResponse.status_code:
        return False, _("Too many tests in an hour. Wait a little, or look at the preview.")
    wrong = {"title", "short", "long"} & set(screen.form.errors)
    if wrong:
        return False, _("Correct the texts first: nothing was sent.")
    try:
        return True, _sent(request, screen.message)
    except trying.CannotTry as refusal:
        return False, str(refusal)


def _sent(request: StaffRequest, message: Message) -> str:
    chosen = request.POST.get("test_to", "")
    group = next((one for one in trying.groups_for(request.user) if str(one.pk) == chosen), None)
    if group is None:
        trying.to_self(message, by=request.user)
        return _("The test is on its way to your mailbox.")
    number = trying.to_group(message, group, by=request.user)
    return ngettext(
        "The test is on its way to %(n)s person of the group “%(group)s”.",
        "The test is on its way to %(n)s people of the group “%(group)s”.",
        number,
    ) % {"n": number, "group": group.name}


@limited("test")
def _counted(request: StaffRequest) -> HttpResponse:
    return HttpResponse()
