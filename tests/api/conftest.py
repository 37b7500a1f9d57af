"""One town for all requests of a module."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.api.world import World, build


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Our person and everybody else; each request is undone by whoever makes it, all of it in the end."""
    folder = override_settings(FILES_DIR=str(tmp_path_factory.mktemp("files")), RATE_LIMITS=False)
    with folder, django_db_blocker.unblock(), transaction.atomic():
        if connection.vendor == "postgresql":
            # Thinking of the next request may take a busy machine longer than a page may.
            connection.cursor().execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield build()
        transaction.set_rollback(True)
