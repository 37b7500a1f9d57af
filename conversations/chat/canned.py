"""From a chat to the ready answers that fit its inbox and its language."""

from django.db.models import Q, QuerySet

from conversations.models import CannedResponse, ChatSession

POLISH = "pl"


def for_chat(session: ChatSession) -> list[CannedResponse]:
    """In the visitor's language, and in Polish where that has none; the inbox's own over everybody's."""
    fitting = CannedResponse.objects.filter(Q(inbox=session.inbox_id) | Q(inbox=None))
    rows = list(fitting.filter(language=session.language) or fitting.filter(language=POLISH))
    by_shortcut = {row.shortcut: row for row in sorted(rows, key=lambda row: row.inbox_id or 0)}
    return sorted(by_shortcut.values(), key=lambda row: row.shortcut)


def found(words: str) -> QuerySet[CannedResponse]:
    """Those whose shortcut or text holds the words."""
    rows = CannedResponse.objects.select_related("inbox")
    if words:
        rows = rows.filter(Q(shortcut__icontains=words) | Q(text__icontains=words))
    return rows.order_by("shortcut", "language", "pk")
