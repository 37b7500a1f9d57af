"""From the shape of docker-compose.yml to running Celery workers, and to what they cost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CELERY = [sys.executable, "-m", "celery", "-A", "icp", "worker", "--loglevel", "ERROR"]
TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60.0


class Team:
    """Workers in process groups of their own."""

    def __init__(self, bulk: int, environment: dict[str, str]) -> None:
        beat = str(Path(os.environ["ICP_DATA_DIR"]) / "beat")
        periodic = ["--queues", "receipts,periodic", "--concurrency", "1", "--beat"]
        commands = {
            "alarm": ["--queues", "alarm", "--concurrency", "1"],
            "bulk": ["--queues", "bulk", "--concurrency", str(bulk)],
            "periodic": [*periodic, "--schedule", beat],
        }
        self.processes = {
            name: subprocess.Popen(
                [*CELERY, *command, "--hostname", f"{name}@%h"],
                cwd=ROOT,
                env=os.environ | {"PYTHONWARNINGS": "ignore"} | environment,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
            )
            for name, command in commands.items()
        }

    def wait_until_ready(self) -> None:
        from icp.celery import app

        end = time.monotonic() + READY_SECONDS
        while len(app.control.ping(timeout=0.5) or ()) < len(self.processes):
            if time.monotonic() > end or any(p.poll() is not None for p in self.processes.values()):
                raise RuntimeError("the workers did not start")

    def signal(self, number: signal.Signals) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, number)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Stopped, so that a rival has the machine for itself."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def senders(self) -> list[int]:
        """The processes that hand over bulk mail."""
        return children(self.processes["bulk"].pid)

    def cpu(self) -> float:
        """Seconds of processor that all workers took so far."""
        pids = [process.pid for process in self.processes.values()]
        return cpu_seconds(pid for parent in pids for pid in (parent, *children(parent)))


@contextmanager
def working(bulk: int = 2, **environment: str) -> Iterator[Team]:
    team = Team(bulk, environment)
    try:
        team.wait_until_ready()
        yield team
    finally:
        team.stop()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(number) for number in listed.split()]


def cpu_seconds(pids: Iterable[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(pid: int, what: str = "VmRSS") -> float:
    """Megabytes that a process holds (VmRSS) or held at most (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise LookupError(what)


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
