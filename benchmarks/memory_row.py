"""From a worker that never worked to the same one at its fullest, while 100 000 mails drain."""

from collections.abc import Iterator

from benchmarks import email_row, orders, sinks, workers
from benchmarks.measuring import Ratio
from benchmarks.plan import Finding, Size

PEOPLE, FEW = 100_000, 10_000


def measure(size: Size) -> Iterator[Finding]:
    ratio = Ratio(
        f"peak memory of a bulk worker while {size.of(PEOPLE):,} mails drain",
        "the same worker before its first mail",
        1.5,
        unit="MB",
        smaller_is_better=True,
    )
    with sinks.smtp_sink() as port, email_row.working(port) as team:
        orders.first_people(size.of(PEOPLE))
        idle = max(workers.memory(pid) for pid in team.senders())
        few = _peak(team, size.of(FEW))
        many = _peak(team, size.of(PEOPLE))
    ratio.ours.append(many)
    ratio.theirs.append(idle)
    yield ratio
    yield (
        f"memory: {idle:.0f} MB idle, at most {few:.0f} MB with {size.of(FEW):,} people"
        f" and {many:.0f} MB with {size.of(PEOPLE):,}."
    )


def _peak(team: workers.Team, people: int) -> float:
    for pid in team.senders():
        workers.forget_peak(pid)
    orders.deliver(people)
    return max(workers.memory(pid, "VmHWM") for pid in team.senders())
