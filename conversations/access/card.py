"""From a request to what its page shows: where it stands, what is missing, what may be done, what was done."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from admin_module.audit.conversation_actions import CONVERSATION_ACTIONS
from admin_module.models import User
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Conversation,
    Opinion,
    RequestEvent,
    RequestLetter,
    Step,
)
from conversations.register.seeing import masked
from icp.encryption.errors import KeyErased

from . import deadlines, facts, guards, steps
from .acting import LISTEN, may_opine
from .letters import INTERNAL
from .refusing import WORDS
from .step_pages import PAGES, StepPage

# Step → (tone, icon): the same on the list and on the page.
TONES: dict[str, tuple[str, str]] = {
    Step.SUBMITTED: ("moving", "inbox"),
    Step.CHECKING: ("moving", "list-checks"),
    Step.COMPLETION: ("warn", "hourglass"),
    Step.OPINIONS: ("moving", "users"),
    Step.DECISION: ("warn", "gavel"),
    Step.GRANTED: ("moving", "circle-check"),
    Step.APPOINTED: ("moving", "calendar-clock"),
    Step.LISTENING: ("moving", "headset"),
    Step.HANDING_OVER: ("moving", "file-text"),
    Step.REFUSED: ("warn", "ban"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """An action of the table with its page; `lacking`: sentences on what stands against it now."""

    name: str
    page: StepPage
    url: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    conversation: Conversation
    number: str = field(repr=False)  # masked
    held: bool
    caller: str = ""  # a sentence where § 4.7 stands against it


@dataclass(frozen=True, slots=True)
class Paper:
    letter: RequestLetter
    goes_out: bool


@dataclass(frozen=True, slots=True)
class Card:
    request: AccessRequest
    tone: tuple[str, str]
    term: deadlines.Deadline | None
    actions: tuple[Offered, ...]
    waiting: tuple[Offered, ...]  # main steps that still lack something
    items: tuple[Item, ...]
    opinions: tuple[Opinion, ...]
    decision: AccessDecision | None
    appointment: Appointment | None
    listening_url: str
    papers: tuple[Paper, ...]
    events: tuple[tuple[RequestEvent, str], ...]


def card_of(request: AccessRequest, user: User) -> Card:
    offered = list(_offered(request, user))
    term = facts.set_appointment(request)
    letters = request.letters.select_related("opinion", "signed_for").order_by("id")
    events = request.events.select_related("by").order_by("-id")
    return Card(
        request=request,
        tone=TONES.get(request.step, ("ok", "archive")),
        term=deadlines.of_step(request),
        actions=tuple(one for one in offered if not one.lacking),
        waiting=tuple(one for one in offered if one.lacking and one.page.main),
        items=tuple(_items(request)),
        opinions=tuple(request.opinions.select_related("by").order_by("-superseded_at", "id")),
        decision=request.decision,
        appointment=term,
        listening_url=reverse("listening", args=[term.pk]) if term and _runs(user) else "",
        papers=tuple(Paper(one, one.kind not in INTERNAL) for one in letters),
        events=tuple((event, _words(event)) for event in events),
    )


def _runs(user: User) -> bool:
    return user.has_perm(LISTEN)


def _offered(request: AccessRequest, user: User) -> Iterator[Offered]:
    for name in steps.offered(request, user):
        page = PAGES.get(name)
        if page is None or (name == "give_opinion" and not owes_opinion(request, user)):
            continue
        lacking = tuple(str(WORDS[code]) for code in steps.missing(request, name, user))
        url = reverse("access-step", args=[request.pk, page.slug])
        yield Offered(name, page, url, lacking)


def owes_opinion(request: AccessRequest, user: User) -> bool:
    """Whether an opinion is waited for that this person may give."""
    waiting = facts.standing_opinions(request).filter(given_at=None)
    return any(may_opine(user, request, one.giver) for one in waiting)


def _items(request: AccessRequest) -> Iterator[Item]:
    held = set(request.holds.filter(released_at=None).values_list("conversation_id", flat=True))
    rows = facts.conversations_of(request).select_related("unit", "agent").order_by("originated_at")
    for row in rows:
        yield Item(row, number_of(row), row.pk in held, _caller(request, row))


def _caller(request: AccessRequest, row: Conversation) -> str:
    code = guards.caller_of(request, row)
    return str(WORDS[code]) if code else ""


def number_of(row: Conversation) -> str:
    """Masked; nothing where it is withheld or gone."""
    try:
        return masked(row.party.phone) if row.party else ""
    except KeyErased:
        return ""


def _words(event: RequestEvent) -> str:
    """As the log of the office says it."""
    return str(CONVERSATION_ACTIONS[f"access_request.{event.action}"])
