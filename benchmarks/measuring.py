"""From two ways of doing the same to a ratio: paired runs in one go, medians, one table."""

import platform
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("results.md")


@dataclass(slots=True)
class Ratio:
    """`ours` and `theirs` are rates (or, where `smaller_is_better`, seconds) of paired runs."""

    work: str
    against: str
    target: float
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    unit: str = "/s"
    smaller_is_better: bool = False

    @property
    def value(self) -> float:
        """The median of the pairs' own ratios: drift of the machine cancels out."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def reached(self) -> bool:
        return self.value <= self.target if self.smaller_is_better else self.value >= self.target

    def row(self) -> str:
        sign = "≤" if self.smaller_is_better else "≥"
        return (
            f"| {self.work} | {self.against} | {statistics.median(self.ours):,.4g} {self.unit}"
            f" | {statistics.median(self.theirs):,.4g} {self.unit} | **{self.value:.2f}**"
            f" | {sign} {self.target:g} | {'yes' if self.reached else 'no'} |"
        )


def paired(
    ratio: Ratio, ours: Callable[[], float], theirs: Callable[[], float], runs: int
) -> Ratio:
    """Run both in turn, the order changing each time."""
    for number in range(runs):
        if number % 2:
            theirs_figure, ours_figure = theirs(), ours()
        else:
            ours_figure, theirs_figure = ours(), theirs()
        ratio.ours.append(ours_figure)
        ratio.theirs.append(theirs_figure)
        print(f"  {ratio.work}: {ours_figure:,.4g} against {theirs_figure:,.4g}", flush=True)
    return ratio


def together(
    theirs: list[tuple[Ratio, Callable[[], float]]],
    ours: Callable[[], float],
    runs: int,
    alone: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[Ratio]:
    """Run ours and several others in turn, beginning with another one each time.

    `alone` surrounds a run of the others, to keep our own processes out of their way.
    """

    def apart(theirs: Callable[[], float]) -> float:
        with alone():
            return theirs()

    for number in range(runs):
        steps = [*theirs[number % len(theirs) :], *theirs[: number % len(theirs)]]
        figures = {id(ratio): apart(way) for ratio, way in steps[number % 2 :]}
        figure = ours()
        figures |= {id(ratio): apart(way) for ratio, way in steps[: number % 2]}
        for ratio, _way in theirs:
            ratio.ours.append(figure)
            ratio.theirs.append(figures[id(ratio)])
            print(f"  {ratio.against}: {figure:,.4g} against {ratio.theirs[-1]:,.4g}", flush=True)
    return [ratio for ratio, _way in theirs]


def milliseconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.processor()


def report(ratios: Iterable[Ratio], servers: str, notes: Iterable[str] = ()) -> str:
    packages = ("Django", "celery", "psycopg", "twilio", "firebase-admin", "cryptography")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    lines = [
        "# Results of `make bench`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {cpu_name()} · Python"
        f" {platform.python_version()} · {servers} · {versions}",
        "",
        "Ratios are medians of paired runs in one go; only they travel between machines.",
        "",
        "| work | against | ours | theirs | ratio | to reach | reached |",
        "|---|---|---|---|---|---|---|",
        *(ratio.row() for ratio in ratios),
        "",
        *notes,
    ]
    return "\n".join(lines).rstrip() + "\n"
