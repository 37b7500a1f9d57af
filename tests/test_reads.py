"""Whoever sees a resident's name leaves an entry of reading in the log, on whatever page it was.

The pages are not listed by hand: every address is opened, with every number that could mean
somebody, and what comes back is searched for the name that was planted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from admin_module import roles
from admin_module.models import AuditEntry, User
from admin_module.templatetags.audit_words import READS
from consents.models import ConsentForm
from messaging.models import Delivery, Message
from recipients.models import Recipient
from tests import make
from tests.test_access import GUARDED, Address

pytestmark = pytest.mark.django_db
FIRST, LAST = "Wirgiliusza", "Planktońska"
# Pages that are known to show somebody; that they are found shows that the search works.
KNOWN = {
    "recipient-list", "recipient-card", "recipient-edit", "recipient-restrict", "consent-edit",
    "form-receive", "message-edit", "message-deliveries", "delivery-detail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody who is mentioned wherever people are, and who reads it."""

    reader: User
    person: Recipient
    message: Message
    draft: Message
    delivery: Delivery
    form: ConsentForm

    @property
    def numbers(self) -> set[int]:
        things = (self.reader, self.person, self.message, self.draft, self.delivery, self.form)
        return {thing.pk for thing in things}


@pytest.fixture
def scene(client: Client) -> Scene:
    reader = make.staff(*roles.ROLES)
    client.force_login(reader)
    topic = make.topic()
    for _each in range(20):  # so that the person's number is nobody else's
        make.message()
    person = make.recipient(first_name=FIRST, last_name=LAST, topics=(topic,))
    draft = make.message(author=reader, about=topic, audience={"people": [person.pk]})
    sent = make.message(
        author=reader, status="sent", sent_at=timezone.now(), due_at=timezone.now(), about=topic
    )
    delivery = Delivery.objects.create(
        message=sent,
        recipient=person,
        channel="email",
        lane=3,
        state="unknown",
        due_at=timezone.now(),
        changed_at=timezone.now() - timedelta(minutes=1),
    )
    return Scene(reader, person, sent, draft, delivery, make.form(person))


def paths(address: Address, scene: Scene) -> Iterator[str]:
    """The address with every number or word that could mean the planted person."""
    values: dict[str, Any] = dict(address.arguments)
    numbers = [name for name, value in values.items() if value == 1 and isinstance(value, int)]
    words = [name for name, value in values.items() if value == "x"]
    for number in scene.numbers if numbers else {0}:
        filled = dict.fromkeys(numbers, number) | dict.fromkeys(words, scene.form.number)
        try:
            yield reverse(address.name, kwargs=values | filled)
        except NoReverseMatch:
            continue


def shows_the_person(response: HttpResponseBase) -> bool:
    streaming = getattr(response, "streaming", False)
    body = b"".join(response) if streaming else getattr(response, "content", b"")
    return LAST.encode() in body


def reads_since(pk: int) -> int:
    return AuditEntry.objects.filter(pk__gt=pk, action__in=READS).count()


def last() -> int:
    return AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


@pytest.mark.timeout(400)
def test_every_page_that_shows_somebody_records_it(client: Client, scene: Scene) -> None:
    showing, silent = set(), set()
    for address in GUARDED:
        if "sign-out" in address.name or "session" in address.name:
            continue
        for path in paths(address, scene):
            before = last()
            if shows_the_person(client.get(path)):
                showing.add(address.name)
                if not reads_since(before):
                    silent.add(path)
    assert silent == set()
    assert showing >= KNOWN


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("recipient-search", {"q": LAST}),
        ("message-people", {"person": LAST, "action": "find"}),
    ],
)
def test_finding_somebody_is_recorded(
    client: Client, scene: Scene, name: str, fields: dict[str, str]
) -> None:
    before = last()
    response = client.post(reverse(name), fields, headers={"hx-request": "true"})
    assert shows_the_person(response)
    assert reads_since(before)


def test_probing_for_somebody_by_typing_is_recorded(client: Client, scene: Scene) -> None:
    before = last()
    typed = {"first_name": FIRST, "last_name": LAST, "birth_date": "17.05.1950"}
    response = client.post(reverse("recipient-alike"), typed)
    assert scene.person.identifier in response.content.decode()
    assert reads_since(before) == 1


def test_a_preview_with_a_real_person_is_recorded(client: Client, scene: Scene) -> None:
    before = last()
    fields = {"people": scene.person.pk, "short": "Dzień dobry {imie} {nazwisko}", "klass": "alarm"}
    client.post(reverse("message-preview"), fields | {"channels": "sms", "title": "t", "long": "x"})
    assert AuditEntry.objects.filter(pk__gt=before, action="recipient.shown_in_preview").exists()


def test_printing_a_form_is_recorded(client: Client, scene: Scene) -> None:
    before = last()
    assert client.get(reverse("form-print", args=[scene.form.number])).status_code == 200
    assert reads_since(before) == 1


def test_a_mistake_on_a_page_about_somebody_shows_them_once_more(
    client: Client, scene: Scene
) -> None:
    before = last()
    response = client.post(reverse("recipient-restrict", args=[scene.person.pk]), {})
    assert response.status_code == 422
    assert shows_the_person(response)
    assert reads_since(before) == 1
