"""From the agent's wish to call somebody to two telephones that Twilio joins, the notice first."""

from django.db import transaction

from admin_module.models import User
from conversations.models import Line, VoiceCall, VoicePhone

from . import calls
from .provider import SourceFault, Twilio
from .webhooks import address

RING_SECONDS = "30"


def call(line: Line, phone: VoicePhone, number: str, *, by: User, case_number: str) -> VoiceCall:
    """Register the call, then let the agent's phone ring; raises SourceFault where Twilio will not.

    The register comes first: a call whose order was answered too late is known all the same.
    """
    with transaction.atomic():
        ordered = calls.order(line, phone, number, by=by)
        if case_number:
            ordered.conversation.case_number = case_number
            ordered.conversation.save(update_fields=["case_number"])
    fields = {
        "From": line.number,
        "To": phone.number,
        "Url": address("voice-agent", ordered),
        "Method": "POST",
        "StatusCallback": address("voice-status-news", ordered),
        "StatusCallbackMethod": "POST",
        "Timeout": RING_SECONDS,
    }
    try:
        calls.bind(ordered, Twilio().start_call(fields))
    except SourceFault as fault:
        # A broken connection tells nothing: the call may ring. Everything else is an answer.
        if fault.code not in ("connect", "garbled"):
            calls.end(ordered, "failed", error=fault.code)
        raise
    return ordered


def phones_of(user: User) -> list[VoicePhone]:
    """The phones from which this member of staff may call, with their lines."""
    rows = VoicePhone.objects.filter(
        user=user, voice_line__active=True, voice_line__line__closed_at=None
    )
    return list(rows.select_related("voice_line__line").order_by("voice_line__line__name", "pk"))
