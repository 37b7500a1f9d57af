"""The procedure from the application to its end, by the steps people take."""

import pytest

from tests import make_access as make

pytestmark = pytest.mark.django_db


def test_every_step_is_reached() -> None:
    for step in make.WALKS:
        assert make.at(step).step == step
