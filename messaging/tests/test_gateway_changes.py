"""A gateway that changes while ICP runs: the next drain uses it, and nothing is sent twice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from admin_module.configuration import EmailGateway, read, write
from messaging import channels
from messaging.tests.flow import counted, drain, sent
from sandbox.testing import Box, running_sandbox
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boxes() -> Iterator[tuple[Box, Box]]:
    channels.close_channels()
    with running_sandbox() as one, running_sandbox() as other:
        yield one, other
    channels.close_channels()


def point_at(box: Box, revision: int) -> None:
    gateway = replace(
        read(EmailGateway), host="127.0.0.1", port=box.smtp_port, user="", password=""
    )
    write(gateway, by=None, revision=revision)


def test_mail_goes_where_the_settings_say_now(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    for _each in range(3):
        make.recipient(kinds=("email",), topics=(make.topic(),))
    point_at(one, 0)
    first = sent(make.message())
    assert drain() == 3
    point_at(other, 1)
    second = sent(make.message())
    assert drain() == 3
    assert counted(first) == counted(second) == {"accepted": 3}
    assert len(one.wait_for("email", 3)) == len(other.wait_for("email", 3)) == 3
