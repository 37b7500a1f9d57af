"""From a running worker to the functions that its time goes into: benchmarks/profiles/email.txt."""

import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks import workers

FOLDER = Path(__file__).with_name("profiles")
SAMPLES_A_SECOND = 200
TOP = 40
ATTACH_SECONDS = 2.0


def of_email(team: workers.Team, work: Callable[[], float]) -> str:
    """Watch the bulk workers during the work; returns one line for the results."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / str(pid) for pid in team.senders()]
        watchers = [_watch(pid, file) for pid, file in zip(team.senders(), files, strict=True)]
        time.sleep(ATTACH_SECONDS)
        rate = work()
        for watcher in watchers:
            watcher.send_signal(signal.SIGINT)  # it writes what it saw
            watcher.wait(60)
        own, whole = _count(files)
    FOLDER.mkdir(exist_ok=True)
    text = "\n\n".join(
        (
            f"Bulk workers while they sent {rate:,.0f} mails a second (watching slows them down).",
            _table("own time, of what held the interpreter", own, own.total()),
            _table("with everything called", whole, own.total()),
        )
    )
    (FOLDER / "email.txt").write_text(text + "\n", encoding="utf-8")
    return "e-mail: where the time goes stands in benchmarks/profiles/email.txt."


def _watch(pid: int, file: Path) -> subprocess.Popen[bytes]:
    py_spy = str(Path(sys.executable).with_name("py-spy"))
    command = [py_spy, "record", "--pid", str(pid), "--rate", str(SAMPLES_A_SECOND), "--gil"]
    command += ["--format", "raw", "--output", str(file), "--duration", "600"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _count(files: list[Path]) -> tuple[Counter[str], Counter[str]]:
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            stack, _, number = line.rpartition(" ")
            frames = [_short(frame) for frame in stack.split(";")]
            own[frames[-1]] += int(number)
            for frame in set(frames):
                whole[frame] += int(number)
    return own, whole


def _short(frame: str) -> str:
    """Without the number of the line, so that a function is one row."""
    name, _, place = frame.partition(" (")
    return f"{name} ({place.partition(':')[0].rstrip(')')})" if place else name


def _table(title: str, counted: Counter[str], total: int) -> str:
    lines = [f"{100 * n / (total or 1):5.1f} %  {name}" for name, n in counted.most_common(TOP)]
    return "\n".join((title, *lines))
