"""One row per round of sending says how the provider is doing."""

import pytest

from messaging.models import ProviderPulse
from messaging.tests import flow
from messaging.tests.conftest import Fake
from tests import make

pytestmark = pytest.mark.django_db


def test_a_round_leaves_one_pulse(fake: Fake) -> None:
    fake()
    about = make.topic()
    for _person in range(3):
        make.recipient(topics=(about,), kinds=("email",))
    flow.sent(make.message(about=about))
    assert flow.drain() == 3
    found = ProviderPulse.objects.get()
    assert (found.channel, found.answers) == ("email", {"accepted": 3})
    assert 0 <= found.slowest <= found.seconds
    assert flow.drain() == 0
    assert ProviderPulse.objects.count() == 1
