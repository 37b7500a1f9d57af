"""From a hint to a step. Every task names rows only, and may run twice or never without harm."""

from celery import shared_task
from django.db import close_old_connections

from admin_module import audit
from admin_module.models import Heartbeat
from icp.encryption import files, folding
from messaging.engine.claiming import Share
from messaging.ledger.waking import wake
from recipients import jobs
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.same_person import pairs

from . import sweeping
from .correspondence import farewells
from .engine import delivering, device_hints, expanding, receipts
from .epuap import intake, pulling
from .returns import returning


@shared_task
def drain(channel: str, lane: int, share: int, shares: int) -> None:
    """Hand over a share of what one channel has due; one that ran out of time asks for another."""
    close_old_connections()
    if delivering.drain(channel, lane, Share(share, shares)).more:
        wake("drain", channel, lane, share, shares, lane=lane)


@shared_task
def expand(message_id: int) -> None:
    close_old_connections()
    expanding.expand(message_id)


@shared_task
def run_job(job_id: int) -> None:
    close_old_connections()
    jobs.run(job_id)


@shared_task
def pull_epuap() -> None:
    close_old_connections()
    pulling.pull_due()


@shared_task
def fetch_returns() -> None:
    close_old_connections()
    returning.fetch_due()


@shared_task
def hint_devices() -> None:
    close_old_connections()
    device_hints.tell()


@shared_task
def close_messages() -> None:
    close_old_connections()
    sweeping.close_messages()


@shared_task
def apply_receipts() -> None:
    close_old_connections()
    while receipts.apply():
        pass


@shared_task
def work_off_epuap() -> None:
    close_old_connections()
    intake.work_off()


@shared_task
def tick() -> None:
    """Every second."""
    close_old_connections()
    Heartbeat.beat("periodic")
    sweeping.tick()
    pulling.hint()
    device_hints.hint()
    returning.hint()
    intake.hint()
    audit.link_entries()


@shared_task
def sweep() -> None:
    """Every half a minute."""
    close_old_connections()
    sweeping.sweep()
    files.forget_expired()
    farewells.end()
    intake.tidy_up()
    for kind in (FACETS, NAMES):
        folding.fold(kind)
    pairs.order_when_due()
