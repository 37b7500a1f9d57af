"""From the code of an audit action about conversations to words; a part of templatetags.audit_words.ACTIONS."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONVERSATION_ACTIONS: dict[str, Promise] = {}
CONVERSATION_THINGS: dict[str, Promise] = {
    "conversation": _("conversations"),
}
CONVERSATION_PAGES: dict[str, str] = {}
