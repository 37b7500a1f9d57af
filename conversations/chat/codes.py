"""From the code of what the system said in a chat to a sentence, so that each side reads its own language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

JOINED: Final = "joined"
HANDED_TO_AGENT: Final = "handed_to_agent"
HANDED_TO_INBOX: Final = "handed_to_inbox"
BACK_IN_QUEUE: Final = "back_in_queue"  # the agent is gone
SILENCE_WARNING: Final = "silence_warning"
CLOSED_BY_AGENT: Final = "closed_by_agent"
CLOSED_BY_VISITOR: Final = "closed_by_visitor"
CLOSED_BY_SILENCE: Final = "closed_by_silence"
CLOSED_BY_ABSENCE: Final = "closed_by_absence"  # the visitor's page is gone
LEFT_QUEUE: Final = "left_queue"

# What staff read at the desk and in a transcript; visitors' words stand on their own page.
STAFF_WORDS: dict[str, Promise] = {
    JOINED: _("The chat was taken."),
    HANDED_TO_AGENT: _("The chat was handed over to another agent."),
    HANDED_TO_INBOX: _("The chat was handed over to another inbox and waits there."),
    BACK_IN_QUEUE: _("The agent is gone; the chat went back to the queue."),
    SILENCE_WARNING: _("The visitor has been silent for 10 minutes; after 15 the chat ends."),
    CLOSED_BY_AGENT: _("The office ended the chat."),
    CLOSED_BY_VISITOR: _("The visitor ended the chat."),
    CLOSED_BY_SILENCE: _("The chat ended: the visitor was silent for 15 minutes."),
    CLOSED_BY_ABSENCE: _("The chat ended: the visitor’s page has been gone for 5 minutes."),
    LEFT_QUEUE: _("The visitor left the queue."),
}
