"""The office changes a gateway while everything runs: the processes follow without a restart."""

from tests import servers
from tests.faults.conftest import PEOPLE
from tests.faults.installation import Installation, eventually


def follows(running: Installation, people: int) -> None:
    """To a port where nobody listens and back: nothing is lost, nothing goes out twice."""
    right = running.box.smtp_port
    running.plant("gateway", right)  # from here on the panel's values hold
    message = running.order("email")
    eventually(lambda: running.ended(message), 60)
    running.plant("gateway", servers.free_port())

    # A drain under way may end with the gateway that it began with; the next one follows.
    def stuck() -> int:
        waiting = running.order("email")
        eventually(lambda: running.ended(waiting) or running.states(waiting)["retry_wait"])
        return 0 if running.ended(waiting) else waiting

    eventually(stuck)
    last = int(running.sql("SELECT MAX(id) FROM messaging_message")[0][0])
    running.plant("gateway", right)

    def over() -> bool:
        running.time_passes()
        return running.ended(last)

    eventually(over, 60)
    assert running.judge(last, people) == {"accepted": people}


def test_the_dispatcher_follows(small: Installation) -> None:
    with small.dispatcher():
        follows(small, PEOPLE)
