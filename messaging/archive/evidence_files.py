"""From an order of an evidence pack to its two sealed files, and from a digest back to who made it."""

import hashlib
import io
import re
import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from messaging.models import EvidenceFile, Message
from recipients import jobs
from recipients.models import Job

from . import evidence, evidence_paper

KIND = "message_evidence"
PDF, JSON = EvidenceFile.Layout.PDF, EvidenceFile.Layout.JSON
MEDIA_TYPES = {PDF: "application/pdf", JSON: "application/json"}
GONE = "gone"
SHA256 = re.compile(r"[0-9a-f]{64}")


class NotOrdered(Exception):
    """Nothing was said yet, so nothing can be proved."""


def order(message: Message, *, by: User, form_key: uuid.UUID) -> Job:
    """Leave the job that makes the pack; raises NotOrdered, jobs.AlreadyUnderWay."""
    if message.sent_at is None:
        raise NotOrdered
    turn = f"evidence-{message.pk}"
    return jobs.order(KIND, {"message": message.pk}, by=by, form_key=form_key, turn=turn)


def make(message: Message, *, by: User) -> list[EvidenceFile]:
    """Both files; each is named in the audit log by the digest of what is in it."""
    document = evidence.gather(message)
    as_json = evidence.as_json(document)
    as_pdf = evidence_paper.pdf(document, hashlib.sha256(as_json).hexdigest())
    with transaction.atomic():
        made = [_keep(message, PDF, as_pdf, by), _keep(message, JSON, as_json, by)]
        detail: dict[str, object] = {file.layout: file.digest for file in made}
        audit.record("message.evidence_made", message, by=by, detail=detail)
    return made


def _keep(message: Message, layout: str, content: bytes, by: User) -> EvidenceFile:
    return EvidenceFile.keep(
        io.BytesIO(content),
        media_type=MEDIA_TYPES[EvidenceFile.Layout(layout)],
        message=message,
        layout=layout,
        digest=hashlib.sha256(content).hexdigest(),
        made_by=by,
    )


def of(message: Message) -> "QuerySet[EvidenceFile]":
    """The files of a message, the latest first; a pack's PDF before its JSON."""
    return message.evidence.select_related("made_by").order_by("-created_at", "pk")


def found(typed: str, by: User) -> EvidenceFile | None:
    """The file with this SHA-256, as far as its message is `by`'s to see."""
    digest = "".join(typed.lower().split())
    if not SHA256.fullmatch(digest):
        return None
    visible = Message.objects.visible_to(by)
    rows = EvidenceFile.objects.filter(digest=digest, message__in=visible.values("pk"))
    return rows.select_related("message", "made_by").first()


def file_name(file: EvidenceFile) -> str:
    day = timezone.localdate(file.created_at).isoformat()
    return f"dowody-{file.message_id}-{day}.{file.layout}"


def _do(work: jobs.Work) -> None:
    message = _ordered(work.job)
    if message is None:
        raise jobs.Failed(GONE)
    work.step(0, 1)
    make(message, by=work.by)
    work.step(1)


def _ordered(job: Job) -> Message | None:
    rows = Message.objects.select_related("unit", "topic", "author", "approved_by").defer("people")
    return rows.filter(pk=job.detail["message"]).first()


def _more(job: Job) -> dict[str, object]:
    return {"message_id": job.detail["message"]}


EVIDENCE = jobs.Kind(
    name=KIND,
    label=_("evidence pack of a message"),
    permission="messaging.make_evidence",
    do=_do,
    own=True,
    things=_("packs"),
    problems={GONE: _("The message is gone.")},
    stays=_("Nothing was written."),
    page="message-list",
    template="messaging/archive/_evidence_job.html",
    more=_more,
)
