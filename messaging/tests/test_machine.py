"""Messages and deliveries under random faults: after every step the truth is told."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from messaging.tests.machine import Machine
from messaging.tests.machine_world import settle_town


@pytest.mark.django_db
def test_no_fault_makes_a_state_untrue() -> None:
    settle_town()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=4,
            stateful_step_count=30,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Machine.steps
