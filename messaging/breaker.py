"""From credit or credentials that ran out to a channel that waits."""

import logging

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from messaging.models import ChannelPause
from messaging.waking import wake_drains

log = logging.getLogger(__name__)


def trip(channel: str, code: str) -> None:
    """Pause a channel whose credit or credentials ran out; its queue is kept."""
    with transaction.atomic():
        _row, fresh = ChannelPause.objects.get_or_create(
            channel=channel, defaults={"code": code[:40], "since": timezone.now()}
        )
        if fresh:
            audit.record("channel.paused", f"messaging.channel:{channel}", by=None)
    if fresh:
        log.error("Channel %s is paused: %s.", channel, code)


def reopen(channel: str, *, by: User) -> None:
    """Staff mended the account: let the queue go on."""
    with transaction.atomic():
        gone, _ = ChannelPause.objects.filter(channel=channel).delete()
        if gone:
            audit.record("channel.reopened", f"messaging.channel:{channel}", by=by)
            wake_drains([channel], 3)
