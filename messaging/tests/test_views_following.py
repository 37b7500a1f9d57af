"""The page of a correction and a call-off: what it shows, whom it lets through, what a double click does."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consents.tests.papers import pdf
from messaging.forms import MessageForm
from messaging.models import Message
from messaging.tests import flow
from messaging.tests.conftest import Fake
from messaging.texts import attachments
from tests import make

pytestmark = pytest.mark.django_db
Status = Message.Status


@pytest.fixture
def sent(fake: Fake) -> Message:
    fake("email")
    about = make.topic()
    for _each in range(6):
        make.recipient(topics=(about,), kinds=("email",))
    message = flow.sent(make.message(klass="alarm"))
    flow.drain()
    return message


def asked(**fields: Any) -> dict[str, Any]:
    return {"words": "Woda jest dobra.", "with_unknown": "on", "form_key": uuid.uuid4()} | fields


def test_a_correction_needs_words_and_becomes_a_draft_to_be_checked(
    sent: Message, client: Client
) -> None:
    client.force_login(make.staff("duty_officer"))
    address = reverse("message-correct", args=[sent.pk])
    assert "Dokładnie do tych" in client.get(address).content.decode()
    refused = client.post(address, asked(words=" ", action="check"))
    assert (refused.status_code, Message.objects.count()) == (422, 1)
    assert "Napisz, co jest prawdą" in refused.content.decode()
    answer = client.post(address, asked(action="check"))
    made = Message.objects.get(follows=sent)
    assert answer.headers["Location"] == reverse("message-check", args=[made.pk])
    check = client.get(answer.headers["Location"]).content.decode()
    assert "osoby, do których dotarła wiadomość" in check
    assert "Przekaż do zatwierdzenia" in check
    client.post(reverse("message-send", args=[made.pk]), {"revision": made.revision})
    made.refresh_from_db()
    assert (made.status, made.expected_count) == (Status.WAITING, 6)


def test_an_alarm_is_called_off_at_once_and_only_once(sent: Message, client: Client) -> None:
    client.force_login(make.staff("duty_officer"))
    address, fields = reverse("message-call-off", args=[sent.pk]), asked(action="send")
    for _click in range(2):
        answer = client.post(address, fields)
        made = Message.objects.get(follows=sent)
        assert answer.headers["Location"] == reverse("message-progress", args=[made.pk])
    assert made.status == Status.SCHEDULED
    page = client.get(reverse("message-progress", args=[sent.pk])).content.decode()
    assert reverse("message-progress", args=[made.pk]) in page


def test_only_who_may_send_alarms_follows_one(sent: Message, client: Client) -> None:
    client.force_login(make.staff("editor"))
    answer = client.post(reverse("message-call-off", args=[sent.pk]), asked(action="send"))
    assert answer.status_code == 422
    assert "Alarm" in answer.content.decode()
    assert not Message.objects.filter(follows=sent).exists()
    client.force_login(make.staff("approver"))
    assert client.get(reverse("message-call-off", args=[sent.pk])).status_code == 403


def test_what_never_went_out_is_not_corrected(client: Client) -> None:
    client.force_login(make.staff("duty_officer"))
    draft = make.message()
    answer = client.get(reverse("message-correct", args=[draft.pk]), follow=True)
    assert "do nikogo nie wyszła" in answer.content.decode()


def test_braces_in_the_words_are_refused(sent: Message, client: Client) -> None:
    client.force_login(make.staff("duty_officer"))
    address = reverse("message-correct", args=[sent.pk])
    answer = client.post(address, asked(words="Witaj {pesel}", action="check"))
    assert answer.status_code == 422


def test_in_the_editor_nothing_that_is_typed_widens_it(sent: Message, client: Client) -> None:
    client.force_login(make.staff("duty_officer"))
    client.post(reverse("message-correct", args=[sent.pk]), asked(action="edit"))
    made = Message.objects.get(follows=sent)
    address = reverse("message-edit", args=[made.pk])
    page = client.get(address)
    assert "nie można ich tu zmienić" in page.content.decode()
    typed = MessageForm.initial_for(made) | {
        "klass": "information",
        "channels": ["email", "sms"],
        "title": "Sprostowanie: nowy tytuł",
        "everyone": "on",
        "filter": '{"everyone": true}',
        "action": "save",
    }
    plain = {name: value for name, value in typed.items() if value not in (None, False)}
    assert client.post(address, plain).status_code == 302
    made.refresh_from_db()
    assert made.text.title == "Sprostowanie: nowy tytuł"
    assert (made.klass, made.channels, made.audience.filter) == ("alarm", ["email"], {})
    live = client.post(reverse("message-live"), plain | {"follows": sent.pk, "follows_unknown": 1})
    assert live.status_code == 200


def test_a_correction_may_carry_the_files_and_a_call_off_never(
    sent: Message, client: Client
) -> None:
    Message.objects.filter(pk=sent.pk).update(status=Status.DRAFT)
    plan = SimpleUploadedFile("Plan.pdf", pdf())
    attachments.attach(sent, plan, by=sent.author)
    Message.objects.filter(pk=sent.pk).update(status=Status.SENT)
    client.force_login(make.staff("duty_officer"))
    correct, off = (
        reverse(name, args=[sent.pk]) for name in ("message-correct", "message-call-off")
    )
    assert "Plan.pdf" in client.get(correct).content.decode()
    assert "with_files" not in client.get(off).content.decode()
    fields = asked(action="edit", with_files="on")
    for _click in range(2):
        page = client.post(correct, fields, follow=True)
    made = Message.objects.get(follows=sent)
    assert [row.name for row in made.attachments.all()] == ["Plan.pdf"]
    assert "Plan.pdf" in page.content.decode()
    client.post(correct, asked(action="edit"))
    client.post(off, asked(action="edit", with_files="on"))
    later = Message.objects.filter(follows=sent, pk__gt=made.pk)
    assert [one.attachments.count() for one in later] == [0, 0]
