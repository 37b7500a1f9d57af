"""The scanner wapiti over the running panel, as a stranger and as each role: nothing above informational."""

from collections.abc import Iterator

import pytest

from admin_module.roles import ROLES
from tests.scan import panel
from tests.scan.panel import Panel
from tests.test_access import GUARDED

pytestmark = [pytest.mark.scan, pytest.mark.timeout(400)]
STRANGER = ""
# The administrator sees most; what a role may not see answers at once.
SECONDS = {"administrator": 90}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    with panel.running(tmp_path_factory.mktemp("scan")) as started:
        yield started


@pytest.mark.parametrize("role", [STRANGER, *ROLES], ids=lambda role: role or "stranger")
def test_wapiti_finds_nothing(running: Panel, role: str) -> None:
    pages = [address.path for address in GUARDED if not address.arguments]
    starts = pages if role == "administrator" else ()
    assert panel.scan(running, role, seconds=SECONDS.get(role, 5), starts=starts) == []
    seen = panel.answered(running)
    # The scanner got past the sign-in: pages of the office were looked at.
    assert len(seen) >= (5 if role == "administrator" else 1), sorted(seen)
