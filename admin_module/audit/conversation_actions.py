"""From the code of an audit action about conversations to words; a part of templatetags.audit_words.ACTIONS."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONVERSATION_ACTIONS: dict[str, Promise] = {
    "chat.taken": _("A chat was taken by an agent"),
    "chat.transferred": _("A chat was handed over"),
    "chat.returned": _("A chat went back to the queue, its agent being gone"),
    "chat.closed": _("A chat ended"),
    "chat.assigned_case": _("A chat got the number of a case"),
    "chat.message_opened": _("A message left out of hours was opened"),
    "chat.message_handled": _("A message left out of hours was handled"),
    "chat_seat.changed": _("A seat at the chat got another number of chats"),
    "chat_inbox.created": _("An inbox of the chat was made"),
    "chat_inbox.changed": _("An inbox of the chat was changed"),
    "chat_inbox.closed": _("An inbox of the chat was closed"),
    "chat_inbox.opened": _("An inbox of the chat was opened again"),
    "canned_response.created": _("A ready answer of the chat was made"),
    "canned_response.changed": _("A ready answer of the chat was changed"),
    "canned_response.deleted": _("A ready answer of the chat was deleted"),
    "allowed_origin.added": _("A site was allowed to show the chat"),
    "allowed_origin.removed": _("A site may not show the chat any more"),
    "chat_block.placed": _("A visitor of the chat was blocked"),
    "chat_block.lifted": _("A block of the chat was lifted"),
}
CONVERSATION_THINGS: dict[str, Promise] = {
    "conversation": _("conversations"),
    "chat": _("chats"),
    "chat_seat": _("seats at the chat"),
    "chat_inbox": _("inboxes of the chat"),
    "canned_response": _("ready answers of the chat"),
    "allowed_origin": _("sites that show the chat"),
    "chat_block": _("blocks of the chat"),
}
CONVERSATION_PAGES: dict[str, str] = {}
