"""Two clerks at the same moment, on PostgreSQL: no number twice, no consent lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from consents import granting, numbering
from consents.models import Consent, ConsentForm, NoScan
from recipients.contacts import permissions
from recipients.models import Recipient
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLERKS = 4


def at_once(*steps: Callable[[], object]) -> None:
    """Run every step in a thread and a connection of its own, all from the same moment."""
    ready = Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=10)
            step()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))


def test_forms_made_at_once_get_numbers_that_follow_one_another() -> None:
    make.consent_text()
    clerk = make.clerk()
    people = [make.recipient(active=False) for _clerk in range(CLERKS)]
    at_once(*(lambda person=person: numbering.new_form(person, 0, by=clerk) for person in people))
    numbers = sorted(ConsentForm.objects.values_list("number", flat=True))
    assert [int(number[-6:]) for number in numbers] == [1, 2, 3, 4]


def test_a_form_received_by_all_clerks_at_once_counts_once() -> None:
    make.consent_text()
    topic, clerk = make.topic(), make.clerk()
    person = make.recipient(active=False)
    form = numbering.new_form(person, permissions.bit(topic.bit, "sms"), by=clerk)
    at_once(*[lambda: granting.receive_form(form, by=clerk, paper=NoScan.LATER)] * CLERKS)
    assert Consent.objects.filter(form=form).count() == 1
    person.refresh_from_db()
    assert person.state == Recipient.State.ACTIVE


def test_different_consents_granted_at_once_are_all_kept() -> None:
    clerk = make.clerk()
    topics = [make.topic(f"Temat {number}") for number in range(CLERKS)]
    person = make.recipient()
    at_once(
        *(
            lambda topic=topic: granting.grant(person, topic, "sms", how="desk", by=clerk)
            for topic in topics
        )
    )
    person.refresh_from_db()
    wanted = sum(permissions.bit(topic.bit, "sms") for topic in topics)
    assert person.consents == wanted
    assert Consent.objects.count() == CLERKS
