"""Mails that left over SMTP: one click of RFC 8058 and back, and a bounce that comes home by IMAP."""

import email
import re
from collections.abc import Iterator
from email.message import Message as Mail
from typing import Any, cast

import pytest
from django.test import Client

from admin_module import configuration
from messaging import channels
from messaging.channels.email.channel import EmailChannel
from messaging.engine import receipts
from messaging.models import Message
from messaging.returns import returning
from messaging.tests import flow
from recipients.contacts import address_health, permissions
from recipients.models import Recipient
from sandbox import mailbox
from sandbox.testing import Box, running_sandbox
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def relay(running: Box, monkeypatch: pytest.MonkeyPatch) -> Box:
    running.reset()
    config = {**running.config("email"), "sender": "ICP <icp@zazolcin.example>", "timeout": 5}
    monkeypatch.setitem(channels._made, "email", channels.Made(EmailChannel(config)))
    return running


def mail_of(relay: Box, **fields: Any) -> tuple[Message, Mail]:
    message = flow.sent(make.message(channels=("email",), **fields))
    assert flow.drain() == 1
    return message, email.message_from_string(relay.raw("email")[-1])


def path_in(mail: Mail) -> str:
    found = re.fullmatch(r"<http://127\.0\.0\.1:8000(/\S+)>", cast("str", mail["List-Unsubscribe"]))
    assert found
    return found[1]


def agreed(person: Recipient, bit: int) -> bool:
    person.refresh_from_db()
    return permissions.may(person.consents, bit, "email")


def test_a_mail_program_unsubscribes_with_one_post(relay: Box) -> None:
    topic = make.topic("Powietrze")
    person = make.recipient(topics=(topic,), kinds=("email",))
    _message, mail = mail_of(relay, about=topic)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_in(mail)
    mail_program = Client(enforce_csrf_checks=True)
    for look in ("get", "head"):  # programs that open every link
        assert getattr(mail_program, look)(path).status_code == 200
        assert agreed(person, topic.bit)
    answer = mail_program.post(
        path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not agreed(person, topic.bit)
    assert mail_program.post(path, {"undo": "1"}).status_code == 200
    assert agreed(person, topic.bit)


@pytest.mark.parametrize("what", ["alarm", "mandatory"])
def test_what_nobody_may_refuse_has_no_such_header(relay: Box, what: str) -> None:
    topic = make.topic("Powietrze")
    make.recipient(topics=(topic,), kinds=("email",))
    if what == "mandatory":
        topic.mandatory, topic.legal_basis = True, "art. 1"
        topic.save()
    _message, mail = mail_of(
        relay, about=topic, klass="alarm" if what == "alarm" else "information"
    )
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


def test_after_it_nothing_of_the_topic_goes_out(relay: Box) -> None:
    topic = make.topic("Powietrze")
    make.recipient(topics=(topic,), kinds=("email",))
    _message, mail = mail_of(relay, about=topic)
    Client().post(path_in(mail), {"List-Unsubscribe": "One-Click"})
    second = flow.sent(make.message(about=topic, channels=("email",)))
    assert flow.drain() == 0
    assert flow.reasons(second) == {"no_consent": 1}


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_what_bounces_comes_home_to_its_delivery(relay: Box, protocol: str) -> None:
    relay.switch("email", bounce=1)
    topic = make.topic("Powietrze")
    person = make.recipient(topics=(topic,), kinds=("email",))
    message, _mail = mail_of(relay, about=topic)
    port = relay.imap_port if protocol == "imap" else relay.pop3_port
    section = configuration.MailReturns(
        protocol, "127.0.0.1", port, "none", mailbox.USER, mailbox.PASSWORD
    )
    assert returning.empty(section) == 1
    receipts.apply()
    assert flow.states(message) == {"undelivered": 1} == flow.counted(message)
    assert address_health.of(person.contact_points.get()).is_held
