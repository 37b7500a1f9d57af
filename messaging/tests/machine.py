"""A state machine over messages and deliveries with faults drawn at random (Hypothesis, stateful).

`test_machine.py` runs a few hundred steps; `python -m benchmarks.machine --steps 10000` runs as many as asked.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from messaging import sweeping
from messaging.channels.base import Answer, News, Outcome, StatusUpdate
from messaging.engine import claiming, delivering, expanding, outcomes, receipts
from messaging.engine.claiming import Due
from messaging.ledger import epoch, finishing
from messaging.ledger.escalating import Escalation
from messaging.models import REFERENCES, Delivery, Message
from messaging.steps import braking, sending
from messaging.trace import unknowns
from recipients.account import rights
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS, ContactPoint, Recipient

from .machine_world import ENDED, FATES, KINDS, World

S = Delivery.State
MOST_MESSAGES = 3
kinds = st.sampled_from(KINDS)
fates = st.lists(st.sampled_from([*FATES, *["accepted"] * 4]), min_size=1, max_size=6)
several_kinds = st.sampled_from([("push", "sms"), ("push", "sms", "email"), ("sms",), ("email",)])
plans = st.sampled_from([{}, Escalation(30).as_json(), Escalation(30, "delivered").as_json()])
numbers = st.integers(0, 99)
NEWS = {"push": (News.DELIVERED, News.READ), "sms": tuple(News)[:3], "email": (News.UNDELIVERED,)}


class Machine(RuleBasedStateMachine):
    """Each example is a savepoint on the same town."""

    steps = 0  # of all examples together
    done: dict[str, int] = {}  # how often each rule was taken

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        epoch.outside_path().unlink(missing_ok=True)
        self.chunks = dict(expanding.CHUNK)
        expanding.CHUNK[connection.vendor] = 2
        self.world = World()
        self.killed: list[tuple[str, list[tuple[Due, Answer]]]] = []
        self.told: list[tuple[str, StatusUpdate]] = []

    def count(self, name: str) -> None:
        Machine.steps += 1
        Machine.done[name] = Machine.done.get(name, 0) + 1

    @initialize(
        klass=st.sampled_from(["information", "warning", "alarm"]), kinds=several_kinds, plan=plans
    )
    def first_order(self, klass: str, kinds: tuple[str, ...], plan: dict[str, object]) -> None:
        self.world.order(klass, kinds, plan, 0)

    # --- The engine at work, with faults ---------------------------------------------------------------

    @precondition(lambda self: len(self.world.messages) < MOST_MESSAGES)
    @rule(
        klass=st.sampled_from(["information", "warning", "alarm"]),
        kinds=several_kinds,
        plan=plans,
        hours=st.sampled_from([0, 0, 5]),
    )
    def order(
        self, klass: str, kinds: tuple[str, ...], plan: dict[str, object], hours: int
    ) -> None:
        self.count("order")
        self.world.order(klass, kinds, plan, hours)

    @precondition(lambda self: self.unlisted())
    @rule(which=numbers, chunks=st.integers(0, 3))
    def list_some(self, which: int, chunks: int) -> None:
        """A worker that writes the list is killed after some chunks."""
        self.count("list_some")
        message = self.a_message(which)
        expanding.start(message.pk)
        expanding.resolve(message.pk)
        everybody = expanding.stored(message.pk)
        for _chunk in range(chunks):
            expanding.insert_chunk(message.pk, everybody)

    @precondition(lambda _self: Delivery.objects.filter(state=S.QUEUED, letter=None).exists())
    @rule(fates=fates)
    def drain_push(self, fates: list[str]) -> None:
        self.drain("push", fates)

    @precondition(lambda _self: Delivery.objects.filter(state=S.QUEUED, letter=None).exists())
    @rule(fates=fates)
    def drain_sms(self, fates: list[str]) -> None:
        self.drain("sms", fates)

    @precondition(lambda _self: Delivery.objects.filter(state=S.QUEUED, letter=None).exists())
    @rule(channel=kinds, fates=fates)
    def drain_any(self, channel: str, fates: list[str]) -> None:
        self.drain(channel, fates)

    def drain(self, channel: str, fates: list[str]) -> None:
        self.count(f"drain_{channel}")
        with Watch(self.world, channel):
            self.world.providers[channel].fates = cycle(fates)
            delivering.drain(channel, 3)

    @precondition(lambda _self: Delivery.objects.filter(state=S.QUEUED, letter=None).exists())
    @rule(channel=kinds, handed=st.integers(0, 3), change=st.integers(0, 9), which=numbers)
    def killed_worker(self, channel: str, handed: int, change: int, which: int) -> None:
        """It looked, something changed, it took some, handed over a part, and was killed; another
        scheduler saw the same ones."""
        self.count("killed_worker")
        mine, theirs = (claiming.look(channel, 3, 10) for _both in range(2))
        if not mine:
            return
        self.change(change, which)
        group = [item for item in mine if item.work == mine[0].work][:4]
        with Watch(self.world, channel):
            passed = claiming.intend(group, channel)
            again = [item for item in theirs if item.work == mine[0].work][:4]
            assert not passed & claiming.intend(again, channel), "two took the same one"
            taken = [item for item in group if item.id in passed][:handed]
            for item in taken:
                self.world.taken[item.reference] += 1
        answers = [(item, Answer(item.reference, Outcome.ACCEPTED, "late")) for item in taken]
        self.killed.append((channel, answers))

    @precondition(lambda self: self.killed)
    @rule()
    def late_worker(self) -> None:
        """It was only asleep, and writes down what it knows."""
        self.count("late_worker")
        channel, answers = self.killed.pop()
        outcomes.write(answers, channel)

    @rule(seconds=st.sampled_from([1, 60, 1800, 4000, 80 * 3600, -90]))
    def clock(self, seconds: int) -> None:
        self.count("clock")
        self.world.jump(seconds)

    @rule(what=st.integers(0, 2))
    def housekeeping(self, what: int) -> None:
        """Two schedulers at once; a sweep; receipts."""
        self.count("housekeeping")
        if what == 0:
            sweeping.tick()
            sweeping.tick()
        elif what == 1:
            self.sweep_up()
        else:
            receipts.apply(limit=2)

    # --- News ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.world.taken)
    @rule(which=numbers, news=numbers, event=st.integers(0, 2))
    def receipt(self, which: int, news: int, event: int) -> None:
        """Early, late, twice, out of order: whatever the provider has to say of what it took."""
        self.count("receipt")
        rows = [(ref, row) for ref, row in self.world.deliveries() if self.world.taken[ref]]
        if not rows:
            return
        reference, row = rows[which % len(rows)]
        kinds = NEWS[row.channel]
        update = StatusUpdate(
            reference, "", kinds[news % len(kinds)], event_id=f"{reference}{news}{event}"
        )
        self.told.append((row.channel, update))
        receipts.store(row.channel, [update])

    @precondition(lambda self: self.told)
    @rule(which=numbers)
    def receipt_again(self, which: int) -> None:
        self.count("receipt_again")
        channel, update = self.told[which % len(self.told)]
        receipts.store(channel, [update])

    @rule(which=numbers)
    def forged_receipt(self, which: int) -> None:
        """Of nobody, or of somebody's number under another salt: nothing moves."""
        self.count("forged_receipt")
        while receipts.apply():
            pass
        before = list(Delivery.objects.order_by("pk").values_list("pk", "state"))
        references = [uuid.uuid4().hex]
        if before:
            references.append(REFERENCES.cover([(before[which % len(before)][0], 1)])[0])
        for reference in references:
            receipts.store("sms", [StatusUpdate(reference, "", News.DELIVERED)])
        receipts.apply()
        assert list(Delivery.objects.order_by("pk").values_list("pk", "state")) == before

    # --- People and staff -------------------------------------------------------------------------------

    @rule(what=st.integers(0, 9), which=numbers)
    def change_something(self, what: int, which: int) -> None:
        self.count("change_something")
        self.change(what, which)

    @precondition(lambda _self: Delivery.objects.filter(state=S.UNKNOWN, letter=None).exists())
    @rule(which=numbers, again=st.booleans())
    def decide_about_unknown(self, which: int, again: bool) -> None:
        self.count("decide_about_unknown")
        unknown = [(ref, row) for ref, row in self.world.deliveries() if row.state == S.UNKNOWN]
        reference, row = unknown[which % len(unknown)]
        decide = unknowns.resend if again else unknowns.leave
        if decide([row.pk], by=self.world.second) and again:
            self.world.ordered_again[reference] += 1

    def change(self, what: int, which: int) -> None:
        """Something happens to a person or to a message, also between a look and its intent."""
        person = self.world.people[which % len(self.world.people)]
        person.refresh_from_db()
        steps = (
            self.pause, self.resume, self.cancel, self.restrict, self.lift, self.erase,
            self.unsubscribe, self.renumber, self.mend, self.change_text,
        )  # fmt: skip
        steps[what](person, which)

    def pause(self, _person: Recipient, which: int) -> None:
        self.brake(braking.pause, which)

    def resume(self, _person: Recipient, which: int) -> None:
        self.brake(braking.resume, which)

    def cancel(self, _person: Recipient, which: int) -> None:
        if which % 3 == 0:
            self.brake(braking.cancel, which)

    def brake(self, step: Callable[..., object], which: int) -> None:
        if self.world.messages:
            with suppress(sending.CannotSend):
                step(self.a_message(which), by=self.world.clerk)

    def restrict(self, person: Recipient, _which: int) -> None:
        if person.state == Recipient.State.ACTIVE:
            rights.restrict(person, by=self.world.clerk, reason="wątpliwość")

    def lift(self, person: Recipient, _which: int) -> None:
        if person.state == Recipient.State.RESTRICTED:
            rights.lift(person, by=self.world.clerk, reason="wyjaśniono")

    def erase(self, person: Recipient, which: int) -> None:
        if which % 5 == 0 and person.state == Recipient.State.ACTIVE:
            rights.erase(person, by=self.world.clerk, reason="na wniosek")

    def unsubscribe(self, person: Recipient, which: int) -> None:
        kind = CONTACT_KINDS[which % len(CONTACT_KINDS)]
        permissions.set_bit(person.pk, self.world.topic.bit, kind, which % 2 == 0)

    def renumber(self, person: Recipient, which: int) -> None:
        point = ContactPoint.objects.filter(recipient=person, kind="sms").first()
        if point is not None and person.state != Recipient.State.ERASED:
            point.value = f"+4851{which:07d}"
            point.save()

    def mend(self, _person: Recipient, _which: int) -> None:
        self.world.mend()

    def change_text(self, _person: Recipient, which: int) -> None:
        if self.world.messages:
            self.world.change_text(self.a_message(which))

    # --- What holds ------------------------------------------------------------------------------------

    @invariant()
    def the_truth_is_told(self) -> None:
        self.world.check()

    def a_message(self, which: int) -> Message:
        return self.world.fresh(self.world.messages[which % len(self.world.messages)])

    def unlisted(self) -> bool:
        waiting = (Message.Status.SCHEDULED, Message.Status.EXPANDING)
        return Message.objects.filter(status__in=waiting).exists()

    def sweep_up(self) -> None:
        sweeping.give_up_expired()
        sweeping.expire_messages()
        sweeping.close_messages()
        sweeping.end_without_news()
        finishing.finish(message.pk for message in self.world.messages)

    def teardown(self) -> None:
        """Once the faults are over, every message comes to its end and leaves nobody open."""
        try:
            self.run_out()
        finally:
            expanding.CHUNK |= self.chunks
            self.world.leave()
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def run_out(self) -> None:
        for provider in self.world.providers.values():
            provider.fates = cycle(["accepted"])
        for _round in range(6):
            self.world.mend()
            self.world.approve_again()
            for message in self.world.messages:
                self.brake(braking.resume, self.world.messages.index(message))
                expanding.expand(message.pk)
            self.world.jump(7200)
            sweeping.tick()
            for channel in KINDS:
                delivering.drain(channel, 3)
            self.sweep_up()
            left = Message.objects.exclude(status__in=ENDED).values_list("status", flat=True)
            if not left.exists():
                break
        self.world.check()
        assert not left.exists(), f"{list(left)} for ever"


class Watch:
    """Nothing may be handed over inside that was forbidden when it began."""

    def __init__(self, world: World, channel: str) -> None:
        self.world = world
        self.forbidden = world.forbidden(channel)

    def __enter__(self) -> None:
        self.before = dict(self.world.taken)

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            for reference in self.forbidden:
                taken = self.world.taken[reference] - self.before.get(reference, 0)
                assert not taken, "handed over although it might not be"
