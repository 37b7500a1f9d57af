"""From a message to each person's state, one click from the number that counts it."""

from typing import Any

from django.contrib import messages as notices
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from admin_module import audit
from admin_module.audit import about
from admin_module.http import StaffRequest, staff_may
from admin_module.models import User
from messaging.engine import upps
from messaging.ledger import escalating
from messaging.ledger.progress import GROUPS, STATES_OF_GROUP, progress_of
from messaging.models import NOT_THROUGH, Delivery, Message
from messaging.trace import tracing, unknowns
from messaging.trace.explaining import REASONS, STATES, code_in_words, why
from recipients.models import CONTACT_KINDS, Recipient

PAGE = 50
_SPARED = Q(state=Delivery.State.SUPPRESSED, reason=Delivery.Reason.OPENED_BEFORE)


@staff_may("messaging.view_delivery")
@require_GET
def message_deliveries(request: StaffRequest, pk: int) -> HttpResponse:
    """Everybody of one message by channel and state; names only for staff who may open cards."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    kind, group = request.GET.get("channel", ""), request.GET.get("state", "")
    found = chosen(message, kind, group)
    rows = list(after(found, request.GET.get("after", ""))[: PAGE + 1])
    page, more = rows[:PAGE], len(rows) > PAGE
    names_shown = request.user.has_perm("recipients.view_recipient")
    if names_shown and page:
        audit.record(
            "delivery.listed",
            message,
            by=request.user,
            detail={"people": len(page), about.LIST: [one.recipient_id for one in page]},
        )
    return render(
        request,
        "messaging/progress/message_deliveries.html",
        {
            "message": message,
            "progress": progress_of(message),
            "rows": [(one, name_of(one.recipient, request.user), in_words(one)) for one in page],
            "groups": GROUPS,
            "kinds": message.chosen_channels,
            "kind": kind,
            "group": group,
            "next": f"{page[-1].recipient_id}-{page[-1].channel}" if more else "",
            "first_page": not request.GET.get("after"),
            "names_shown": names_shown,
        },
    )


def chosen(message: Message, kind: str, group: str) -> QuerySet[Delivery]:
    """In the order of the unique index (message, recipient, channel): a page costs its own rows."""
    found = message.deliveries.select_related("recipient").order_by("recipient_id", "channel")
    if kind in CONTACT_KINDS:
        found = found.filter(channel=kind)
    if group == "spared":
        found = found.filter(_SPARED)
    elif group in STATES_OF_GROUP:
        found = found.filter(state__in=STATES_OF_GROUP[group]).exclude(_SPARED)
    return found


def after(found: QuerySet[Delivery], key: str) -> QuerySet[Delivery]:
    person, _dash, channel = key.partition("-")
    if not person.isdigit():
        return found
    return found.filter(
        Q(recipient_id__gt=int(person)) | Q(recipient_id=int(person), channel__gt=channel)
    )


def opens_card_of(person: Recipient, by: User) -> bool:
    return by.has_perm("recipients.view_recipient") and is_within(person, by)


def is_within(person: Recipient, by: User) -> bool:
    """Whether the person was entered by a unit whose people `by` may see."""
    return by.scope is None or person.unit_id in by.scope


def name_of(person: Recipient, by: User) -> str:
    """A name for who may open the card; of people of other units not even the identifier."""
    if not is_within(person, by):
        return _("somebody outside your unit")
    identity = person.identity if opens_card_of(person, by) else None
    return f"{identity.last_name} {identity.first_name}" if identity else person.identifier


def in_words(delivery: Delivery) -> str:
    words = why(delivery.channel, delivery.state, delivery.reason, delivery.code)
    return waiting_words(delivery) or words


def waiting_words(delivery: Delivery) -> str:
    """Of a second step whose time has not come; empty for all others."""
    fresh = delivery.state == Delivery.State.QUEUED and not delivery.tries
    if not fresh or delivery.channel != escalating.THEN or delivery.due_at <= timezone.now():
        return ""
    at = formats.date_format(timezone.localtime(delivery.due_at), "j E, H:i")
    return _("It goes out on %(at)s, unless the person opens it in the app before.") % {"at": at}


@staff_may("messaging.view_delivery")
@require_GET
def delivery_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One person's trace: what was tried, when, and what the provider's answers mean."""
    delivery = get_object_or_404(_visible(request).select_related("message", "recipient"), pk=pk)
    names_shown = request.user.has_perm("recipients.view_recipient")
    if names_shown:
        audit.record("delivery.viewed", f"messaging.delivery:{pk}", by=request.user)
    return render(
        request, "messaging/progress/delivery_detail.html", context_of(delivery, request.user)
    )


def _visible(request: StaffRequest) -> QuerySet[Delivery]:
    return Delivery.objects.visible_to(request.user).exclude(message=None)


def context_of(delivery: Delivery, by: User) -> dict[str, Any]:
    siblings = Delivery.objects.filter(message=delivery.message_id, recipient=delivery.recipient_id)
    troubled = delivery.state in NOT_THROUGH
    return {
        "delivery": delivery,
        "message": delivery.message,
        "person": name_of(delivery.recipient, by),
        "names_shown": opens_card_of(delivery.recipient, by),
        "state_words": waiting_words(delivery) or STATES.get(delivery.state, ""),
        "reason_words": REASONS.get(delivery.reason, ""),
        "code_words": code_in_words(delivery.channel, delivery.code) if troubled else "",
        "steps": tracing.steps_of(delivery),
        "related": tracing.related(delivery),
        "receipts": upps.of(delivery),
        "others": [(one, in_words(one)) for one in siblings.exclude(pk=delivery.pk)],
        "unknown": delivery.state == Delivery.State.UNKNOWN,
    }


@staff_may("messaging.view_delivery")
@require_GET
def delivery_upp(request: StaffRequest, pk: int, upp: int) -> HttpResponse:
    """A receipt of ePUAP as it came; it names the addressee, so only for who may open the card."""
    delivery = get_object_or_404(_visible(request).select_related("recipient"), pk=pk)
    receipt = get_object_or_404(upps.of(delivery), pk=upp)
    if not opens_card_of(delivery.recipient, request.user):
        raise Http404
    audit.record("delivery.receipt_downloaded", f"messaging.delivery:{pk}", by=request.user)
    response = HttpResponse(receipt.content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="upp-{receipt.pk}.xml"'
    return response


@staff_may("messaging.send_message")
@require_POST
def delivery_settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Staff decide about an unknown delivery: send it once more, or leave it as it is."""
    delivery = get_object_or_404(_visible(request), pk=pk)
    again = request.POST.get("decision") == "again"
    if again and unknowns.resend([delivery.pk], by=request.user):
        notices.success(request, _("It will be sent once more."))
    elif again:
        notices.warning(request, _("News came meanwhile: the state has changed, nothing is sent."))
    else:
        unknowns.leave([delivery.pk], by=request.user)
        notices.success(request, _("It stays as it is: unknown, and nothing is sent again."))
    return redirect("delivery-detail", pk=pk)
