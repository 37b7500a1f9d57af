"""A document from ePUAP is kept once, sealed, whichever way it came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from recipients.epuap import intake
from recipients.epuap.intake import Incoming
from recipients.models import EpuapDocument

INCOMING = Incoming(
    content=b"<Dokument>Stanis\xc5\x82aw</Dokument>",
    file_name="wniosek.xml",
    box="/zazolcin/rejestr",
    sent_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    sender_pesel="44051401359",
    sender_name="Stanisław Próba",
    reply_to="/proba/skrytka",
    arrived_by="push",
)


@pytest.mark.django_db
def test_a_document_is_kept_once() -> None:
    first = intake.take(INCOMING)
    again = intake.take(INCOMING)
    assert (first.new, again.new) == (True, False)
    assert first.pk == again.pk
    row = EpuapDocument.objects.get()
    assert row.state == EpuapDocument.State.WAITING
    assert (row.content, row.arrival.reply_to) == (INCOMING.content, "/proba/skrytka")


@pytest.mark.django_db
def test_the_same_moment_in_another_zone_is_the_same_moment() -> None:
    first = intake.take(INCOMING)
    moment = INCOMING.sent_at
    assert moment is not None
    warsaw = moment.astimezone(timezone(timedelta(hours=1)))
    assert intake.take(replace(INCOMING, sent_at=warsaw, arrived_by="pull")).pk == first.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other", [{"content": b"<D/>"}, {"box": "/zazolcin/inna"}, {"sent_at": None}]
)
def test_another_document_is_another_row(other: dict[str, object]) -> None:
    first = intake.take(INCOMING)
    second = intake.take(replace(INCOMING, **other))  # type: ignore[arg-type]
    assert second.new
    assert second.pk != first.pk


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"x" * (intake.LARGEST + 1)])
def test_nothing_and_too_much_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="empty or too large"):
        intake.take(replace(INCOMING, content=content))
    assert not EpuapDocument.objects.exists()


@pytest.mark.django_db
def test_nothing_of_a_person_stands_open_in_the_row() -> None:
    intake.take(INCOMING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM recipients_epuapdocument")
        row = b"|".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )
    for secret in ("44051401359", "Próba", "/proba/skrytka", "wniosek", "Stanis"):
        assert secret.encode() not in row
