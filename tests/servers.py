"""From installed binaries to throw-away PostgreSQL and Redis servers on free loopback ports."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_port_pair() -> int:
    """A port that is free together with the next one."""
    while True:
        port = free_port()
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port + 1))  # a connection of somebody else may sit there, too
            return port


def postgres_binaries() -> Path | None:
    """The folder of the newest server with its tools, or None."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2])
    )
    on_path = shutil.which("initdb")
    folders = [*reversed(installed), *([Path(on_path).parent] if on_path else [])]
    needed = ("initdb", "pg_ctl", "pg_dump")
    return next((f for f in folders if all((f / name).exists() for name in needed)), None)


def redis_binary() -> str | None:
    return shutil.which("redis-server")


def chromium_binary() -> str | None:
    """The shell without windows where it is installed: it does the same for two thirds of the work."""
    named = os.environ.get("ICP_CHROMIUM", "")
    known = ("chromium-headless-shell", "chromium", "chromium-browser")
    return named or next((path for path in map(shutil.which, known) if path), None)


def whole_chromium() -> str | None:
    """The one with everything around it, where it is installed: only that shows notifications."""
    return os.environ.get("ICP_CHROMIUM", "") or shutil.which("chromium") or chromium_binary()


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: there, use the account that Debian's package makes."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


class Postgres:
    """A server in a folder of its own that can go away and come back.

    Not `durable`: what was committed would not outlive a failure of the power.
    """

    def __init__(self, binaries: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="icp-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.port = free_port()
        data = str(self.folder / "data")
        initdb = [str(binaries / "initdb"), "-D", data, "-U", "icp", "-A", "trust", "-E", "UTF8"]
        _run(_as_postgres([*initdb, "--locale=C.UTF-8"]))
        log = str(self.folder / "log")
        self.control = [str(binaries / "pg_ctl"), "-D", data, "-w", "-l", log]

    @property
    def url(self) -> str:
        return f"postgres://icp@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        options += " -c max_connections=100 -c shared_buffers=512MB -c max_wal_size=2GB -c jit=off"
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off"
        _run(_as_postgres([*self.control, "-o", options, "start"]))

    def stop(self) -> None:
        """At once, as when the power fails."""
        _run(_as_postgres([*self.control, "-m", "immediate", "stop"]))


@contextmanager
def own_postgres(*, durable: bool = True) -> Iterator[Postgres]:
    """A running server for the time of the block; whoever stops it starts it again."""
    binaries = postgres_binaries()
    if binaries is None:
        raise FileNotFoundError("initdb")
    server = Postgres(binaries, durable=durable)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def postgres(*, durable: bool = True) -> Iterator[str]:
    """A server of its own for the time of the block; yields a database URL."""
    with own_postgres(durable=durable) as server:
        yield server.url


class Redis:
    """A server on a port of its own, nothing kept on disk, that can go away and come back."""

    def __init__(self, binary: str) -> None:
        self.port = free_port()
        self.command = [binary, "--port", str(self.port), "--bind", "127.0.0.1"]
        self.command += ["--save", "", "--appendonly", "no"]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)


@contextmanager
def own_redis() -> Iterator[Redis]:
    binary = redis_binary()
    if binary is None:
        raise FileNotFoundError("redis-server")
    server = Redis(binary)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of its own, nothing kept on disk; yields its URL."""
    with own_redis() as server:
        yield server.url


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def wait_for(port: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
