"""From a conversation to its card: what it was, the notice before it, who saw its number, and rooms' own panels."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from admin_module.models import User
from conversations.models import Conversation, NoticeDelivery, NumberReveal, PurgeState

from . import listing, unmasking
from .case_numbers import CaseNumberForm
from .panels import PANELS
from .unmasking import RevealForm

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel of a room above with what fills it."""

    template: str
    context: dict[str, Any]


def context(
    row: Conversation, user: User, *, number: str = "", reveal_form: RevealForm | None = None
) -> dict[str, Any]:
    """`row` as `listing.described` gives it; `number`: the whole one, for this page only."""
    return {
        "conversation": row,
        "line": listing.line(row),
        "number": number,
        "minutes": _minutes(row),
        "notices": notices_of(row),
        "reveals": reveals_of(row),
        "may_unmask": unmasking.may_unmask(user, row),
        "may_write_case": may_write_case(user, row),
        "case_form": CaseNumberForm(
            initial={"case_number": row.case_number, "revision": row.revision}
        ),
        "reveal_form": reveal_form or RevealForm(),
        "panels": panels_of(row, user),
        "is_kept": row.purge_state == PurgeState.KEPT,
    }


def panels_of(row: Conversation, user: User) -> list[Shown]:
    filled = ((panel.template, panel.context(row, user)) for panel in PANELS.values())
    return [Shown(template, given) for template, given in filled if given is not None]


def notices_of(row: Conversation) -> list[NoticeDelivery]:
    return list(row.notices.select_related("version", "by").order_by("at", "id"))


def reveals_of(row: Conversation) -> list[NumberReveal]:
    """Who saw the number; nothing is left of it when the conversation is deleted."""
    if row.purge_state != PurgeState.KEPT:
        return []
    rows: Any = NumberReveal.objects.filter(conversation=row).select_related("user")
    return list(rows.order_by("-at")[:SHOWN])


def may_write_case(user: User, row: Conversation) -> bool:
    """Whoever had it, and whoever may open all of them."""
    if row.purge_state != PurgeState.KEPT:
        return False
    return row.agent_id == user.pk or user.has_perm("conversations.listen_conversation")


def _minutes(row: Conversation) -> str:
    """How long it lasted, "3:05"; nothing while it is under way."""
    if row.ended_at is None:
        return ""
    seconds = max(0, int((timezone.localtime(row.ended_at) - row.originated_at).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"
