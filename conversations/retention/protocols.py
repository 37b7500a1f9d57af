"""From a run, or a month, to the protocol of destruction: a PDF whose digest stands in the audit chain.

The words are Polish here, as on every paper of the office. It names random ids, times, counts and
digests: nobody learns from it whom the office had spoken with.
"""

import hashlib
import io
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from admin_module import audit
from admin_module.configuration import Municipality, read
from conversations.models import (
    DestructionProtocol,
    EarlyPurge,
    Kind,
    PurgeRun,
    SourceDisposal,
    Tombstone,
)
from icp.days import months_after
from messaging.about_person import paper, wording
from messaging.about_person.paper import Section
from messaging.archive.evidence_paper import grouped

log = logging.getLogger(__name__)
TITLE = "Protokół trwałego usunięcia"
KINDS = {Kind.CALL: "połączenie", Kind.CHAT: "czat"}
MONTHS = [
    "styczeń",
    "luty",
    "marzec",
    "kwiecień",
    "maj",
    "czerwiec",
    "lipiec",
    "sierpień",
    "wrzesień",
    "październik",
    "listopad",
    "grudzień",
]
LISTED = 5000  # rows of a monthly protocol; beyond, the protocols of its runs list them
MEDIA = "application/pdf"


def draw_missing() -> int:
    """Every run that ended gets its protocol, and so does every month that is over; returns how many.

    What fails is logged and tried again the next night: the deletion itself is done.
    """
    runs = PurgeRun.objects.filter(ended_at__isnull=False, protocol=None).order_by("pk")
    wanted: list[PurgeRun | date] = [*runs, *_months_without()]
    drawn = 0
    for one in wanted:
        try:
            drawn += bool(draw(one))
        except Exception:
            log.exception("A protocol of destruction could not be drawn.")
    return drawn


def _months_without() -> list[date]:
    """First days of the months that are over, with deletions and without a protocol."""
    this = timezone.localdate().replace(day=1)
    known = set(DestructionProtocol.objects.exclude(month=None).values_list("month", flat=True))
    ended = PurgeRun.objects.filter(ended_at__isnull=False, ended_at__lt=_beginning(this))
    found = {
        timezone.localdate(at).replace(day=1) for at in ended.values_list("ended_at", flat=True)
    }
    return sorted(found - known)


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def draw(of: PurgeRun | date) -> DestructionProtocol:
    """Set it in type, keep it sealed, and write its digest into the audit chain."""
    about = {"run": of} if isinstance(of, PurgeRun) else {"month": of}
    pdf = render(of)
    digest = hashlib.sha256(pdf).hexdigest()
    purged = _stones(of).count()
    with transaction.atomic():
        kept: DestructionProtocol = DestructionProtocol.keep(
            io.BytesIO(pdf), media_type=MEDIA, purged=purged, digest=digest, **about
        )
        detail: dict[str, object] = {"sha256": digest, "purged": purged}
        if isinstance(of, PurgeRun):
            detail["run"] = of.pk
        else:
            detail["month"] = of
        audit.record("purge_protocol.drawn", kept, by=None, detail=detail)
    return kept


def _stones(of: PurgeRun | date) -> QuerySet[Tombstone]:
    if isinstance(of, PurgeRun):
        return of.tombstones.order_by("pk")
    end = _beginning(months_after(of, 1))
    runs = PurgeRun.objects.filter(ended_at__gte=_beginning(of), ended_at__lt=end)
    return Tombstone.objects.filter(run__in=runs).order_by("pk")


def render(of: PurgeRun | date) -> bytes:
    """PDF/A-2a and PDF/UA-1; the same rows give the same bytes."""
    stones = list(_stones(of).select_related("conversation"))
    made = _last(stones)
    office = read(Municipality)
    data = {
        "title": f"{TITLE} {name(of)}",
        "lead": (
            "Urząd zaświadcza, że rozmowy wymienione niżej zostały usunięte trwale: zniszczono ich "
            "klucze szyfrujące, pliki i treść. Nie można ich odtworzyć."
        ),
        "office": office.name,
        "address": office.address,
        "made": _moment(made),
        "keywords": ["protokół", "trwałe usunięcie"],
        "sections": [asdict(section) for section in _sections(of, stones)],
    }
    return paper.typeset(data, made)


def name(of: PurgeRun | date) -> str:
    """As people call it: "nr 12", or "za listopad 2026"."""
    if isinstance(of, PurgeRun):
        return f"nr {of.pk}"
    return f"za {MONTHS[of.month - 1]} {of.year}"


def _last(stones: list[Tombstone]) -> datetime:
    return max((stone.purged_at for stone in stones if stone.purged_at), default=timezone.now())


def _sections(of: PurgeRun | date, stones: list[Tombstone]) -> Iterator[Section]:
    yield Section("Podsumowanie", facts=tuple(_sums(of, stones)))
    if isinstance(of, date):
        yield _runs(of)
    policies = Counter(stone.policy for stone in stones)
    yield Section(
        "Podstawa i okres przechowywania",
        head=("Okres i podstawa", "Rozmów"),
        widths=(4, 0.8),
        rows=tuple((policy, str(number)) for policy, number in sorted(policies.items())),
    )
    yield Section("Jak usunięto", texts=HOW)
    shown = stones if isinstance(of, PurgeRun) else stones[:LISTED]
    yield Section(
        "Usunięte rozmowy",
        head=("Identyfikator", "Rodzaj", "Powstała", "Klucz zniszczono", "Usunięto", "Plików"),
        widths=(2.9, 0.9, 1.1, 1.4, 1.4, 0.6),
        rows=tuple(_row(stone) for stone in shown),
    )
    digests = [(stone, digest) for stone in shown for digest in stone.digests if digest]
    if digests:
        yield Section(
            "Skróty usuniętych plików",
            texts=("SHA-256 zaszyfrowanego pliku, tak jak leżał na dysku.",),
            head=("Identyfikator rozmowy", "SHA-256"),
            widths=(2.2, 4),
            rows=tuple((str(stone.conversation.uid), grouped(digest)) for stone, digest in digests),
        )


def _sums(of: PurgeRun | date, stones: list[Tombstone]) -> Iterator[tuple[str, str]]:
    kinds = Counter(stone.kind for stone in stones)
    if isinstance(of, PurgeRun):
        yield "Rozpoczęto", _moment(of.began_at)
        if of.ended_at:
            yield "Zakończono", _moment(of.ended_at)
        yield "Wykonał", _who(of)
    else:
        yield "Miesiąc", f"{MONTHS[of.month - 1]} {of.year}"
    yield "Usunięto rozmów", str(len(stones))
    yield "w tym połączeń telefonicznych", str(kinds[Kind.CALL])
    yield "w tym czatów", str(kinds[Kind.CHAT])
    yield "Usunięto plików", str(sum(len(stone.digests) for stone in stones))
    yield "Bajtów w plikach", str(sum(stone.size for stone in stones))
    waiting = SourceDisposal.objects.filter(
        conversation__in=[stone.conversation_id for stone in stones[:LISTED]], done_at=None
    )
    yield "Czeka na potwierdzenie usunięcia u źródła", str(waiting.count())


def _who(run: PurgeRun) -> str:
    early = EarlyPurge.objects.filter(conversation__tombstone__run=run, coapproved_at__isnull=False)
    agreed = (
        early.filter(approved_at__isnull=False)
        .select_related("approved_by", "coapproved_by")
        .first()
    )
    if agreed is not None:
        return f"system, na polecenie: {agreed.approved_by}, za zgodą: {agreed.coapproved_by}"
    return f"system, na polecenie: {run.by}" if run.by else "system, w nocnym przeglądzie"


def _runs(month: date) -> Section:
    runs = _stones(month).values_list("run").annotate(Max("pk")).order_by("run")
    found = PurgeRun.objects.filter(pk__in=[pk for pk, _last in runs]).order_by("pk")
    return Section(
        "Przebiegi w tym miesiącu",
        head=("Nr", "Zakończono", "Rozmów", "SHA-256 protokołu przebiegu"),
        widths=(0.5, 1.2, 0.7, 3.6),
        rows=tuple(
            (
                str(run.pk),
                _moment(run.ended_at) if run.ended_at else "",
                str(run.purged),
                grouped(run.protocol.digest) if hasattr(run, "protocol") else "–",
            )
            for run in found.select_related("protocol")
        ),
    )


HOW = (
    "1. Zniszczono klucz szyfrujący rozmowy. Od tej chwili nagranie, treść czatu, numer telefonu i "
    "wszystkie zapisane o niej słowa są nieczytelne – w systemie i w kopiach bazy głównej.",
    "2. Usunięto z dysku zaszyfrowane pliki. U dostawcy, od którego przyszło nagranie, zlecono usunięcie.",
    "3. Usunięto wiersze bazy danych. Został identyfikator, rodzaj rozmowy i daty.",
    "Kopie zapasowe tabeli kluczy są przechowywane najdłużej 30 dni. Po odtworzeniu kopii system "
    "niszczy klucze wymienione w dzienniku usunięć ponownie.",
)


def _moment(at: datetime) -> str:
    return wording.moment(timezone.localtime(at).isoformat())


def _row(stone: Tombstone) -> tuple[str, ...]:
    return (
        str(stone.conversation.uid),
        KINDS[Kind(stone.kind)],
        wording.day(timezone.localdate(stone.originated_at).isoformat()),
        _moment(stone.key_destroyed_at),
        _moment(stone.purged_at) if stone.purged_at else "w toku",
        str(len(stone.digests)),
    )
