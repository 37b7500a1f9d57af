"""Settings: the environment's until somebody saves them, versions afterwards, nothing secret told."""

import json
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection
from pytest_django import DjangoAssertNumQueries, Settings

from admin_module import configuration
from admin_module.configuration import (
    SECTIONS,
    Approval,
    Budgets,
    EmailGateway,
    Municipality,
    QuietHours,
    Section,
    SmsGateway,
    StaleConfiguration,
    read,
    reading,
    write,
)
from admin_module.models import AuditEntry, ConfigurationVersion
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "bardzo-tajne-haslo"


def test_every_section_comes_from_the_environment_first() -> None:
    for section in SECTIONS.values():
        assert read(section) == section.from_environment()
    assert read(Municipality).town == "Zażółcin"


def test_the_environment_gives_quiet_hours_and_a_budget(settings: Settings) -> None:
    settings.QUIET_HOURS = "21:30-6:15"
    settings.SMS_MONTHLY_PARTS = 500
    assert read(QuietHours) == QuietHours(True, time(21, 30), time(6, 15))
    assert read(Budgets).sms_parts == 500


@pytest.mark.parametrize(
    ("section", "change"),
    [
        (Municipality, {"name": "Urząd Gminy Zażółcin"}),
        (QuietHours, {"enabled": True, "begin": time(21), "warning": True}),
        (Budgets, {"part_price": Decimal("0.0815"), "sms_parts": 20_000}),
        (Approval, {"classes": ("information", "warning")}),
    ],
)
def test_what_was_saved_wins_and_comes_back_in_its_types(
    section: type[Section], change: dict[str, Any]
) -> None:
    wanted: Section = replace(read(section), **change)
    assert write(wanted, by=make.clerk(), revision=0)
    assert read(section) == wanted


def test_a_saved_gateway_changes_what_the_channel_is_made_with(settings: Settings) -> None:
    write(replace(read(EmailGateway), host="nowy.example", rate=5.0), by=None, revision=0)
    config = configuration.channel_settings("email")
    assert (config["host"], config["rate"]) == ("nowy.example", 5.0)
    assert config["window"] == settings.CHANNELS["email"]["window"]
    assert configuration.channel_settings("sms")["account"] == settings.CHANNELS["sms"]["account"]


def test_the_second_of_two_is_told_and_overwrites_nothing() -> None:
    first = replace(read(Municipality), phone="22 111 11 11")
    write(first, by=None, revision=0)
    with pytest.raises(StaleConfiguration) as told:
        write(replace(first, phone="22 222 22 22"), by=None, revision=0)
    assert (told.value.revision, told.value.current) == (1, first)
    assert read(Municipality) == first


def test_saving_the_same_makes_no_version() -> None:
    assert not write(read(Municipality), by=None, revision=0)
    write(replace(read(Municipality), town="Nowy"), by=None, revision=0)
    assert not write(read(Municipality), by=None, revision=1)
    assert ConfigurationVersion.objects.count() == 1


def test_an_earlier_version_comes_back_as_a_new_one() -> None:
    first = replace(read(SmsGateway), sender="Pierwszy", token="token-jeden-123")
    write(first, by=None, revision=0)
    write(replace(first, sender="Drugi", token="token-dwa-456"), by=None, revision=1)
    configuration.restore("sms", 1, by=make.clerk(), revision=2)
    assert read(SmsGateway) == first
    assert list(ConfigurationVersion.objects.values_list("version", flat=True)) == [1, 2, 3]
    entry = AuditEntry.objects.filter(action="configuration.changed").latest("pk")
    assert entry.detail["restored"] == 1


def test_a_section_goes_back_to_the_environment() -> None:
    write(replace(read(Municipality), town="Gdzieindziej"), by=None, revision=0)
    assert configuration.reset("municipality", by=None, revision=1)
    assert read(Municipality) == Municipality.from_environment()
    assert ConfigurationVersion.objects.latest("pk").document is None


def test_nothing_that_was_saved_is_readable_in_the_database() -> None:
    gateway = replace(read(EmailGateway), host="poczta.example", user="u", password=SECRET)
    write(gateway, by=None, revision=0, reason="nowa umowa")
    with connection.cursor() as cursor:
        cursor.execute("SELECT document, reason FROM admin_module_configurationversion")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    for word in (SECRET, "poczta", "umowa"):
        assert word.encode() not in stored


def test_the_log_tells_fields_and_codes_but_no_secret_and_no_contact() -> None:
    before = read(EmailGateway)
    sender = "Urząd <nowy.nadawca@urzad.example>"
    change = {"port": 587, "host": "poczta.example", "user": "u", "password": SECRET}
    write(replace(before, sender=sender, **change), by=make.clerk(), revision=0)  # type: ignore[arg-type]
    entry = AuditEntry.objects.get(action="configuration.changed")
    assert entry.detail["password"] == "hidden"
    assert entry.detail["port"] == [before.port, 587]
    assert entry.detail["host"][1] == "poczta.example"
    text = json.dumps(entry.detail)
    assert "nadawca" not in text
    assert SECRET not in text
    assert entry.before != entry.after


def test_reading_asks_the_database_once_in_two_seconds(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(replace(read(Municipality), town="Nowy Zażółcin"), by=None, revision=0)
    read(Municipality)
    with django_assert_num_queries(0):
        for _each in range(50):
            read(Municipality)
    monkeypatch.setattr(reading, "CHECK_SECONDS", 0)
    with django_assert_num_queries(1):
        assert read(Municipality).town == "Nowy Zażółcin"


def test_a_change_by_another_process_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    read(Municipality)
    remembered = reading._known
    write(replace(read(Municipality), town="Obok"), by=None, revision=0)
    reading._known = remembered  # as in a process that did not write
    assert read(Municipality).town == "Zażółcin"
    monkeypatch.setattr(reading, "CHECK_SECONDS", 0)
    assert read(Municipality).town == "Obok"


def test_settings_outlive_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    write(replace(read(Municipality), town="Trwałe"), by=None, revision=0)
    read(Municipality)

    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(reading, "newest_uid", away)
    monkeypatch.setattr(reading, "CHECK_SECONDS", 0)
    assert read(Municipality).town == "Trwałe"
    configuration.forget()
    with pytest.raises(DatabaseError):
        read(Municipality)
