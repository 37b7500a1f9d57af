"""From a call through Twilio to the part of its card that says what became of it and of its recording."""

from typing import Any

from admin_module.models import User
from conversations.models import Conversation, Source, SourceDisposal, VoiceCall
from conversations.register.panels import Panel

from .overview import REFUSALS, words_of


def context(conversation: Conversation, user: User) -> dict[str, Any] | None:
    """None for every other conversation."""
    call = VoiceCall.objects.filter(conversation=conversation).first()
    if call is None:
        return None
    recordings = list(call.recordings.order_by("pk"))
    for row in recordings:
        row.words = str(REFUSALS.get(row.error, "")) or words_of(row.error)  # type: ignore[attr-defined]
    filled = {
        "call": call,
        "own": conversation.agent_id == user.pk,
        "over": call.state == VoiceCall.State.ENDED,
        "recordings": recordings,
        "disposals": SourceDisposal.objects.filter(
            conversation=conversation, source=Source.TWILIO
        ).order_by("pk"),
    }
    return {**filled, "panel": filled}  # the template names its own things only: panel.call


PANEL = Panel("conversations/voice/_panel.html", context)
