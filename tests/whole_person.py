"""From nothing to one person about whom ICP holds everything that it can hold; all of it is marked."""

import uuid
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from admin_module.models import User
from consents import archive
from consents.models import ConsentForm
from consents.tests.papers import SHEET
from messaging.about_person import making
from messaging.correspondence import letters
from messaging.models import LetterText
from messaging.tests import flow
from recipients import jobs
from recipients.account import requests, rights
from recipients.contacts import verification
from recipients.epuap import intake
from recipients.exports import exporting
from recipients.models import Address, DuplicatePair, EpuapDocument, Guardian, Recipient
from recipients.models.kept_answers import KeptAnswer, Told
from recipients.people.particulars import of
from reports.steps import answering, following
from reports.steps.acting import Actor
from tests import make, make_reports

# Every one of these would say who somebody was.
MARKS = ("Zniknięta", "Żółwińska", "Stróżewska", "znikam", "601444777", "Ulotna 77", "wyznaniami")


def neighbour() -> Recipient:
    """Somebody who stays, by whom a test sees that it can read at all."""
    return make.recipient(last_name="Pozostałowicz", kinds=("email",))


def whole(*, by: User) -> Recipient:
    """A person with all of it; returns their row as it is in the end."""
    about = make.topic()
    person = make.recipient(
        first_name="Zniknięta",
        last_name="Żółwińska",
        contacts={"email": "znikam@przyklad.example", "sms": "+48601444777"},
        topics=(about,),
        by=by,
    )
    twin = make.recipient()
    data = replace(of(person), guardian=Guardian("Anna", "Stróżewska", "+48601444777"))
    address = Address(street="Ulotna 77", house="7", town="Zażółcin")
    person = rights.correct(
        person, replace(data, address=address), by=by, reason="x", revision=person.revision
    )
    make.group("Znikający", person, twin)
    for code in verification.to_post():
        verification.draw(code.pk)
    verification.draw_on_paper(person, by=by)
    letters.post_codes()
    letters.post(person, LetterText("Do Żółwińska", "Zniknięta", "Zniknięta Żółwińska"))
    requests.open_request(person, "view", "letter", by=by, asked="Żółwińska z wyznaniami")
    archive.keep(ConsentForm.objects.get(recipient=person), SHEET, by=by)
    making.make(person, by=by, how="desk")
    _document(person)
    _message(person, by)
    _export(by)
    _report(person)
    _device(person)
    DuplicatePair.objects.create(
        first=person, second=twin, reasons=["name"], strength=1, found_at=timezone.now()
    )
    rights.suspend(
        person,
        by=by,
        reason="wyjazd, mówi Żółwińska",
        until=timezone.localdate() + timedelta(days=9),
    )
    person.refresh_from_db()
    return person


def _document(person: Recipient) -> None:
    content = b"<pismo>Znikni\xc4\x99ta \xc5\xbb\xc3\xb3\xc5\x82wi\xc5\x84ska</pismo>"
    taken = intake.take(
        intake.Incoming(content=content, sender_name="Żółwińska", reply_to="/znikam/skrytka")
    )
    EpuapDocument.objects.filter(pk=taken.pk).update(recipient=person, state="done")


def _device(person: Recipient) -> None:
    """One that was told something in answer to a request."""
    KeptAnswer.objects.create(
        device=make.paired_device(person, "token-znikam"),
        recipient=person,
        method="POST",
        path="/api/v1/reports",
        key_digest=b"k" * 32,
        body_digest=b"b" * 32,
        run=uuid.uuid4(),
        begun_at=timezone.now(),
        status=201,
        told=Told(body="Żółwińska"),
    )


def _report(person: Recipient) -> None:
    """One that was answered, with words of the person's own in it, and another that they follow."""
    row = make_reports.report(
        reporter=person, description="Mówi Żółwińska z wyznaniami", address="Ulotna 77"
    )
    make_reports.moved(row, "accepted", "needs_info")
    answering.reply(row, "Zniknięta, Ulotna 77, 601444777", by=Actor.reporter(recipient=person))
    other = make_reports.report(device=make_reports.device())
    following.follow(other, device=None, person=person)


def _message(person: Recipient, by: User) -> None:
    """To this one person by name, so that the audience is theirs."""
    named: dict[str, object] = {"people": [person.pk]}
    flow.sent(make.message(author=by, audience=named))


def _export(by: User) -> None:
    wanted = exporting.Wanted(
        whom="all", words="wszyscy", columns=("last_name",), layout="csv", reason="próba"
    )
    jobs.run(exporting.order(wanted, by=by, form_key=uuid.uuid4()).pk)
