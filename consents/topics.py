"""From an administrator's wish to a topic that people may agree to, and to how many do."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, IntegerField, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import Unit, User
from recipients.contacts import permissions
from recipients.models import CONTACT_KINDS, Recipient

from .models import Consent, ConsentForm, Topic

MOST = 15  # so many topics × kinds of contact fit into the 64 bits of Recipient.consents


class NoRoom(Exception):
    """A sentence for the person at the screen: every place of a topic is taken, for good."""


class StaleTopic(Exception):
    """Somebody saved another version meanwhile; `theirs` is what stands now."""

    def __init__(self, theirs: Topic) -> None:
        super().__init__("stale")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class TopicData:
    """What a form says about a topic; `legal_basis` only where it is `mandatory`."""

    name: str
    description: str = ""
    unit: Unit | None = None
    mandatory: bool = False
    legal_basis: str = ""
    commercial: bool = False
    channels: Collection[str] = field(default=CONTACT_KINDS)

    @property
    def values(self) -> dict[str, Any]:
        ordered = [kind for kind in CONTACT_KINDS if kind in self.channels]
        basis = self.legal_basis if self.mandatory else ""
        return {
            "name": self.name,
            "description": self.description,
            "unit": self.unit,
            "mandatory": self.mandatory,
            "legal_basis": basis,
            "commercial": self.commercial,
            "channels": ordered,
        }


def add(data: TopicData, *, by: User) -> Topic:
    """Open a new topic behind all others; raises NoRoom where no bit is left."""
    with transaction.atomic():
        _lock_all()
        last = Topic.objects.aggregate(last=Max("place"))["last"]
        topic = Topic(bit=free_bit(), place=0 if last is None else last + 1, **data.values)
        topic.save(force_insert=True)
        detail = {"bit": topic.bit, **_plain(topic)}
        audit.record("topic.added", topic, by=by, detail=detail, states=(None, _state(topic)))
    return topic


def change(topic: Topic, data: TopicData, *, revision: int, by: User) -> Topic:
    """Save what was changed over `revision`; raises StaleTopic where that is not the newest."""
    with transaction.atomic():
        row = Topic.objects.select_for_update().get(pk=topic.pk)
        if row.revision != revision:
            raise StaleTopic(row)
        before = _state(row)
        for name, value in data.values.items():
            setattr(row, name, value)
        if _state(row) == before:
            return row
        _save(row, *data.values)
        states = (before, _state(row))
        audit.record("topic.changed", row, by=by, detail=_plain(row), states=states)
    return row


def close(topic: Topic, *, by: User) -> bool:
    """Nobody can agree to it from now on; false where it is closed already."""
    return _turn(topic, "topic.closed", by=by, closed=True)


def reopen(topic: Topic, *, by: User) -> bool:
    """People may agree to it again; false where it is open."""
    return _turn(topic, "topic.reopened", by=by, closed=False)


def move(topic: Topic, *, up: bool, by: User) -> bool:
    """Exchange it with its neighbour on forms and pages; false at the end of the list."""
    with transaction.atomic():
        rows = _lock_all()
        here = next(place for place, row in enumerate(rows) if row.pk == topic.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return False
        rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows):
            Topic.objects.filter(pk=row.pk).exclude(place=place).update(place=place)
        audit.record("topic.moved", topic, by=by, detail={"place": there})
    return True


def free_bit() -> int:
    """The next place in Recipient.consents; one that was used once is never given again."""
    highest = Topic.objects.aggregate(highest=Max("bit"))["highest"]
    for bit in range(0 if highest is None else highest + 1, MOST):
        mask = sum(permissions.bit(bit, kind) for kind in CONTACT_KINDS)
        used = Recipient.objects.annotate(hit=F("consents").bitand(mask)).exclude(hit=0)
        printed = ConsentForm.objects.annotate(hit=F("wanted").bitand(mask)).exclude(hit=0)
        if not used.exists() and not printed.exists():
            return bit
    raise NoRoom(
        _(
            "There is no room for another topic: %(most)d is the most, and a closed topic keeps its"
            " place because its consents do. Reopen a closed topic, or widen an open one."
        )
        % {"most": MOST}
    )


def agreed(topics: Collection[Topic]) -> dict[int, dict[str, int]]:
    """How many active people agree now: by topic id and kind of contact, in one query."""
    sums = {
        f"{topic.pk}_{kind}": Sum(
            F("consents")
            .bitrightshift(permissions.bit(topic.bit, kind).bit_length() - 1)
            .bitand(1),
            default=0,
            output_field=IntegerField(),
        )
        for topic in topics
        for kind in CONTACT_KINDS
    }
    if not sums:
        return {}
    found = Recipient.objects.filter(state=Recipient.State.ACTIVE).aggregate(**sums)
    return {
        topic.pk: {kind: found[f"{topic.pk}_{kind}"] for kind in CONTACT_KINDS} for topic in topics
    }


def ticked_beforehand(bits: int) -> int:
    """`bits` without commercial information, whose box people tick themselves (art. 398 PKE)."""
    for topic in Topic.objects.filter(commercial=True):
        bits &= ~sum(permissions.bit(topic.bit, kind) for kind in CONTACT_KINDS)
    return bits


def ever_agreed(topic: Topic) -> bool:
    """Whether anybody ever said yes to it, so that its words are part of a proof."""
    return Consent.objects.filter(topic=topic).exists()


def _turn(topic: Topic, action: str, *, by: User, closed: bool) -> bool:
    with transaction.atomic():
        row = Topic.objects.select_for_update().get(pk=topic.pk)
        if row.closed == closed:
            return False
        row.closed_at = timezone.now() if closed else None
        _save(row, "closed_at")
        audit.record(action, row, by=by)
    return True


def _lock_all() -> list[Topic]:
    """Every topic in the order of pages: bits and places are drawn one after another."""
    return list(Topic.objects.select_for_update())


def _save(row: Topic, *names: str) -> None:
    row.revision += 1
    row.save(update_fields=[*names, "revision"])


def _state(topic: Topic) -> dict[str, Any]:
    data = TopicData(
        topic.name,
        topic.description,
        None,
        topic.mandatory,
        topic.legal_basis,
        topic.commercial,
        tuple(topic.channels),
    )
    return asdict(data) | {"unit": topic.unit_id}


def _plain(topic: Topic) -> dict[str, object]:
    """Codes for the log: the words stand there as a digest only."""
    return {
        "mandatory": topic.mandatory,
        "commercial": topic.commercial,
        "channels": topic.channels,
        "unit": topic.unit_id,
    }
