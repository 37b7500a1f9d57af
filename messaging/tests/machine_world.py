"""A town of six, providers that keep the truth, and what must never be untrue about them."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

from django.db.models import F
from django.utils import timezone

from messaging import channels
from messaging.channels.base import Answer, Envelope, Outcome, Pace, StatusUpdate
from messaging.ledger import counting, escalating
from messaging.models import OPEN, REFERENCES, ChannelPause, Delivery, Message
from messaging.steps import approving, sending
from recipients.models import CONTACT_KINDS, Recipient
from tests import make

S, Status = Delivery.State, Message.Status
KINDS = ("push", "sms", "email")
# What a provider does with an envelope: (it took it, the answer; None: none ever comes).
FATES: Mapping[str, tuple[bool, Outcome | None]] = {
    "accepted": (True, Outcome.ACCEPTED),
    "refused": (False, Outcome.REFUSED),
    "later": (False, Outcome.RETRY),
    "not sent": (False, Outcome.NOT_SENT),
    "answer lost": (True, None),
    "lost": (False, None),
    "down": (False, Outcome.RETRY),
}
REACHED = {S.ACCEPTED, S.DELIVERED, S.READ, S.NO_RECEIPT}
NOT_REACHED = {S.QUEUED, S.RETRY_WAIT, S.SUPPRESSED, S.FAILED}
LEFT = (Status.EXPANDING, Status.SENDING, Status.SENT, Status.SENT_WITH_FAILURES)
ENDED = {Status.SENT, Status.SENT_WITH_FAILURES, Status.CANCELLED, Status.EXPIRED}


class Provider:
    """A channel that does to each envelope what was drawn for it; `taken` counts what it really took."""

    def __init__(self, name: str, taken: Counter[str]) -> None:
        self.name = name
        self.pace = Pace(window=4, streams=1)
        self.taken = taken
        self.fates: Iterator[str] = cycle(["accepted"])

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        for envelope in envelopes:
            fate = next(self.fates)
            took, outcome = FATES[fate]
            self.taken[envelope.reference] += took
            if outcome is not None:
                yield Answer(envelope.reference, outcome, code="7", channel_down=fate == "down")

    def read_callback(self, callback: object) -> list[StatusUpdate]:
        return []

    def check(self) -> str:
        return self.name

    def close(self) -> None:
        """Nothing is open."""


class World:
    """What the machine acts on. Nothing here repairs anything."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.ordered_again: Counter[str] = Counter()  # by staff
        self.providers = {kind: Provider(kind, self.taken) for kind in KINDS}
        self.before = {kind: channels._made.get(kind) for kind in KINDS}
        channels._made |= {kind: channels.Made(one) for kind, one in self.providers.items()}
        self.topic = make.topic()
        self.clerk, self.second = make.clerk(), make.staff(login="drugi@zazolcin.example")
        self.people = list(Recipient.objects.order_by("pk"))
        self.messages: list[Message] = []
        self.changed: set[int] = set()  # after their approval, by id

    def leave(self) -> None:
        for kind, made in self.before.items():
            channels._made.pop(kind)
            if made is not None:
                channels._made[kind] = made

    # --- Looking -----------------------------------------------------------------------------------

    def deliveries(self) -> list[tuple[str, Delivery]]:
        rows = list(
            Delivery.objects.filter(message__isnull=False).select_related("message", "recipient")
        )
        return list(zip(REFERENCES.cover((row.pk, row.salt) for row in rows), rows, strict=True))

    def fresh(self, message: Message) -> Message:
        return Message.objects.get(pk=message.pk)

    def forbidden(self, channel: str) -> set[str]:
        """References that nothing may be handed over of as things stand now."""
        paused = ChannelPause.objects.filter(channel=channel).exists()
        opened = self._opened()
        return {
            reference
            for reference, row in self.deliveries()
            if row.channel == channel
            and (paused or not _may_leave(row) or _is_needless(row, opened))
        }

    def _opened(self) -> set[tuple[int | None, int | None]]:
        first = Delivery.objects.filter(channel=escalating.FIRST)
        rows = first.exclude(message=None).select_related("message")
        return {(row.message_id, row.recipient_id) for row in rows if _is_opened(row)}

    # --- What must be true after every step ----------------------------------------------------------

    def check(self) -> None:
        for message in self.messages:
            assert not counting.reconcile(message.pk), "a counter was wrong"
        for reference, row in self.deliveries():
            self._check(row, self.taken[reference], self.ordered_again[reference])
        self._check_messages()

    def _check(self, row: Delivery, got: int, again: int) -> None:
        most = 1 + (row.lane == 0) + again
        assert got <= most, f"{row.channel} of lane {row.lane} went out {got} times"
        assert (row.state == S.SUBMITTING) == (row.lease_owner is not None)
        if row.state in REACHED:
            assert got, f"said {row.state} and nobody took it"
        if row.state in NOT_REACHED and row.reason != Delivery.Reason.LOST_ANSWER:
            assert not got, f"said {row.state} {row.reason} and it was taken"

    def _check_messages(self) -> None:
        left = Message.objects.filter(pk__in=self.changed, status__in=LEFT)
        assert not left.exists(), "an approval held for another text"
        for message in Message.objects.filter(status__in=[Status.SENT, Status.SENT_WITH_FAILURES]):
            waiting = message.deliveries.filter(state__in=OPEN)
            assert not waiting.exists(), f"{message.status} with open deliveries"
            listed = message.deliveries.count()
            assert listed == message.people_count * len(message.channels), "somebody is missing"

    # --- Acting ------------------------------------------------------------------------------------

    def order(self, klass: str, kinds: Sequence[str], plan: dict[str, object], hours: int) -> None:
        """Write a message and give the order; `hours` until it expires, 0 for never."""
        ends = timezone.now() + timedelta(hours=hours) if hours else None
        message = make.message(
            author=self.clerk, about=self.topic, channels=tuple(kinds), klass=klass,
            escalation=plan if {"push", "sms"} <= {*kinds} else {}, expires_at=ends, sms_parts=1,
        )  # fmt: skip
        if klass == Message.Klass.ALARM:
            message.topic = None
            message.save(update_fields=["topic"])
        sending.send(message, by=self.clerk)
        if message.status == Status.WAITING:
            sending.approve(message, by=self.second)
        self.messages.append(message)

    def jump(self, seconds: float) -> None:
        """The clock jumps ahead (or back): the database's cannot be set, so all times are moved."""
        ahead = timedelta(seconds=seconds)
        Delivery.objects.update(
            due_at=F("due_at") - ahead,
            lease_until=F("lease_until") - ahead,
            changed_at=F("changed_at") - ahead,
        )
        for name in ("due_at", "expires_at", "sent_at", "escalates_at"):
            rows = Message.objects.exclude(**{name: None})
            rows.update(**{name: F(name) - ahead})
        # Its times are part of what was approved, and nobody changed them.
        for message in Message.objects.exclude(approved_digest="").exclude(pk__in=self.changed):
            now = approving.digest(message)
            Message.objects.filter(pk=message.pk).update(approved_digest=now)

    def change_text(self, message: Message) -> None:
        """As somebody who has the database: what was approved is another text now."""
        waiting = message.status == Status.SCHEDULED and message.approved_digest
        if waiting:
            message.text = replace(message.text, short="Inna treść.")
            message.save(update_fields=["text"])
            self.changed.add(message.pk)

    def approve_again(self) -> None:
        for message in Message.objects.filter(status=Status.WAITING):
            sending.approve(message, by=self.second)
            self.changed.discard(message.pk)

    def mend(self) -> None:
        ChannelPause.objects.all().delete()


def settle_town() -> None:
    """Six people who agreed to everything; the first two share a number."""
    about, shared = make.topic(), "+48510007777"
    tokens = iter(range(100))
    for kinds in (("push", "sms", "email"), ("sms",), ("push", "sms"), ("push",), ("email", "sms")):
        contacts = make.contacts(*kinds)
        if "push" in kinds:
            contacts["push"] = f"machine-token-{next(tokens)}-{uuid.uuid4().hex}"
        if len(Recipient.objects.all()[:2]) < 2:
            contacts["sms"] = shared
        make.recipient(topics=(about,), contacts=contacts)


def _may_leave(row: Delivery) -> bool:
    message, person = row.message, row.recipient
    assert message is not None
    kind = CONTACT_KINDS.index(row.channel)
    topic = message.topic
    agreed = topic is None or person.consents >> (topic.bit * len(CONTACT_KINDS) + kind) & 1
    going = message.status in (Status.EXPANDING, Status.SENDING)
    return bool(going and person.state == Recipient.State.ACTIVE and agreed)


def _is_needless(row: Delivery, opened: set[tuple[int | None, int | None]]) -> bool:
    second = row.message is not None and row.message.escalation.get("then") == row.channel
    lost = row.reason == Delivery.Reason.LOST_ANSWER
    return second and not lost and (row.message_id, row.recipient_id) in opened


def _is_opened(row: Delivery) -> bool:
    assert row.message is not None
    enough = row.message.escalation.get("until") == escalating.DELIVERED
    return row.state == S.READ or (enough and row.state == S.DELIVERED)
