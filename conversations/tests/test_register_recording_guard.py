"""No line records without a standing legal basis, whoever writes to the database and however."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conversations.models import LegalBasis, Line, RecordingMode
from conversations.register import legal_bases, lines
from tests import make, make_conversations

pytestmark = pytest.mark.django_db


def _refused(statement: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except IntegrityError:
        return True
    return False


def test_statements_past_the_pages_are_refused() -> None:
    line = make_conversations.line()
    switch_on = (
        "UPDATE conversations_line SET recording_mode = %s, legal_basis_id = %s WHERE id = %s"
    )
    draft = LegalBasis.objects.create(
        name="Szkic", basis="art. 6", purpose="Jakość", dpia_reference="DPIA/1"
    )
    assert _refused(switch_on, "after_notice", None, line.pk)
    assert _refused(switch_on, "after_notice", draft.pk, line.pk)
    standing = make_conversations.legal_basis()
    assert not _refused(switch_on, "after_notice", standing.pk, line.pk)
    withdraw = "UPDATE conversations_legalbasis SET withdrawn_at = %s WHERE id = %s"
    assert _refused(withdraw, timezone.now(), standing.pk)
    assert _refused(
        "UPDATE conversations_legalbasis SET approved_at = NULL WHERE id = %s", standing.pk
    )
    assert not _refused(switch_on, "off", None, line.pk)
    assert not _refused(withdraw, timezone.now(), standing.pk)
    assert _refused(switch_on, "opt_out", standing.pk, line.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(
            number="+48914245009",
            name="Nowa",
            unit=make.unit(),
            recording_mode=RecordingMode.OPT_OUT,
            legal_basis=standing,
        )


def test_an_approval_without_its_parts_is_refused() -> None:
    officer, director = make.staff("data_protection_officer"), make_conversations.director()
    now = timezone.now()
    whole = {
        "name": "Linia alarmowa",
        "basis": "art. 6",
        "purpose": "Jakość",
        "dpia_reference": "DPIA/1",
        "opinion": "positive",
        "opinion_by": officer,
        "opinion_at": now,
        "approved_by": director,
        "approved_at": now,
    }
    for lacking in (
        {"dpia_reference": ""},
        {"purpose": ""},
        {"opinion": "", "opinion_at": None},
        {"opinion": "negative"},
        {"opinion": "conditional"},
        {"approved_by": officer},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalBasis.objects.create(**(whole | lacking))
    justified = whole | {"opinion": "negative", "justification": "Wyrok sądu."}
    assert LegalBasis.objects.create(**justified).stands


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_line_switched_on_while_its_basis_is_withdrawn_waits_and_is_refused() -> None:
    line, basis = make_conversations.line(), make_conversations.legal_basis()
    begun, refused = threading.Event(), []

    def switch_on() -> None:
        begun.set()
        try:
            Line.objects.filter(pk=line.pk).update(
                recording_mode=RecordingMode.OPT_OUT, legal_basis=basis
            )
        except IntegrityError:
            refused.append(True)
        finally:
            connection.close()

    other = threading.Thread(target=switch_on)
    with transaction.atomic():
        LegalBasis.objects.filter(pk=basis.pk).update(withdrawn_at=timezone.now())
        other.start()
        begun.wait(5)
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert refused == [True]
    assert Line.objects.get(pk=line.pk).recording_mode == RecordingMode.OFF


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_switch_and_a_withdrawal_at_once_leave_no_line_that_records() -> None:
    line, basis, by = (
        make_conversations.line(),
        make_conversations.legal_basis(),
        make_conversations.director(login="drugi@zazolcin.example"),
    )
    both, faults = threading.Barrier(2), []

    def switch_on() -> None:
        try:
            both.wait(10)
            lines.record(line, RecordingMode.OPT_OUT, basis, by=by, revision=line.revision)
        except lines.NoBasis:
            pass
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=switch_on)
    other.start()
    both.wait(10)
    legal_bases.withdraw(basis, by=by)
    other.join(10)
    assert faults == []
    line.refresh_from_db()
    assert (line.recording_mode, line.legal_basis_id) == (RecordingMode.OFF, None)
    assert not LegalBasis.objects.get(pk=basis.pk).stands
