"""From a recording that was put aside to a registered call after all, or to nothing, by a person's word."""

from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import IngestJob

from . import call_list, quarantine, watching
from .refusing import CallRefused

State = IngestJob.State


def retry(job: IngestJob, *, by: User) -> bool:
    """Try once more with today's lines, notices and list of calls; False where it is refused again."""
    code, conversation = "", None
    try:
        conversation = _registered(job)
    except CallRefused as refused:
        code = refused.code
    except FileNotFoundError:
        code = "unreadable"
    done = conversation is not None
    with transaction.atomic():
        still = IngestJob.objects.filter(pk=job.pk, state=State.QUARANTINED)
        still.update(
            state=State.DONE if done else State.QUARANTINED,
            error=code,
            conversation=conversation,
            finished_at=timezone.now() if done else None,
            **({"details": None} if done else {}),
        )
        audit.record("ingest.retried", job, by=by, detail={"done": done, "error": code})
    return done


def drop(job: IngestJob, *, by: User) -> bool:
    """Throw it away: the file is deleted; False where somebody else was faster."""
    kept = job.details.put_aside if job.details else ""
    with transaction.atomic():
        still = IngestJob.objects.filter(pk=job.pk, state=State.QUARANTINED)
        if not still.update(state=State.DROPPED, details=None, finished_at=timezone.now()):
            return False
        audit.record("ingest.dropped", job, by=by, detail={"error": job.error})
    if kept:
        path = quarantine.path_of(kept)
        path.unlink(missing_ok=True)
        path.with_suffix(call_list.SIDE).unlink(missing_ok=True)
    return True


def _registered(job: IngestJob) -> object:
    if job.details is None or not job.details.put_aside:
        raise CallRefused("unreadable")
    path = quarantine.path_of(job.details.put_aside)
    if path.is_symlink():
        raise CallRefused("symlink")
    folder = Path(settings.CALLS_FOLDER)
    calls = call_list.read(Path(settings.CALLS_CDR) if settings.CALLS_CDR else None, folder)
    said = watching.said_of(PurePosixPath(job.details.name), path, calls)
    taken = watching.register(said, path)
    watching.finish(path, said, taken, keep=False)
    return taken.conversation
