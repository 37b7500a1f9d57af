"""From faults of a provider to its rest, and back: a test of the connection, one message, then all.

A channel whose every provider rests is paused (ChannelPause): the engine's statements look at that row.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.configuration.gateways import PROVIDER_OF
from admin_module.models import User
from messaging import channels
from messaging.channels.base import Channel, ChannelError, Prepaid
from messaging.channels.failing_over import FailingOver
from messaging.correspondence import letters
from messaging.ledger.waking import wake_drains
from messaging.models import ChannelPause, LetterText, ProviderState

from . import providers

log = logging.getLogger(__name__)
State = ProviderState.State
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
TRIAL = timedelta(minutes=2)  # whoever took the test or the trial must have said something by then
NO_CREDIT = ("103", "402")
ALL_LANES = 3


def trip(channel: str, code: str, provider: str = "") -> bool:
    """Let a provider rest (unnamed: the channel's first); its queue is kept.

    True where the whole channel is paused now.
    """
    provider = provider or next(iter(providers.of(channel)))
    with transaction.atomic():
        row = _held(channel, provider)
        fresh = row.state == State.WORKING
        if row.state != State.OFF:
            now = timezone.now()
            row.since = now if fresh or row.since is None else row.since
            row.state, row.code = State.RESTING, code[:40]
            row.until = now + min(FIRST_REST * 2**row.rests, LONGEST_REST)
            row.rests = min(row.rests + 1, 16)
            row.save(update_fields=["state", "code", "since", "until", "rests"])
        paused = _pause_if_all_rest(channel, code)
        if fresh:
            audit.record("provider.rested", _subject(channel, provider), by=None)
            _tell_staff(channel, provider, code, paused=paused)
    if fresh:
        log.error("Provider %s of channel %s rests: %s.", provider, channel, code)
    return paused


def recover(channel: str, provider: str) -> None:
    """A message went through: everything may go there again."""
    with transaction.atomic():
        row = _held(channel, provider)
        if row.state in (State.WORKING, State.OFF):
            return
        _set_working(row)
        audit.record("provider.recovered", _subject(channel, provider), by=None)
    log.warning("Provider %s of channel %s works again.", provider, channel)
    _go_on(channel)


def reopen(channel: str, *, by: User, provider: str = "") -> None:
    """Staff mended the account: let the queue go on; without a provider's name, by all of them."""
    with transaction.atomic():
        rows = ProviderState.objects.select_for_update().filter(channel=channel)
        mended = rows.exclude(state=State.WORKING)
        for row in mended.filter(provider=provider) if provider else mended:
            _set_working(row)
            audit.record("provider.reopened", _subject(channel, row.provider), by=by)
        _go_on(channel, by=by)


def switch_off(channel: str, provider: str, *, by: User) -> None:
    """Staff take a provider out until they let it in again."""
    with transaction.atomic():
        row = _held(channel, provider)
        row.state, row.code, row.since, row.until = State.OFF, "", timezone.now(), None
        row.save(update_fields=["state", "code", "since", "until"])
        audit.record("provider.switched_off", _subject(channel, provider), by=by)
        _pause_if_all_rest(channel, "switched_off")


def forgive(channel: str, provider: str) -> None:
    """Its settings were changed: whatever went wrong before, begin anew (not where it is off)."""
    with transaction.atomic():
        rows = ProviderState.objects.select_for_update()
        row = rows.filter(channel=channel, provider=provider).first()
        if row is not None:
            if row.state not in (State.WORKING, State.OFF):
                _set_working(row)
            row.balance_at = None
            row.save(update_fields=["balance_at"])
        if ChannelPause.objects.filter(channel=channel).exists():
            _go_on(channel)


def changed(section: str) -> None:
    """Settings were saved: the provider that they are about begins anew, or all, if the order changed."""
    if section == "providers":
        for code in PROVIDER_OF:
            forgive(*PROVIDER_OF[code])
    elif section in PROVIDER_OF:
        forgive(*PROVIDER_OF[section])


def look_again() -> int:
    """Test the connection of every provider that has rested long enough; returns how many."""
    now = timezone.now()
    stuck = ProviderState.objects.filter(state__in=(State.CHECKING, State.PROBING), until__lte=now)
    stuck.update(state=State.RESTING)
    due = ProviderState.objects.filter(state=State.RESTING, until__lte=now)
    tested = 0
    for row in list(due):
        mine = ProviderState.objects.filter(pk=row.pk, state=State.RESTING, until=row.until)
        if mine.update(state=State.CHECKING, until=now + TRIAL):
            tested += 1
            _test(row)
    return tested


def take_trial(channel: str) -> str:
    """Take the right to try one message by a provider whose test passed; its name, or nothing."""
    for row in ProviderState.objects.filter(channel=channel, state=State.TRYING):
        mine = ProviderState.objects.filter(pk=row.pk, state=State.TRYING)
        if mine.update(state=State.PROBING, until=timezone.now() + TRIAL):
            return row.provider
    return ""


def give_back(channel: str, provider: str) -> None:
    """The worker that took the trial had nothing to try it with."""
    mine = ProviderState.objects.filter(channel=channel, provider=provider, state=State.PROBING)
    mine.update(state=State.TRYING, until=None)


def _test(row: ProviderState) -> None:
    """Nothing is sent; where the test passes, one message may try."""
    provider = providers.of(row.channel).get(row.provider)
    if provider is None:  # the office took it out of the order
        ProviderState.objects.filter(pk=row.pk).update(state=State.WORKING, until=None, rests=0)
        return
    code = _fault_of(provider, row.code)
    if code:
        trip(row.channel, code, row.provider)
        return
    if not isinstance(channels.get_channel(row.channel), FailingOver):
        recover(row.channel, row.provider)
        return
    ProviderState.objects.filter(pk=row.pk, state=State.CHECKING).update(
        state=State.TRYING, until=None
    )
    _go_on(row.channel)


def _fault_of(provider: Channel, code: str) -> str:
    """What is still wrong; empty where nothing is to be seen."""
    try:
        provider.check()
        if code.endswith(NO_CREDIT) and isinstance(provider, Prepaid):
            return code if provider.balance().amount <= 0 else ""
    except ChannelError as error:
        return error.code or code
    except (OSError, TimeoutError):
        return "connect"
    return ""


def _held(channel: str, provider: str) -> ProviderState:
    row, _made = ProviderState.objects.select_for_update().get_or_create(
        channel=channel, provider=provider
    )
    return row


def _set_working(row: ProviderState) -> None:
    row.state, row.code, row.since, row.until, row.rests = State.WORKING, "", None, None, 0
    row.save(update_fields=["state", "code", "since", "until", "rests"])


def _pause_if_all_rest(channel: str, code: str) -> bool:
    if providers.of(channel).keys() - providers.resting(channel):
        return False
    _row, fresh = ChannelPause.objects.get_or_create(
        channel=channel, defaults={"code": code[:40], "since": timezone.now()}
    )
    if fresh:
        audit.record("channel.paused", f"messaging.channel:{channel}", by=None)
        log.error("Channel %s is paused: %s.", channel, code)
    return True


def _go_on(channel: str, by: User | None = None) -> None:
    """Lift the pause where some provider may be asked or tried; wake who hands over."""
    off = ProviderState.objects.filter(
        channel=channel, state__in=(State.RESTING, State.CHECKING, State.OFF)
    )
    if not providers.of(channel).keys() - set(off.values_list("provider", flat=True)):
        return
    gone, _of_what = ChannelPause.objects.filter(channel=channel).delete()
    if gone:
        audit.record("channel.reopened", f"messaging.channel:{channel}", by=by)
        wake_drains([channel], ALL_LANES)


def _subject(channel: str, provider: str) -> str:
    return f"messaging.provider:{channel}-{provider}"


def _tell_staff(channel: str, provider: str, code: str, *, paused: bool) -> None:
    """A letter to everybody who may let it go on."""
    words = _(
        "Provider: %(provider)s\nReason: %(why)s\nSince: %(when)s\n\n%(what)s\n\n%(link)s"
    ) % {
        "provider": providers.name_of(provider),
        "why": providers.words_of(channel, code),
        "when": _moment(timezone.now()),
        "what": _("The queue is kept. Nothing goes out by this channel until it is mended.")
        if paused
        else _("Messages go out by the next provider meanwhile."),
        "link": settings.PUBLIC_URL + reverse("dashboard"),
    }
    subject = _("ICP: %(provider)s was put to rest") % {"provider": providers.name_of(provider)}
    for person in mending():
        letters.post_to_staff(person, LetterText(subject, words, words))


def mending() -> list[User]:
    """Active staff who may let a channel go on."""
    held = User.objects.active().filter(
        groups__permissions__codename="reopen_channel",
        groups__permissions__content_type__app_label="admin_module",
    )
    return list(held.distinct().order_by("pk"))


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y %H:%M}"
