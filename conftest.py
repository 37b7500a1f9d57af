"""What every test of the project has."""

import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase
from pytest_django import DjangoDbBlocker, Settings

from admin_module import configuration
from admin_module.configuration import reading
from messaging.epuap import keys
from tests import emptying, migrated
from tests.everything import EMBEDDED

ROOT = Path(__file__).parent
# What waits for other programs: on a busy machine one of them may be late for once;
# the report names it ("rerun").
OTHERS_AT_WORK = ("browser", "celery", "scan")

# How fast examples are made says how busy the machine is.
hypothesis.settings.register_profile(
    "here", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("here")

EVERY = pytest.StashKey[list[pytest.Item]]()  # whatever is asked of them in this round


def pytest_collection_finish() -> None:
    """Thousands of tests and modules stay to the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what SQLite is asked, too, and what is asked once more when other programs are at work."""
    config.stash[EVERY] = list(items)
    embedded = [ROOT / path for path in EMBEDDED]
    for item in items:
        if any(item.path.is_relative_to(path) for path in embedded):
            item.add_marker(pytest.mark.embedded)
        in_parts = "faults" in item.path.parts
        if in_parts or any(item.get_closest_marker(name) for name in OTHERS_AT_WORK):
            item.add_marker(pytest.mark.flaky(reruns=1))


class LongestFirst:
    """What waits for other programs, then modules of very many tests: at the end one process alone
    would be busy with them. After pytest-django, which puts tests with real transactions last."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        sizes = Counter(item.path for item in items)
        items.sort(key=lambda item: (not item.get_closest_marker("flaky"), -sizes[item.path]))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LongestFirst())


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    """WhiteNoise warns of a missing directory, and warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _static_files_when_asked(settings: Settings) -> None:
    """WhiteNoise would look at every static file for every client of a test."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    """Rate limits count in the process's cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def _epoch_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """The restore guard keeps a number outside the database; a test's database begins at 0."""
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def _settings_of_its_own(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What the test before read is forgotten; without a database the environment's values hold."""
    configuration.forget()
    keys.forget()
    tables = {"db", "transactional_db", "live_server", "django_db_setup"}
    if not (request.node.get_closest_marker("django_db") or tables & set(request.fixturenames)):
        monkeypatch.setattr(reading, "newest_uid", lambda: None)
        monkeypatch.setattr(keys, "active_rows", list)
        monkeypatch.setattr(keys, "_load", dict)
    yield
    configuration.forget()


@pytest.fixture(autouse=True)
def _one_factor_is_enough(settings: Settings) -> None:
    """Staff signed in by `force_login` may work at once; tests of the second factor ask for it."""
    settings.SECOND_FACTOR = "voluntary"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Of a whole round, each process begins with a copy of one migrated database."""
    migrated.begin_with(connection.settings_dict)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """A file that is there already is used as it is."""
    copied = Path(str(connection.settings_dict["TEST"]["NAME"])).is_file()
    return copied or bool(request.config.getoption("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The same, and what the migrations wrote is remembered before any test writes."""
    with django_db_blocker.unblock():
        emptying.remember()
    yield
    with django_db_blocker.unblock():
        emptying.end_other_sessions()


@pytest.fixture(autouse=True, scope="session")
def _only_what_changed_is_emptied() -> Iterator[None]:
    """A test with real transactions leaves the database as the migrations did."""
    begin = TestCase.setUpClass

    def begun(case: type[TestCase]) -> None:
        emptying.empty_before()
        begin.__func__(case)  # type: ignore[attr-defined]

    with (
        mock.patch.object(TestCase, "setUpClass", classmethod(begun)),
        mock.patch.object(
            TransactionTestCase, "_fixture_teardown", staticmethod(emptying.empty_after)
        ),
    ):
        yield
