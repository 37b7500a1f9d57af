"""From a member of staff to the conversations they may see on the register, and to numbers that tell nobody's."""

from django.db.models import Q

from admin_module.models import User
from conversations.models import Conversation
from conversations.models.conversations import ConversationQuerySet

ALL, OWN = "conversations.view_conversation", "conversations.view_own_conversation"
SHOWN = 3  # digits


def visible_to(user: User) -> ConversationQuerySet:
    """All of one's units with the right to the register, else the conversations one had oneself."""
    rows: ConversationQuerySet = Conversation.objects.all()
    if user.has_perm(ALL):
        return rows.visible_to(user) | rows.filter(own(user)) if user.scope is not None else rows
    return rows.filter(own(user)) if user.has_perm(OWN) else rows.none()


def own(user: User) -> Q:
    return Q(agent=user)


def masked(phone: str) -> str:
    """The country's code and the last three digits: "+48 ••• ••• 567"; nothing for no number."""
    if not phone:
        return ""
    digits = phone.removeprefix("+")
    if len(digits) <= SHOWN + 2:
        return "••• " + digits[-1:]
    country = f"+{digits[:2]} " if phone.startswith("+") else ""
    return f"{country}••• ••• {digits[-SHOWN:]}"
