"""Channels by name: one object per process, and words for every code."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from messaging import channels
from messaging.channels import (
    CHANNELS,
    CODES,
    close_channels,
    explain,
    get_channel,
    held,
    timeout_of,
)
from messaging.channels.base import Channel

pytestmark = pytest.mark.dry

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    close_channels()
    yield
    close_channels()


def test_every_configured_channel_has_a_class() -> None:
    assert set(CHANNELS) == set(settings.CHANNELS)


@pytest.mark.parametrize("name", ["email", "sms", "push"])
def test_a_channel_is_made_once_from_its_settings(name: str) -> None:
    channel = get_channel(name)
    assert channel.name == name
    assert channel.pace.window == settings.CHANNELS[name]["window"]
    assert get_channel(name) is channel


def test_a_closed_channel_is_made_anew() -> None:
    before = get_channel("sms")
    close_channels()
    assert get_channel("sms") is not before


def test_a_forked_worker_makes_its_own() -> None:
    get_channel("email")
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, b"none" if not channels._made else b"some")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 4) == b"none"
    os.close(read)
    os.close(write)
    assert channels._made


def test_codes_are_explained_and_unknown_ones_are_not() -> None:
    assert explain("sms", "21610")
    assert explain("sms", "no such code") == explain("no such channel", "1") == ""
    assert all(explain(name, code) for name, codes in CODES.items() for code in codes)


def test_changed_settings_make_a_new_channel_and_close_the_old(monkeypatch: Patch) -> None:
    config = dict(settings.CHANNELS["email"])
    monkeypatch.setattr(channels._Source, "ask", staticmethod(lambda _name: dict(config)))
    before = get_channel("email")
    closed = Closing(before, monkeypatch)
    assert get_channel("email") is before
    config["host"] = "nowy.example"
    after = get_channel("email")
    assert after is not before
    assert closed.times == 1


def test_who_is_at_work_keeps_the_old_one_until_the_last_has_left(monkeypatch: Patch) -> None:
    config = dict(settings.CHANNELS["email"]) | {"timeout": 30.0}
    monkeypatch.setattr(channels._Source, "ask", staticmethod(lambda _name: dict(config)))
    with held("email") as first, held("email") as second:
        assert first is second
        closed = Closing(first, monkeypatch)
        config["timeout"] = 5.0
        with held("email") as third:
            assert third is not first
            assert closed.times == 0
            assert timeout_of("email") == 30.0  # leases are as long as the slowest at work
    assert closed.times == 1
    assert timeout_of("email") == 5.0
    assert not channels._leaving
    with held("email") as again:
        assert again is third


class Closing:
    """Counts how often a channel is closed."""

    def __init__(self, channel: Channel, monkeypatch: Patch) -> None:
        self.times = 0
        close = channel.close

        def count() -> None:
            self.times += 1
            close()

        monkeypatch.setattr(channel, "close", count)
