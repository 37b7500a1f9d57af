"""From what Twilio says it still has to what is to be done about it: calls whose end nobody told, recordings left."""

import logging
from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from admin_module import audit
from admin_module.configuration import VoiceGateway, read
from conversations.models import PurgeState, SourceCheck, SourceDisposal, VoiceCall, VoiceRecording

from . import calls, disposing, fetching
from .provider import RemoteRecording, SourceFault, Twilio

log = logging.getLogger(__name__)
EVERY = timedelta(hours=24)
# After a fault the look is repeated sooner.
AGAIN = timedelta(hours=1)
# What is under way for so long is left behind.
LATE = timedelta(hours=2)
KEPT_CHECKS = 90
ENDS = ("completed", "absent", "failed")
Phase, Fetch = VoiceCall.State, VoiceRecording.State


def unheard_of() -> QuerySet[VoiceCall]:
    """Calls under way for so long that Twilio is to be asked whether they are."""
    return VoiceCall.objects.exclude(state=Phase.ENDED).filter(look_at__lte=timezone.now())


def end_unheard_of() -> Iterator[bool]:
    """Close the calls that are over at Twilio though its news of it was lost, one by one."""
    return map(_look_after, list(unheard_of().select_related("conversation")))


def _look_after(call: VoiceCall) -> bool:
    VoiceCall.objects.filter(pk=call.pk).update(look_at=timezone.now() + calls.LOOK_AGAIN)
    if call.call_sid is None:  # it never came to be, or nobody knows
        return calls.end(call, "failed", error="unknown")
    try:
        found = Twilio().call(call.call_sid)
    except SourceFault as fault:
        return fault.code == "not_found" and calls.end(call, "failed", error="unknown")
    return found.status in calls.FINAL and calls.end(call, found.status, error="news_lost")


def is_due() -> bool:
    """Whether a day has passed since the last look, or an hour since one that failed."""
    if not read(VoiceGateway).is_on or not VoiceCall.objects.exists():
        return False
    last = SourceCheck.objects.order_by("-at", "-pk").first()
    pause = EVERY if last is None or not last.error else AGAIN
    return last is None or last.at + pause <= timezone.now()


def look() -> SourceCheck:
    """Compare what the account holds with what was fetched: nothing of ours is left there (§ 6)."""
    _dispose_of_expired()
    check = SourceCheck()
    try:
        sids = set()
        for remote in Twilio().recordings():
            sids.add(remote.sid)
            _place(check, remote)
        check.seen = len(sids)
        _give_up_on(check, sids)
    except SourceFault as fault:
        check.error = fault.code
    check.save()
    detail = {"seen": check.seen, "left": check.left, "taken_up": check.taken_up}
    audit.record("voice.source_checked", check, by=None, detail={**detail, "code": check.error})
    _forget_old()
    if check.left or check.foreign:
        log.warning("%s recordings are left at Twilio, %s unknown.", check.left, check.foreign)
    return check


def _place(check: SourceCheck, remote: RemoteRecording) -> None:
    known = VoiceRecording.objects.filter(sid=remote.sid).first()
    if known is None:
        _take_up(check, remote)
    elif known.state == Fetch.EXPECTED and remote.status in ENDS:
        fetching.note(known.call, remote.sid, remote.status, remote.seconds)
        check.taken_up += 1
    elif known.state not in fetching.OPEN and known.at <= timezone.now() - LATE:
        check.left += 1
        disposing.reopen(remote.sid)


def _take_up(check: SourceCheck, remote: RemoteRecording) -> None:
    """News of it never came. Of a call that we do not know it is somebody else's: nobody touches it."""
    call = VoiceCall.objects.filter(call_sid=remote.call_sid).first()
    if call is None:
        check.foreign += 1
    elif remote.status in ENDS:
        fetching.note(call, remote.sid, remote.status, remote.seconds)
        check.taken_up += 1


def _give_up_on(check: SourceCheck, sids: Collection[str]) -> None:
    """Recordings that were begun and of which Twilio knows nothing any more."""
    rows = VoiceRecording.objects.filter(state=Fetch.EXPECTED, at__lte=timezone.now() - LATE)
    for row in rows.exclude(sid__in=sids).select_related("call"):
        fetching.note(row.call, row.sid, "absent", 0)
        check.taken_up += 1


def _dispose_of_expired() -> None:
    """What could not be fetched before its time was over will not be kept: it must go there, too."""
    rows = disposing.failed_at_source().select_related("call__conversation")
    for row in rows:
        conversation = row.call.conversation
        over = conversation.expires_at <= timezone.now()
        if over or conversation.purge_state != PurgeState.KEPT:
            fetching.refuse(row, "purged")


def _forget_old() -> None:
    newest = SourceCheck.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_CHECKS]
    SourceCheck.objects.exclude(pk__in=list(newest)).delete()


def left_at_source() -> QuerySet[SourceDisposal]:
    """Deletions that were tried more than once or twice and did not succeed."""
    return disposing.undone().filter(tries__gte=disposing.TRIES_TO_TELL)
