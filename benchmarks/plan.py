"""What a bench is asked for, and what it hands back across a process."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measuring import Ratio


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: `quick` for a look, `long` for what takes an hour, `profile` for e-mail."""

    quick: bool = False
    long: bool = False
    profile: bool = False

    def of(self, number: int, least: int = 1) -> int:
        return max(number // 10, least) if self.quick else number

    @property
    def runs(self) -> int:
        return 1 if self.quick else 3


@dataclass(frozen=True, slots=True)
class Bench:
    """`people` of the crowd (0: it needs none) and how many of them have all kinds of contact."""

    module: str
    people: int = 0
    reachable_by_all: int = 0
    only_long: bool = False


BENCHES = {
    "email": Bench("benchmarks.email_row", 20_000),
    "sender": Bench("benchmarks.sender_row"),
    "sms": Bench("benchmarks.sms_row", 6_000, 6_000),
    "push": Bench("benchmarks.push_row", 4_000, 6_000),
    "inbox": Bench("benchmarks.inbox_row", 80_000),
    "audience": Bench("benchmarks.audience"),
    "expanding": Bench("benchmarks.expanding_row", 100_000),
    "alarm": Bench("benchmarks.alarm_row", 50_000),
    "lanes": Bench("benchmarks.lanes_row", 50_000),
    "brakes": Bench("benchmarks.brakes_row", 6_000),
    "memory": Bench("benchmarks.memory_row", 100_000),
    "chat": Bench("benchmarks.chat_idle"),
    "kills": Bench("benchmarks.kills_row"),
    "growth": Bench("benchmarks.growth_row", 500_000, only_long=True),
}
Finding = Ratio | str


def write(path: Path, findings: Iterable[Finding]) -> None:
    plain = [f if isinstance(f, str) else asdict(f) for f in findings]
    path.write_text(json.dumps(plain), encoding="utf-8")


def read(path: Path) -> list[Finding]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return [item if isinstance(item, str) else Ratio(**item) for item in found]
