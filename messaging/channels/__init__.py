"""From a channel's name to the one object per process that speaks to its provider."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from messaging.channels import several, sms
from messaging.channels.base import Channel
from messaging.channels.codes import Codes
from messaging.channels.email import codes as email_codes
from messaging.channels.email import esp_codes, mailbox
from messaging.channels.epuap import codes as epuap_codes
from messaging.channels.epuap.channel import EpuapChannel
from messaging.channels.failing_over import FailingOver
from messaging.channels.push import codes as push_codes
from messaging.channels.push.channel import PushChannel

CHANNELS: dict[str, Callable[[Mapping[str, Any]], Channel]] = {
    "email": partial(several.channel_of, "email"),
    "sms": partial(several.channel_of, "sms"),
    "push": PushChannel,
    "epuap": EpuapChannel,
}
CODES: dict[str, Codes] = {
    "email": {**email_codes.CODES, **esp_codes.CODES},
    "sms": sms.CODES,
    "push": push_codes.CODES,
    "epuap": epuap_codes.CODES,
    "returns": mailbox.CODES,  # no channel, but a gateway
}
Settings = Callable[[str], Mapping[str, Any]]


def from_settings(name: str) -> Mapping[str, Any]:
    """What a channel is made with where nobody above knows better."""
    config: Mapping[str, Any] = settings.CHANNELS[name]
    return config


class _Source:
    """Who says what a channel is made with; the app above takes the place (messaging/apps.py)."""

    ask: Settings = staticmethod(from_settings)


@dataclass(slots=True)
class Made:
    """A channel, what it was made with (None: it is kept whatever is said now), who works with it."""

    channel: Channel
    config: Mapping[str, Any] | None = None
    users: int = 0
    retired: bool = False


_made: dict[str, Made] = {}
_leaving: list[Made] = []  # exchanged for newer ones, and still at work
# Re-entrant, and taken over the fork, so that a child never finds it held.
_lock = threading.RLock()


def take_settings_from(source: Settings) -> None:
    """Ask `source` from now on; it is called often and must answer from memory."""
    _Source.ask = staticmethod(source)


def configured(name: str) -> Mapping[str, Any]:
    """What the channel would be made with now."""
    return _Source.ask(name)


def get_channel(name: str) -> Channel:
    """Give the process's channel: made at the first use, and anew when its settings changed."""
    return _current(name).channel


@contextmanager
def held(name: str) -> Iterator[Channel]:
    """Work with the channel; one that is exchanged meanwhile is closed when the last has left it."""
    made = _current(name, users=1)
    try:
        yield made.channel
    finally:
        with _lock:
            made.users -= 1
            over = made.retired and not made.users
            if over:
                _leaving.remove(made)
        if over:
            made.channel.close()


def timeout_of(name: str) -> float:
    """Seconds after which the provider has answered, also whoever is still at work with older
    settings."""
    with _lock:
        known = [*_leaving, *_made.values()]
    times = [
        _timeout(made.config, made.channel)
        for made in known
        if made.config and made.channel.name == name
    ]
    return max(times, default=0.0) or _timeout(configured(name))


def _timeout(config: Mapping[str, Any], channel: Channel | None = None) -> float:
    """The longest of all providers, or of those that the channel sends by."""
    used = channel.providers.keys() if isinstance(channel, FailingOver) else None
    parts = [config]
    for name, part in config.items():
        if isinstance(part, Mapping) and (used is None or name in used):
            parts.append(part)
    return max(float(part.get("timeout", 0.0)) for part in parts)


def _current(name: str, users: int = 0) -> Made:
    config = configured(name)  # outside of the lock: it may look into the database
    old = None
    with _lock:
        made = _made.get(name)
        if made is None or made.config not in (None, config):
            old, made = made, Made(CHANNELS[name](config), config)
            _made[name] = made
            if old:
                old.retired = True
            if old and old.users:
                _leaving.append(old)
                old = None
        made.users += users
    if old:
        old.channel.close()
    return made


def close_channels() -> None:
    """Let go of every connection; the next `get_channel` begins anew, with fresh settings."""
    with _lock:
        every = [*_made.values(), *_leaving]
        _made.clear()
        _leaving.clear()
    for made in every:
        made.retired = False  # whoever still works with it need not close it again
        made.channel.close()


def _forget() -> None:
    """In a forked child: the parent's connections and threads are not ours to use."""
    _made.clear()
    _leaving.clear()
    _lock.release()


os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)


def explain(name: str, code: str) -> str:
    """Say in the reader's language what a provider's code means; empty where nothing is known."""
    meaning = CODES.get(name, {}).get(code)
    return str(meaning.words) if meaning else ""
