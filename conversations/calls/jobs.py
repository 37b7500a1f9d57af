"""From every try to bring a call to a row that says what became of it, and from old rows to none."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import Arrival, Conversation, ExchangeKey, IngestJob
from conversations.models.retention import MONTHS
from icp.days import months_after
from icp.encryption.erasing import erase_key

from . import quarantine

State = IngestJob.State


def done(
    source: str,
    name: str,
    conversation: Conversation,
    *,
    exchange: ExchangeKey | None = None,
    request_key: str = "",
    remark: str = "",
) -> IngestJob:
    """It is registered; what was refused of the same call before is settled by that."""
    now = timezone.now()
    with transaction.atomic():
        settled = IngestJob.objects.filter(source=source, external_id=name, state=State.REFUSED)
        settled.update(state=State.DONE, conversation=conversation, finished_at=now)
        return IngestJob.objects.create(
            source=source,
            external_id=name,
            exchange=exchange,
            request_key=request_key,
            state=State.DONE,
            error=remark,
            conversation=conversation,
            finished_at=now,
        )


def refused(source: str, name: str, code: str, *, exchange: ExchangeKey | None = None) -> IngestJob:
    """It came and was not taken; an exchange that repeats itself changes the time only."""
    now = timezone.now()
    with transaction.atomic():
        known = IngestJob.objects.filter(
            source=source, external_id=name, state=State.REFUSED, error=code
        ).first()
        if known is not None:
            IngestJob.objects.filter(pk=known.pk).update(at=now, finished_at=now)
            return known
        job = IngestJob.objects.create(
            source=source,
            external_id=name,
            exchange=exchange,
            state=State.REFUSED,
            error=code,
            finished_at=now,
        )
        audit.record("ingest.refused", job, by=None, detail={"source": source, "error": code})
    return job


def put_aside(source: str, name: str, code: str, arrival: Arrival) -> IngestJob:
    """Its file lies in the quarantine until somebody looks at it."""
    with transaction.atomic():
        job = IngestJob.objects.create(
            source=source, external_id=name, details=arrival, state=State.QUARANTINED, error=code
        )
        detail: dict[str, object] = {"source": source, "error": code}
        audit.record("ingest.quarantined", job, by=None, detail=detail)
    return job


def was_done(source: str, name: str) -> bool:
    return IngestJob.objects.filter(source=source, external_id=name, state=State.DONE).exists()


def waiting(_user: User) -> int:
    """How many files lie in the quarantine; the number beside the page in the menu."""
    return IngestJob.objects.filter(state=State.QUARANTINED).count()


def digest_of_request(exchange: ExchangeKey, key: str) -> str:
    return sha256(f"{exchange.pk}:{key}".encode("utf-8", "surrogatepass")).hexdigest()


def is_another(request_key: str, name: str) -> bool:
    """Whether the Idempotency-Key belongs to another call."""
    known = IngestJob.objects.filter(request_key=request_key).first() if request_key else None
    return known is not None and known.external_id != name


def forget_old(now: datetime | None = None) -> int:
    """What was put aside lives no longer than a conversation (§ 6); returns how many rows went."""
    today = timezone.localdate(now)
    before = timezone.now() - timedelta(days=28 * MONTHS)
    old = [
        job
        for job in IngestJob.objects.filter(at__lt=before)
        if months_after(timezone.localdate(job.at), MONTHS) <= today
    ]
    for job in old:
        if job.details and job.details.put_aside:
            quarantine.path_of(job.details.put_aside).unlink(missing_ok=True)
        with transaction.atomic():
            erase_key(job.uid)
            job.delete()
    return len(old)
