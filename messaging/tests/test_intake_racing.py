"""The same document many times at once, and two clerks at once, on PostgreSQL: one person, one decision."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from messaging.epuap import intake
from messaging.epuap.intake import AlreadyDecided
from messaging.models import Letter
from recipients.account import rights
from recipients.epuap import intake as epuap_intake
from recipients.epuap.intake import Taken
from recipients.models import EpuapDocument, Recipient
from recipients.tests.test_racing import at_once
from sandbox.form_documents import Filled
from tests import make, signed_forms
from tests.signed_forms import filled

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
State = EpuapDocument.State
OTHER = make.pesel(serial=4997)
TIMES, WORKERS = 100, 10


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)


@pytest.fixture
def form() -> Filled:
    topic = make.topic("Odpady komunalne")
    return filled(topics=[topic.name], channels=["ePUAP", "e-mail"])


def in_turns(work: Callable[[int], object]) -> Callable[[], None]:
    """Numbers from a hundred, shared by threads, as one piece of work."""
    numbers, lock = iter(range(TIMES)), threading.Lock()

    def run() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            work(number)

    return run


def test_the_same_document_a_hundred_times_at_once_makes_one_person(form: Filled) -> None:
    arrival = signed_forms.incoming(signed_forms.signed("register", form), form)
    taken: list[Taken] = []

    def bring_and_work(number: int) -> None:
        way = "push" if number % 2 else "pull"
        taken.append(epuap_intake.take(replace(arrival, arrived_by=way)))
        intake.work_off()

    assert at_once(*[in_turns(bring_and_work)] * WORKERS) == [None] * WORKERS
    assert (len(taken), sum(each.new for each in taken)) == (TIMES, 1)
    assert len({each.pk for each in taken}) == 1
    person = Recipient.objects.get()
    assert EpuapDocument.objects.get().state == State.DONE
    assert Letter.objects.filter(recipient=person, code=None).count() == 1
    assert person.consent_acts.count() == 2


def test_the_same_form_sent_a_hundred_times_makes_one_person(form: Filled) -> None:
    """Each sending is another document to ePUAP, and the same one to us."""
    arrival = signed_forms.incoming(signed_forms.signed("register", form), form)
    assert arrival.sent_at is not None
    start = arrival.sent_at

    def bring_and_work(number: int) -> None:
        epuap_intake.take(replace(arrival, sent_at=start + timedelta(seconds=number)))
        intake.work_off(1)

    assert at_once(*[in_turns(bring_and_work)] * WORKERS) == [None] * WORKERS
    while intake.work_off():
        pass
    assert Recipient.objects.count() == 1
    states = list(EpuapDocument.objects.values_list("state", flat=True))
    assert (states.count(State.DONE), states.count(State.IDLE)) == (1, TIMES - 1)
    assert Letter.objects.filter(code=None).count() == 1


def test_two_clerks_at_once_are_one_decision(form: Filled) -> None:
    document = signed_forms.bring("register", form, sender_pesel=OTHER)
    clerk, other = make.clerk(), make.staff("recipients_clerk")

    def accept() -> object:
        return intake.accept(EpuapDocument.objects.get(pk=document.pk), by=clerk)

    def refuse() -> None:
        mine = EpuapDocument.objects.get(pk=document.pk)
        intake.refuse(mine, by=other, reason="Nie.")

    outcomes = at_once(accept, refuse)
    assert sum(isinstance(each, AlreadyDecided) for each in outcomes) == 1, outcomes
    document.refresh_from_db()
    letters = Letter.objects.filter(code=None).count()
    accepted = document.state == State.DONE
    assert (Recipient.objects.count(), letters) == (1 if accepted else 0, 1)


def test_an_erasure_and_a_form_of_the_same_person_end_both(form: Filled) -> None:
    signed_forms.bring("register", form)
    person, clerk = Recipient.objects.get(), make.clerk()
    content = signed_forms.signed("suspend", form)
    epuap_intake.take(signed_forms.incoming(content, form))

    def erase() -> object:
        return rights.erase(person, by=clerk, reason="na wniosek").pk

    outcomes = at_once(erase, intake.work_off)
    assert outcomes[0] == person.pk
    person.refresh_from_db()
    assert person.state == "erased"
    connection.close()
