"""Calls through Twilio over real sockets: what the caller hears, what is registered, what is recorded."""

import pytest

from conversations.models import (
    CallerId,
    Conversation,
    NoticeDelivery,
    State,
)
from conversations.tests.voice_world import Town, box, town

__all__ = ["box", "town"]
pytestmark = pytest.mark.django_db(transaction=True)
Outcome = NoticeDelivery.Outcome


def outcomes(conversation: Conversation) -> list[str]:
    return list(conversation.notices.order_by("pk").values_list("outcome", flat=True))


def test_a_caller_who_waits_is_joined_and_recorded_after_the_notice(town: Town) -> None:
    call = town.calls()
    conversation = Conversation.objects.get(external_id=call["sid"])
    log = call["log"]
    notice = next(line for line in log if "wszystkie rozmowy są nagrywane" in line)
    assert log.index(notice) < log.index("record") < log.index("talk 12")
    assert (conversation.state, conversation.caller_id) == (State.CLOSED, CallerId.ALLOWED)
    assert conversation.party.phone == "+48601234567"
    assert conversation.agent == town.agent
    assert outcomes(conversation) == [Outcome.CONTINUED]
    assert (conversation.call.disposition, conversation.call.choice) == ("answered", "recorded")
    (recorded,) = town.state()["recordings"].values()
    assert recorded["heard"] == []  # of the notice nothing was recorded
