"""Two administrators save one section at the same moment: one wins, the other is told."""

import threading
from dataclasses import replace

import pytest
from django.db import connection

from admin_module.configuration import Municipality, StaleConfiguration, read, write
from admin_module.models import AuditEntry, ConfigurationVersion

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_two_at_once_one_is_told() -> None:
    start = threading.Barrier(4)
    told: list[str] = []

    def save(phone: str) -> None:
        try:
            section = replace(read(Municipality), phone=phone)
            start.wait()
            write(section, by=None, revision=0)
            told.append("saved")
        except StaleConfiguration:
            told.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(f"22 100 00 0{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["saved", "stale", "stale", "stale"]
    assert ConfigurationVersion.objects.count() == 1
    assert AuditEntry.objects.filter(action="configuration.changed").count() == 1
