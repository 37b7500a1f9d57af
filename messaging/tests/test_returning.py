"""From the mailbox of returns, over real sockets, to states of deliveries and health of addresses."""

import asyncio
import io
import sys
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.utils import timezone

from admin_module import configuration, gateway_checks
from admin_module.configuration import MailReturns
from admin_module.models import GatewayCheck
from messaging.channels.email import mailbox
from messaging.channels.email.mailbox import MailboxError
from messaging.engine import receipts
from messaging.models import Delivery, ReceiptNews, ReturnBox, ReturnedMail
from messaging.returns import returning
from messaging.tests import flow
from messaging.tests import returned_mails as mails
from messaging.tests.conftest import Fake
from recipients.contacts import address_health
from recipients.models import Recipient, SuppressedAddress
from sandbox.mailbox import PASSWORD, USER, Mailbox, MailboxServers
from tests import make

pytestmark = pytest.mark.django_db
S = Delivery.State


@pytest.fixture
def box() -> Iterator[MailboxServers]:
    """A mailbox with an IMAP and a POP3 port of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers = MailboxServers(Mailbox(), "127.0.0.1", 0, 0)
    asyncio.run_coroutine_threadsafe(servers.start(), loop).result(5)
    yield servers
    asyncio.run_coroutine_threadsafe(servers.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def delivery(fake: Fake) -> Delivery:
    fake()
    about = make.topic()
    make.recipient(topics=(about,), kinds=("email",))
    flow.sent(make.message(about=about))
    flow.drain()
    return Delivery.objects.get()


def set_up(box: MailboxServers, protocol: str = "imap", **more: object) -> MailReturns:
    section = MailReturns(
        **{
            "protocol": protocol,
            "host": "127.0.0.1",
            "port": box.ports[protocol],
            "security": "none",
            "user": USER,
            "password": PASSWORD,
            "timeout": 5,
            **more,
        }  # type: ignore[arg-type]
    )
    configuration.write(section, by=make.staff(), revision=0)
    return section


def put(box: MailboxServers, mail: str, reference: str = "0" * 32) -> None:
    box.box.put(mail.format(ref=reference).encode())


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_bounce_becomes_undelivered_and_holds_the_address(
    box: MailboxServers, delivery: Delivery, protocol: str
) -> None:
    set_up(box, protocol)
    put(box, mails.POSTFIX, delivery.reference)
    put(box, mails.VACATION, delivery.reference)
    assert returning.fetch_due() == 2
    receipts.apply()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.code) == (S.UNDELIVERED, "5.1.1")
    assert flow.counted(delivery.message) == {"undelivered": 1}  # type: ignore[arg-type]
    assert SuppressedAddress.objects.get().reason == "hard"
    assert box.box.mails == []
    assert sorted(ReturnedMail.objects.values_list("kind", flat=True)) == ["auto_reply", "bounce"]


def test_a_soft_bounce_is_counted_and_a_delay_is_only_noted(delivery: Delivery) -> None:
    assert (
        returning.take(mails.POSTFIX_DELAYED.format(ref=delivery.reference).encode()) == "delayed"
    )
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.ACCEPTED
    returning.take(mails.GMAIL_FULL.format(ref=delivery.reference).encode())
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.UNDELIVERED
    point = Recipient.objects.get().contact_points.get()
    assert address_health.of(point).state == "doubtful"


def test_a_late_bounce_stays_an_event_and_still_counts_for_the_address(delivery: Delivery) -> None:
    returning.take(mails.DELIVERED.format(ref=delivery.reference).encode())
    receipts.apply()
    returning.take(mails.EXIM.format(ref=delivery.reference).encode())
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.DELIVERED
    assert ReceiptNews.objects.get(news="undelivered").outcome == receipts.LATE
    assert SuppressedAddress.objects.get().held


def test_the_same_mail_read_twice_counts_once(box: MailboxServers, delivery: Delivery) -> None:
    set_up(box)
    for _time in range(2):
        put(box, mails.GMAIL_FULL, delivery.reference)
    returning.fetch_due()
    receipts.apply()
    assert SuppressedAddress.objects.get().soft_count == 1


def test_made_up_references_are_refused(delivery: Delivery) -> None:
    forged = delivery.reference[:-1] + ("0" if delivery.reference[-1] != "0" else "1")
    for reference in ("0" * 32, forged):
        assert returning.take(mails.POSTFIX.format(ref=reference).encode()) == "strange"
    assert not ReceiptNews.objects.exists()


def test_a_complaint_holds_the_address_and_keeps_the_state(delivery: Delivery) -> None:
    assert returning.take(mails.COMPLAINT.format(ref=delivery.reference).encode()) == "complaint"
    receipts.apply()
    delivery.refresh_from_db()
    assert delivery.state == S.ACCEPTED
    assert SuppressedAddress.objects.get().reason == "complaint"


def test_what_somebody_wrote_stays_for_a_person(box: MailboxServers) -> None:
    set_up(box)
    put(box, mails.LETTER)
    assert returning.fetch_due() == 1
    assert [mail.seen for mail in box.box.mails] == [True]
    ReturnBox.objects.update(due_at=timezone.now())
    assert returning.fetch_due() == 0


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_bomb_does_not_stand_in_the_way(
    box: MailboxServers, delivery: Delivery, protocol: str
) -> None:
    set_up(box, protocol)
    box.box.put(b"Subject: x\r\n\r\n" + b"y" * 10_000_000)
    put(box, mails.POSTFIX, delivery.reference)
    assert returning.fetch_due() == 2
    assert set(ReturnedMail.objects.values_list("kind", flat=True)) == {"too_large", "bounce"}


def test_a_box_that_does_not_answer_is_asked_ever_more_rarely(box: MailboxServers) -> None:
    set_up(box, password="falsz")
    assert returning.fetch_due() == 0
    row = ReturnBox.objects.get()
    assert (row.problem, row.failures, row.claimed_until) == ("login", 1, None)
    assert (row.due_at - timezone.now()).total_seconds() > 100
    assert not returning.due()


def test_two_workers_do_not_read_one_box(box: MailboxServers) -> None:
    set_up(box)
    put(box, mails.LETTER)
    assert returning.due()
    ReturnBox.objects.update(claimed_until=timezone.now() + returning.LEASE)
    assert returning.fetch_due() == 0


def test_without_a_mailbox_nothing_is_asked() -> None:
    assert not returning.due()
    assert not ReturnBox.objects.exists()


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_the_button_signs_in_and_reads_nothing(box: MailboxServers, protocol: str) -> None:
    section = set_up(box, protocol)
    put(box, mails.LETTER)
    tried = gateway_checks.try_connection(section, by=make.staff())
    assert tried.ok, tried.words
    assert box.box.mails[0].seen is False
    assert GatewayCheck.objects.get(channel="returns").ok


def test_the_button_says_what_is_wrong(box: MailboxServers) -> None:
    staff = make.staff()
    wrong = set_up(box, password="falsz")
    assert gateway_checks.try_connection(wrong, by=staff).code == "login"
    assert gateway_checks.try_connection(MailReturns(), by=staff).code == "not_configured"
    with pytest.raises(MailboxError) as error:
        mailbox.empty({**returning.reached(wrong), "password": PASSWORD, "folder": "Nie ma"}, bool)
    assert error.value.code == "folder"


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254"])
def test_a_mailbox_inside_the_network_is_not_asked(
    box: MailboxServers, settings: object, host: str
) -> None:
    settings.SANDBOX = settings.ALLOW_LOCAL_GATEWAYS = False  # type: ignore[attr-defined]
    section = set_up(box, host=host)
    assert gateway_checks.try_connection(section, by=make.staff()).code == "local"
    assert returning.fetch_due() == 0
    assert ReturnBox.objects.get().problem == "local"


def test_a_mail_server_s_pipe(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = mails.POSTFIX.format(ref=delivery.reference).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
    said = io.StringIO()
    call_command("take_returned_mail", f"icp-zwroty+{delivery.reference}@x.example", stdout=said)
    assert said.getvalue().strip() == "bounce"
    assert ReceiptNews.objects.get().code == "5.1.1"


def test_that_a_mail_came_is_forgotten_after_three_months(delivery: Delivery) -> None:
    returning.take(mails.POSTFIX.format(ref=delivery.reference).encode())
    assert returning.forget_old() == 0
    ReturnedMail.objects.update(at=timezone.now() - returning.KEPT - returning.LEASE)
    assert returning.forget_old() == 1
