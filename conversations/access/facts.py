"""From a request to the rows that its guards, its page and its effects ask for."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from admin_module.models import User
from conversations.models import AccessRequest, Appointment, Conversation, Opinion

Data = Mapping[str, Any]
Guard = Callable[[AccessRequest, User | None, Data], str]


def conversations_of(request: AccessRequest) -> QuerySet[Conversation]:
    found: QuerySet[Conversation] = Conversation.objects.filter(asked_for_by__request=request)
    return found


def standing_opinions(request: AccessRequest) -> QuerySet[Opinion]:
    found: QuerySet[Opinion] = request.opinions.filter(superseded_at=None)
    return found


def set_appointment(request: AccessRequest) -> Appointment | None:
    found: Appointment | None = request.appointments.filter(status=Appointment.Status.SET).first()
    return found
