"""From mails that came back, fetched or piped in, to news of deliveries and the health of addresses."""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from admin_module.configuration import MailReturns, read
from icp import outbound
from icp.encryption.tokens import mac
from messaging.channels.base import News, StatusUpdate
from messaging.channels.email import mailbox, returned
from messaging.channels.email.mailbox import MailboxError
from messaging.engine import receipts
from messaging.ledger.waking import hinting, wake
from messaging.models import REFERENCES, Delivery, ReturnBox, ReturnedMail

log = logging.getLogger(__name__)
LANE = 2
Kind = ReturnedMail.Kind
NEWS: dict[str, News] = {
    Kind.BOUNCE: News.UNDELIVERED,
    Kind.DELAYED: News.DELAYED,
    Kind.DELIVERED: News.DELIVERED,
    Kind.COMPLAINT: News.COMPLAINED,
}
UNDERSTOOD = (*NEWS, Kind.AUTO_REPLY)
LEASE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(minutes=30)
KEPT = timedelta(days=90)


def take(mail: bytes, to: str = "") -> str:
    """Keep what one mail says, once; returns its kind. `to`: whom its envelope named."""
    digest = mac("returned.mail", mail).hex()[:64]
    try:
        said = returned.read(mail, to)
    except returned.TooLarge:
        said = returned.Returned(Kind.TOO_LARGE)
    kind = said.kind
    if kind in NEWS and not _is_ours(said.reference):
        kind = Kind.STRANGE  # made up, or from another installation
    with transaction.atomic():
        row = ReturnedMail(digest=digest, kind=kind, code=said.code[:40], at=timezone.now())
        if not _kept_first(row):
            return kind
        if kind in NEWS:
            news = StatusUpdate(
                said.reference, "", NEWS[kind], event_id=f"mail:{digest}", code=said.code
            )
            receipts.store("email", [news])
    return kind


def _kept_first(row: ReturnedMail) -> bool:
    """False where the same mail was read before: a box that was not emptied gives it again."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _is_ours(reference: str) -> bool:
    found = REFERENCES.uncover(reference)
    if found is None:
        return False
    return Delivery.objects.filter(pk=found[0], salt=found[1], channel="email").exists()


# --- The mailbox -----------------------------------------------------------------------------------


def hint() -> None:
    """Where there is a broker, a worker is told that the box is due."""
    if hinting() and due():
        wake("fetch_returns", lane=LANE)


def due() -> bool:
    """Whether the box is to be asked now and nobody is asking it."""
    if not read(MailReturns).is_on:
        return False
    now = timezone.now()
    ReturnBox.objects.get_or_create(pk=1, defaults={"due_at": now})
    return ReturnBox.objects.filter(_free(now), pk=1).exists()


def _free(now: datetime) -> Q:
    return Q(due_at__lte=now) & (Q(claimed_until=None) | Q(claimed_until__lt=now))


def fetch_due(stop: threading.Event | None = None) -> int:
    """Empty the box where it is due; returns how many mails were read."""
    if not due():
        return 0
    now = timezone.now()
    mine = ReturnBox.objects.filter(pk=1)
    if not mine.filter(_free(now)).update(claimed_until=now + LEASE):
        return 0
    number, problem = 0, "fault"
    try:
        number = empty(read(MailReturns), stop)
        problem = ""
    except MailboxError as error:
        problem = error.code
    except outbound.OutboundRefused as error:
        problem = str(error.code)
    finally:
        _let_go(problem, more=number >= mailbox.MOST_MAILS)
    return number


def empty(settings: MailReturns, stop: threading.Event | None = None) -> int:
    """Read every mail that waits; raises MailboxError or OutboundRefused."""

    def one(mail: bytes) -> bool:
        if stop is not None and stop.is_set():
            raise MailboxError("connect")  # what was not kept comes again
        return take(mail) in UNDERSTOOD

    return mailbox.empty(reached(settings), one)


def reached(settings: MailReturns) -> Mapping[str, Any]:
    """What the mailbox is opened with; the address was looked at (icp.outbound), not only the name."""
    target = outbound.check_host(settings.host, settings.port)
    return {
        "protocol": settings.protocol,
        "host": settings.host,
        "address": target.address,
        "port": settings.port,
        "security": settings.security,
        "user": settings.user,
        "password": settings.password,
        "folder": settings.folder,
        "keep": settings.keep,
        "timeout": settings.timeout,
    }


def _let_go(problem: str, *, more: bool) -> None:
    now = timezone.now()
    row = ReturnBox.objects.get(pk=1)
    row.claimed_until, row.problem = None, problem
    pause = timedelta(seconds=read(MailReturns).every_seconds)
    if problem:
        row.failures = min(row.failures + 1, 1000)
        pause = min(pause * 2 ** min(row.failures, 10), max(LONGEST_PAUSE, pause))
        log.warning("The mailbox of returns: %s; asked again in %s.", problem, pause)
    else:
        row.failures, row.answered_at = 0, now
    row.due_at = now if more and not problem else now + pause
    row.save()


def forget_old() -> int:
    """What was said is in the deliveries; that a mail came is known for three months."""
    old = ReturnedMail.objects.filter(at__lt=timezone.now() - KEPT)
    return old.delete()[0]
