"""What staff decide about deliveries of which nobody knows whether they arrived."""

from datetime import timedelta

import pytest
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging.channels.base import Outcome
from messaging.models import Delivery, Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.tests.fakes import accept, always
from messaging.trace import unknowns
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(fake: Fake) -> Delivery:
    channel = fake(rule=always(Outcome.UNKNOWN))
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    flow.sent(make.message(about=about))
    flow.drain()
    channel.rule = accept
    return Delivery.objects.get()


def test_it_goes_once_more_and_the_message_ends_again(unknown: Delivery) -> None:
    assert unknowns.resend([unknown.pk], by=make.staff())
    assert not unknowns.resend([unknown.pk], by=make.staff())
    assert flow.drain() == 1
    message = Message.objects.get()
    assert flow.states(message) == {"accepted": 1} == flow.counted(message)
    assert message.status == Message.Status.SENT
    assert AuditEntry.objects.filter(action="delivery.settled").count() == 1


def test_it_may_stay_unknown(unknown: Delivery) -> None:
    unknowns.leave([unknown.pk], by=make.staff())
    assert flow.drain() == 0
    entry = AuditEntry.objects.get(action="delivery.settled")
    assert entry.detail == {"decision": "left", "channel": "email", "deliveries": [unknown.pk]}
    assert not unknowns.waiting(make.staff()).exists()


def test_what_expired_does_not_go_once_more(unknown: Delivery) -> None:
    Message.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not unknowns.resend([unknown.pk], by=make.staff())
