"""From what an applicant says of a conversation to those it may be: by number, by day, in both directions."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.models import AccessRequest, Conversation
from icp.encryption import canon

# People err about the day, and a chat's number is what its visitor chose to give.
SPAN = timedelta(days=1)


def candidates(request: AccessRequest, *, whole_time: bool = False) -> QuerySet[Conversation]:
    """Conversations with this number around the day that was named; `whole_time`: on any day.

    Without a number or without a day there are none: a clerk searches by other facts.
    """
    person = request.applicant
    phone = canon.contact(person.phone) if person else ""
    kept: QuerySet[Conversation] = Conversation.objects.kept()
    if not phone:
        return kept.none()
    found: QuerySet[Conversation] = kept.filter(number_token=phone)
    if not whole_time:
        if not person.conversation_on:
            return found.none()
        found = found.filter(around(date.fromisoformat(person.conversation_on)))
    return found.select_related("unit").order_by("-originated_at")


def by_day(day: date) -> QuerySet[Conversation]:
    """Everything of that day: for chats without a number, and where the clerk was told another one."""
    kept: QuerySet[Conversation] = Conversation.objects.kept()
    return kept.filter(around(day, timedelta())).select_related("unit").order_by("-originated_at")


def around(day: date, span: timedelta = SPAN) -> Q:
    first = timezone.make_aware(datetime.combine(day - span, time.min))
    last = timezone.make_aware(datetime.combine(day + span, time.max))
    return Q(originated_at__range=(first, last))
