"""The same call and recording from two connections at the same moment: one row, one recording, the same answer."""

import io
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.calls import ingesting
from conversations.calls.ingesting import Taken
from conversations.calls.metadata import CallMetadata
from conversations.models import Conversation, Kind, LegalBasis, NoticeDelivery, Recording
from conversations.register.spooling import spooled
from tests import make_conversations

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def test_the_same_upload_at_once_is_one_call() -> None:
    line = make_conversations.line(records=True)
    LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))
    said = CallMetadata(
        source="centrala",
        external_id="1.1",
        direction="in",
        line=line.number,
        started_at=timezone.now() - timedelta(hours=1),
        caller_number="601234567",
        notice_version=make_conversations.notice(Kind.CALL).pk,
    )
    content, together = make_conversations.wav(3), threading.Barrier(AT_ONCE)
    taken: list[Taken] = []
    failed: list[BaseException] = []

    def send() -> None:
        try:
            with spooled(io.BytesIO(content), most=10**6) as sound:
                together.wait(10)
                taken.append(ingesting.take(said, source="upload", sound=sound))
        except BaseException as error:  # told to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _one in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    assert len({one.conversation.pk for one in taken}) == 1
    assert sorted(one.new for one in taken) == [False] * (AT_ONCE - 1) + [True]
    assert Conversation.objects.count() == Recording.objects.count() == 1
    assert NoticeDelivery.objects.count() == 1
    assert Recording.objects.get().read() == content
