"""From everybody's tokens, names and birth dates to pairs of cards that may be of one person.

Nobody's data are opened: equal tokens are compared by the database, names and birth dates by the
sealed pages that searches and filters read anyway.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations, groupby

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from admin_module import audit
from admin_module.models import User
from icp.encryption import pages
from recipients import jobs
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.models import CONTACT_KINDS, GIVEN_KINDS, DuplicatePair, Job, OfficeFile, Recipient

JOB = "duplicate_search"
REASONS: dict[str, Promise] = {
    "pesel": _("the same PESEL"),
    "name_and_birth_date": _("the same name and birth date"),
    "similar_name": _("a similar name and the same birth date"),
    "email": _("the same e-mail address"),
    "sms": _("the same phone number"),
    "epuap": _("the same ePUAP box"),
    "push": _("the same device"),
    "birth_date": _("the same birth date"),
    "name": _("the same or a similar name"),
}
# More people than that at one number are no person registered twice but a hostel or an office.
MOST_AT_ONE_ADDRESS = 5
LEAST_WORDS = 2  # of a name; one word says too little
CHUNK = 500
Strength = DuplicatePair.Strength
Pair = tuple[int, int]
Found = dict[Pair, set[str]]


def search() -> Found:
    """All pairs alike in something, with the codes of REASONS."""
    found: Found = defaultdict(set)
    for reason, pair in (*_same_tokens(), *_similar_names()):
        found[pair].add(reason)
    _look_closer(found)
    return found


def _same_tokens() -> Iterator[tuple[str, Pair]]:
    for reason, column in (("pesel", "pesel_token"), ("name_and_birth_date", "duplicate_token")):
        for pair in _alike(_TOKENS.format(column=column), [], most=50):
            yield reason, pair
    for kind in GIVEN_KINDS:
        for pair in _alike(_CONTACTS, [kind], most=MOST_AT_ONE_ADDRESS):
            yield kind, pair


# Tokens that stand more than once, with their people.
_TOKENS = """
    SELECT r.{column}, r.id FROM recipients_recipient r
    WHERE r.{column} IN (
        SELECT {column} FROM recipients_recipient WHERE {column} IS NOT NULL
        GROUP BY {column} HAVING count(*) > 1
    ) ORDER BY r.{column}, r.id
"""
_CONTACTS = """
    SELECT c.value_token, c.recipient_id FROM recipients_contactpoint c
    WHERE c.kind = %s AND c.value_token IN (
        SELECT value_token FROM recipients_contactpoint WHERE value_token IS NOT NULL
        GROUP BY value_token HAVING count(*) > 1
    ) ORDER BY c.value_token, c.recipient_id
"""


def _alike(sql: str, parameters: list[str], *, most: int) -> Iterator[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [(bytes(token), pk) for token, pk in cursor.fetchall()]
    for _token, same in groupby(rows, key=lambda row: row[0]):
        people = [pk for _again, pk in same]
        if len(people) <= most:
            yield from combinations(people, 2)


class _Town:
    """Folded names and birth dates of everybody, by primary key; from the sealed pages."""

    def __init__(self) -> None:
        names, facets = pages.snapshot(NAMES), pages.snapshot(FACETS)
        self.words = dict(zip(names.ids.tolist(), names.records["text"].tolist(), strict=True))
        self.ids, self.births = facets.ids, facets.column("birth")

    def birth(self, pk: int) -> int | None:
        place = int(np.searchsorted(self.ids, pk))
        there = place < len(self.ids) and self.ids[place] == pk
        return int(self.births[place]) if there else None

    def born_together(self) -> Iterator[list[int]]:
        order = np.argsort(self.births, kind="stable")
        ids, births = self.ids[order].tolist(), self.births[order].tolist()
        for _day, same in groupby(zip(births, ids, strict=True), key=lambda row: row[0]):
            people = [pk for _again, pk in same]
            if len(people) > 1:
                yield people


def _similar_names() -> Iterator[tuple[str, Pair]]:
    town = _Town()
    for people in town.born_together():
        words = {pk: town.words[pk].split() for pk in people if pk in town.words}
        for one, two in combinations(sorted(words), 2):
            if similar(words[one], words[two]):
                yield "similar_name", (one, two)


def _look_closer(found: Found) -> None:
    """Where a contact is shared: the same birth date or name tells a person from a family."""
    town = _Town()
    for (one, two), reasons in found.items():
        if "name_and_birth_date" in reasons:
            reasons.discard("similar_name")
        if not reasons & set(CONTACT_KINDS) or len(reasons - set(CONTACT_KINDS)):
            continue
        if town.birth(one) is not None and town.birth(one) == town.birth(two):
            reasons.add("birth_date")
        first, second = (town.words.get(pk, b"").split() for pk in (one, two))
        if similar(first, second):
            reasons.add("name")


def similar(one: list[bytes], two: list[bytes]) -> bool:
    """Whether each word of the shorter name stands in the other, letters aside; one exactly."""
    short, long = sorted((one, two), key=len)
    if len(short) < LEAST_WORDS or not set(short) & set(long):
        return False
    left = list(long)
    for word in sorted(short, key=lambda word: word not in left):
        match = next((other for other in left if near(word, other)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def near(one: bytes, two: bytes) -> bool:
    """Whether two words differ by a slip: one letter from 4 letters on, two from 8 on."""
    if one == two:
        return True
    allowed = min(len(one), len(two)) // 4
    return allowed > 0 and _slips(one, two, min(allowed, 2)) <= min(allowed, 2)


def _slips(one: bytes, two: bytes, allowed: int) -> int:
    """Letters to put in, leave out or change; counting stops above `allowed`."""
    if abs(len(one) - len(two)) > allowed:
        return allowed + 1
    row = list(range(len(two) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for other, letter_two in enumerate(two, 1):
            change = before + (letter != letter_two)
            before = row[other]
            row[other] = min(change, row[other] + 1, row[other - 1] + 1)
        if min(row) > allowed:
            return allowed + 1
    return row[-1]


def strength_of(reasons: Iterable[str]) -> int:
    given = set(reasons)
    if "pesel" in given:
        return Strength.CERTAIN
    return Strength.LIKELY if given - set(CONTACT_KINDS) else Strength.PERHAPS


# --- The search as work for the background ------------------------------------------------------------


def run(work: jobs.Work) -> OfficeFile | None:
    """Search, and write down what is new, what changed and what is no more."""
    found = search()
    known = {(pair.first_id, pair.second_id): pair for pair in DuplicatePair.objects.all()}
    gone = [pair.pk for key, pair in known.items() if key not in found and not pair.different_at]
    fresh = [key for key in found if key not in known]
    work.job.counts = {"pairs": len(found), "new": len(fresh), "gone": len(gone)}
    DuplicatePair.objects.filter(pk__in=gone).delete()
    _look_again(found, known)
    now = timezone.now()
    for start in range(0, len(fresh), CHUNK):
        with transaction.atomic():
            rows = [_row(key, found[key], now) for key in fresh[start : start + CHUNK]]
            DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True)
            work.step(min(start + CHUNK, len(fresh)), len(fresh))
    return None


def _row(key: Pair, reasons: set[str], now: datetime) -> DuplicatePair:
    return DuplicatePair(
        first_id=key[0],
        second_id=key[1],
        reasons=sorted(reasons),
        strength=strength_of(reasons),
        found_at=now,
    )


def _look_again(found: Found, known: Mapping[Pair, DuplicatePair]) -> None:
    """Pairs whose reasons changed; the same PESEL comes back even after "not the same person"."""
    for key, pair in known.items():
        reasons = sorted(found.get(key, pair.reasons))
        if reasons == pair.reasons:
            continue
        if "pesel" in reasons and "pesel" not in pair.reasons:
            pair.different_at = pair.different_by = None
        pair.reasons, pair.strength = reasons, strength_of(reasons)
        pair.save()


def order_when_due() -> Job | None:
    """Order the search of the night; called every half a minute, does so once in so many hours."""
    since = timezone.now() - timedelta(hours=settings.DUPLICATE_SEARCH_HOURS)
    lately = Job.objects.filter(kind=JOB, created_at__gt=since).exists()
    if lately or not Recipient.objects.exists():
        return None
    try:
        return jobs.order(JOB, by=None, form_key=uuid.uuid4())
    except jobs.AlreadyUnderWay:
        return None


def last_search() -> Job | None:
    return Job.objects.filter(kind=JOB).order_by("-pk").first()


# --- What a member of staff sees and says of them --------------------------------------------------------


def seen_by(by: User) -> QuerySet[DuplicatePair]:
    """Pairs of which both cards are there and may be opened."""
    people = Recipient.objects.visible_to(by).exclude(state__in=Recipient.GONE)
    pairs: QuerySet[DuplicatePair] = DuplicatePair.objects.filter(
        first__in=people, second__in=people
    )
    return pairs.select_related("first", "second", "different_by").order_by("-strength", "pk")


@transaction.atomic
def tell_apart(pair: DuplicatePair, *, by: User) -> bool:
    """Remember that these are two people; False where somebody said so before."""
    said = DuplicatePair.objects.filter(pk=pair.pk, different_at=None)
    if not said.update(different_at=timezone.now(), different_by=by):
        return False
    _record("duplicate.told_apart", pair, by)
    return True


@transaction.atomic
def take_back(pair: DuplicatePair, *, by: User) -> bool:
    """They may be the same person after all."""
    said = DuplicatePair.objects.filter(pk=pair.pk, different_at__isnull=False)
    if not said.update(different_at=None, different_by=None):
        return False
    _record("duplicate.taken_back", pair, by)
    return True


def _record(action: str, pair: DuplicatePair, by: User) -> None:
    people: dict[str, object] = {"recipients": [pair.first_id, pair.second_id]}
    audit.record(action, pair, by=by, detail=people)


def forget(person: Recipient) -> None:
    """Leave nothing that says whom an erased person was like."""
    DuplicatePair.objects.filter(first=person).delete()
    DuplicatePair.objects.filter(second=person).delete()


KIND = jobs.Kind(
    name=JOB,
    label=_("search for duplicates"),
    permission="recipients.join_recipients",
    do=run,
    alone=True,
    things=pgettext_lazy("so many of all", "pairs"),
    counts={
        "pairs": _("pairs that are alike"),
        "new": _("of them new"),
        "gone": _("no longer alike"),
    },
    page="duplicate-list",
)
