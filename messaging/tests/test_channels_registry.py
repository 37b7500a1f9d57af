"""Channels by name: one object per process, and words for every code."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from messaging import channels
from messaging.channels import CHANNELS, CODES, close_channels, explain, get_channel


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
