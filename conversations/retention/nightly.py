"""From two o'clock at night to a purge, its check and the letters about both: once a day, whoever comes first."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Heartbeat
from conversations.models import RetentionCheck

from . import checking, early, policies, purging, reviewing, telling

log = logging.getLogger(__name__)
HEARTBEAT = "conversation_purge"
HOUR = 2  # by the office's clock
DAY = timedelta(hours=20)  # between two letters about what is wrong


def tick() -> None:
    """Every half a minute."""
    policies.follow_all()
    if is_due():
        # Before the work: a night that fails is told of once, and not tried every half a minute.
        Heartbeat.beat(HEARTBEAT)
        run()


def is_due() -> bool:
    """Whether the night of this day has come and nobody worked yet."""
    now = timezone.localtime()
    last = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    return now.hour >= HOUR and (last is None or timezone.localdate(last) < now.date())


def run() -> RetentionCheck:
    """Release what is to be released, purge, check, and tell whoever answers for it."""
    failed = 0
    try:
        reviewing.release_due()
        early.carry_out_agreed()
        failed = len(purging.purge().failed)
        reviewing.remind()
    except Exception:
        log.exception("The purge of conversations failed.")
        failed += 1
    check = checking.check()
    if failed or check.problems:
        tell(check, failed)
    return check


@transaction.atomic
def tell(check: RetentionCheck, failed: int = 0) -> bool:
    """A line in the log, and once a day a letter to those who set retention and to the officer."""
    log.error("Retention of conversations: %s failed, problems: %s.", failed, check.problems)
    since = timezone.now() - DAY
    if RetentionCheck.objects.filter(told_at__gt=since).exists():
        return False
    words = [_("The deletion of conversations is not in order.")]
    if failed:
        words.append(
            ngettext(
                "%(n)s conversation could not be deleted.",
                "%(n)s conversations could not be deleted.",
                failed,
            )
            % {"n": failed}
        )
    words += [
        f"{words}: {number}."
        for words, number in zip(
            checking.words(check.problems), check.problems.values(), strict=True
        )
    ]
    people = telling.may("manage_retention") | telling.may("coapprove_purge")
    telling.post(
        people.distinct(), _("ICP: deletion of conversations"), " ".join(words), "retention"
    )
    check.told_at = timezone.now()
    check.save(update_fields=["told_at"])
    return True
