"""From what waits in the app to devices that are told one by one: those that nobody paired, of public
messages; anybody's, of their reports; and those that did not want to be woken before now.

Nothing here is worth a second ring: rows go, and the cursor moves, before a service is asked. A service
that refuses for now leaves a row for later.
"""

import logging
import threading
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from admin_module.configuration import QuietHours
from messaging.channels import held
from messaging.channels.base import Answer, Content, Envelope, Outcome, now
from messaging.hours.quieting import quiet_until
from messaging.ledger import epoch
from messaging.ledger.waking import hinting, wake
from messaging.models import IN_INBOX, ChannelPause, Delivery, DeviceHint, HintRound, Message
from messaging.texts import hint_texts
from recipients.contacts import devices as keeping
from recipients.models import Device, Recipient

from . import breaker

log = logging.getLogger(__name__)
CHANNEL = "push"
WINDOW = 500
SECONDS = 20.0  # a turn ends by then, so that a worker can be stopped
MOST_TRIES = 6
FIRST_PAUSE = 60.0  # seconds, doubled each time
STALE_AFTER = timedelta(days=270)
About, Status, Klass = DeviceHint.About, Message.Status, Message.Klass
UNDER_WAY = (Status.EXPANDING, Status.SENDING, Status.SENT, Status.SENT_WITH_FAILURES)
WAITING = (Status.PAUSED,)


@dataclass(slots=True)
class Work:
    """Devices that are told next, each with what; `round`: whose cursor moved for them."""

    hints: list[tuple[DeviceHint, Content]] = field(default_factory=list)
    round: int | None = None
    more: bool = False


# --- What is to be told ---------------------------------------------------------------------------------


def begin(message: Message) -> None:
    """Tell every device that nobody paired of a public message which goes by the app; in the
    transaction that publishes it."""
    if not message.public or message.drill or CHANNEL not in message.channels:
        return
    newest = Device.objects.aggregate(newest=Max("pk"))["newest"] or 0
    HintRound.objects.get_or_create(message=message, defaults={"last": newest})
    wake("hint_devices", lane=message.lane)


def report_changed(
    report: uuid.UUID, *, people: Collection[int] = (), devices: Collection[int] = ()
) -> int:
    """Tell the devices of these people, and these devices, that there is news about a report (its
    uid); those whose holders want it. In the transaction of the change; returns how many."""
    meant = Q(pk__in=devices) | Q(recipient__in=people, recipient__state=Recipient.State.ACTIVE)
    rows = Device.objects.live().filter(meant, report_pushes=True).exclude(push_kind="")
    moment = timezone.now()
    made = [
        DeviceHint(
            device=device,
            about=About.REPORT,
            thing=report,
            paired_at=device.paired_at,
            due_at=quiet_end(device, moment) or moment,
        )
        for device in rows.order_by("pk")
    ]
    DeviceHint.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        wake("hint_devices", lane=2)
    return len(made)


def quiet_end(device: Device, at: datetime) -> datetime | None:
    """When a device that does not want to be woken at `at` may be; None: at once."""
    if device.quiet_from is None or device.quiet_to is None:
        return None
    hours = QuietHours(True, device.quiet_from, device.quiet_to, information=True)
    return quiet_until(Klass.INFORMATION, at, hours)


# --- Telling ----------------------------------------------------------------------------------------------


def hint() -> None:
    """Where there is a broker, a worker is told that devices wait."""
    if hinting() and has_work():
        wake("hint_devices", lane=2)


def has_work() -> bool:
    due = DeviceHint.objects.filter(due_at__lte=timezone.now())
    return _rounds().exists() or due.exists()


def tell(stop: threading.Event | None = None) -> int:
    """Tell whoever is to be told now, for 20 s at most; returns how many services were asked."""
    began, asked = now(), 0
    while now() - began < SECONDS and not (stop and stop.is_set()):
        if epoch.locked() or ChannelPause.objects.filter(channel=CHANNEL).exists():
            return asked
        work = _next_of_a_round() or _next_alone()
        if work is None:
            return asked
        asked += len(work.hints)
        if not _send(work):
            return asked
    return asked


def _rounds() -> "QuerySet[HintRound]":
    return HintRound.objects.filter(finished_at=None).exclude(message__status__in=WAITING)


@transaction.atomic
def _next_of_a_round() -> Work | None:
    """Take the next devices of a round, alarms first, and commit that they are taken."""
    rows = _rounds().select_related("message").select_for_update(skip_locked=True, of=("self",))
    row: HintRound | None = rows.order_by("message__klass", "pk").first()  # "alarm" is the first
    if row is None:
        return None
    message, moment = row.message, timezone.now()
    if _is_over(message, moment):
        row.finished_at = moment
        row.save(update_fields=["finished_at"])
        return Work(round=row.pk)
    seen = list(_nobodys(row.cursor, row.last)[:WINDOW])
    row.cursor = seen[-1].pk if seen else row.last
    row.finished_at = None if len(seen) == WINDOW else moment
    row.save(update_fields=["cursor", "finished_at"])
    said: dict[str, Content] = {}
    hints, later = [], []
    for device in seen:
        if not wants(device, message):
            continue
        told = DeviceHint(device=device, about=About.ANNOUNCEMENT, thing=message.uid, due_at=moment)
        quiet = None if message.klass == Klass.ALARM else quiet_end(device, moment)
        if quiet is None:
            content = said.get(device.locale) or hint_texts.about_announcement(
                message, device.locale
            )
            hints.append((told, said.setdefault(device.locale, content)))
        else:
            told.due_at = quiet
            later.append(told)
    DeviceHint.objects.bulk_create(later, ignore_conflicts=True)
    return Work(hints, row.pk)


def _nobodys(after: int, last: int) -> "QuerySet[Device]":
    rows = Device.objects.live().filter(recipient=None, pk__gt=after, pk__lte=last)
    return rows.exclude(push_kind="").order_by("pk")


def _is_over(message: Message, moment: datetime) -> bool:
    ended = message.ends_at is not None and message.ends_at <= moment
    return ended or message.withdrawn_at is not None or message.status not in UNDER_WAY


def wants(device: Device, message: Message) -> bool:
    """Whether the holder of a device wants to be told of a public message. Alarms and mandatory topics
    are not chosen; places are, since what happens elsewhere is no alarm here."""
    topic, chosen = message.topic, device.topics
    forced = message.klass == Klass.ALARM or topic is None or topic.mandatory
    by_topic = forced or chosen is None or (topic is not None and topic.pk in chosen)
    by_place = not message.areas or device.areas is None or bool({*message.areas} & {*device.areas})
    return by_topic and by_place


@transaction.atomic
def _next_alone() -> Work | None:
    """Take the next single devices; their rows go before they are told."""
    moment = timezone.now()
    due = DeviceHint.objects.filter(due_at__lte=moment).order_by("due_at", "pk")
    locked = due.select_for_update(skip_locked=True, of=("self",))
    rows = list(locked.select_related("device", "device__recipient")[:WINDOW])
    if not rows:
        return None
    DeviceHint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    messages = _messages(rows)
    told = ((row, _content(row, messages, moment)) for row in rows if _still(row))
    return Work([(row, content) for row, content in told if content is not None])


def _still(row: DeviceHint) -> bool:
    """Whether a device is still whose it was, and still wants it."""
    device = row.device
    if not device.is_live or not device.push_kind:
        return False
    if row.about == About.ANNOUNCEMENT:
        return device.recipient is None  # somebody's is told by the person's own hint
    if row.about == About.REPORT and not device.report_pushes:
        return False
    if row.paired_at is None:
        return row.about == About.REPORT  # what the device itself reported stays its own
    if device.recipient is None or device.paired_at != row.paired_at:
        return False
    active = device.recipient.state == Recipient.State.ACTIVE
    return active and (row.about == About.REPORT or _unread(row))


def _unread(row: DeviceHint) -> bool:
    """Whether the message stands in the inbox, and nobody read it on another device."""
    brought = Delivery.objects.filter(
        message__uid=row.thing, recipient=row.device.recipient_id, channel=CHANNEL
    )
    return brought.filter(state__in={*IN_INBOX} - {Delivery.State.READ}).exists()


def _messages(rows: Iterable[DeviceHint]) -> dict[uuid.UUID, Message]:
    uids = {row.thing for row in rows if row.about != About.REPORT}
    found = Message.objects.real().select_related("unit", "topic").defer("people", "audience")
    return {message.uid: message for message in found.filter(uid__in=uids)} if uids else {}


def _content(
    row: DeviceHint, messages: dict[uuid.UUID, Message], moment: datetime
) -> Content | None:
    if row.about == About.REPORT:
        return hint_texts.about_report(row.thing, row.device.locale)
    message = messages.get(row.thing)
    if message is None or _is_over(message, moment):
        return None
    if row.about == About.MESSAGE:
        return hint_texts.about_message(message, row.device.locale)
    return hint_texts.about_announcement(message, row.device.locale)


# --- What became of it --------------------------------------------------------------------------------------


def _send(work: Work) -> bool:
    """Ask the services, and write down what they said; False where the channel has to wait."""
    pushes = dict(
        Device.objects.filter(pk__in=[row.device_id for row, _c in work.hints]).opened("push")
    )
    meant = {
        uuid.uuid4().hex: (row, content) for row, content in work.hints if pushes.get(row.device_id)
    }
    envelopes = [
        Envelope(reference, pushes[row.device_id], content)
        for reference, (row, content) in meant.items()
    ]
    answers: list[tuple[DeviceHint, Answer]] = []
    if envelopes:
        deadline = now() + settings.LEASE_SECONDS["handing_over"]
        with held(CHANNEL) as channel:
            for answer in channel.send(envelopes, deadline=deadline):
                answers.append((meant[answer.reference][0], answer))
    _settle(answers)
    told = sum(answer.outcome is Outcome.ACCEPTED for _row, answer in answers)
    if work.round is not None and answers:
        lost = sum(answer.outcome in (Outcome.REFUSED, Outcome.UNKNOWN) for _r, answer in answers)
        HintRound.objects.filter(pk=work.round).update(told=F("told") + told, lost=F("lost") + lost)
    down = next((answer.code for _row, answer in answers if answer.channel_down), None)
    if down is not None:
        breaker.trip(CHANNEL, down)
    return down is None


def _settle(answers: Sequence[tuple[DeviceHint, Answer]]) -> None:
    """Keep for later what may pass; forget devices that are gone."""
    later = [
        row
        for row, answer in answers
        if answer.outcome in (Outcome.RETRY, Outcome.NOT_SENT) and _once_more(row, answer)
    ]
    for row in later:
        row.pk = None
        row._state.adding = True
    DeviceHint.objects.bulk_create(later, ignore_conflicts=True)
    for row, answer in answers:
        if answer.dead:
            device = Device.objects.filter(pk=row.device_id).first()
            # It may have registered anew meanwhile.
            if device is not None and device.push in answer.dead:
                keeping.drop_push(device)


def forget_stale(limit: int = 500) -> int:
    """Daily: forget ways to wake devices that no app confirmed for 270 days; returns how many.

    Android's tokens end then, and Apple answers 200 for a browser that is long gone (WebKit bug 249766);
    an app names its own anew at each start. A device that is not used at all ends after 180 days.
    """
    since = timezone.now() - STALE_AFTER
    stale = Device.objects.filter(push_seen_at__lt=since).exclude(push_kind="")
    rows = list(stale.order_by("pk")[:limit])
    for device in rows:
        keeping.drop_push(device)
    return len(rows)


def _once_more(row: DeviceHint, answer: Answer) -> bool:
    left_here = answer.outcome is Outcome.NOT_SENT or answer.channel_down
    row.tries += not left_here
    pause = 1.0 if left_here else FIRST_PAUSE * 2**row.tries
    row.due_at = timezone.now() + timedelta(seconds=pause)
    return row.tries < MOST_TRIES
