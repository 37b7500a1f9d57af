"""From nothing to a running panel behind TLS, and from its address to what wapiti says of it."""

import json
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from icp.encryption.keyring import write_keyring
from sandbox.certificates import make_pair
from tests import migrated, servers

ROOT = Path(__file__).resolve().parent.parent.parent
# Left out: csrf, which does not know Django's name of the token (tests/test_hostile.py asks every
# address without one); brute force against our own lock-out, lists of other programs' scripts, and what needs
# a server on the internet (ssrf, xxe: see icp/tests/test_outbound.py, recipients/tests/test_epuap_forms.py).
MODULES = (
    "backup,blindsql,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,"
    "redirect,sql,xss"
)
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Panel:
    url: str
    folder: Path
    cookie_name: str
    cookies: Mapping[str, str]
    person: int  # the id of whom tests.story plants


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Panel]:
    """An installation of its own on SQLite, seeded, served by gunicorn over TLS.

    `more` goes into its environment.
    """
    port = servers.free_port()
    url = f"https://127.0.0.1:{port}"
    write_keyring(folder / "keyring.json")
    make_pair(folder / "tls-key.pem", folder / "tls.pem", "127.0.0.1")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ICP_")}
    environment = clean | {
        "DJANGO_SETTINGS_MODULE": "icp.settings",
        "DATABASE_URL": f"sqlite:///{folder / 'icp.sqlite3'}",
        "ICP_DATA_DIR": str(folder),
        "ICP_KEYRING_FILE": str(folder / "keyring.json"),
        "ICP_SECRET_KEY": secrets.token_urlsafe(50),
        "ICP_PUBLIC_URL": url,
        "ICP_ALLOWED_HOSTS": "127.0.0.1",
        # Limits would answer in the panel's place; a second factor is asked for elsewhere.
        "ICP_RATE_LIMITS": "0",
        "ICP_SECOND_FACTOR": "voluntary",
        "SCAN_ANSWERED": str(folder / "answered"),
        **more,
    }
    folder.joinpath("static").mkdir()
    migrated.fill(environment)
    told = json.loads(
        _run([sys.executable, "-m", "tests.scan.plant"], environment).splitlines()[-1]
    )
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.scan.serving",
        "--config",
        "icp/serving.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    command += ["--certfile", str(folder / "tls.pem"), "--keyfile", str(folder / "tls-key.pem")]
    command += ["--workers", "2", "--threads", "4"]
    with (folder / "panel.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"{url}/healthz")
            yield Panel(url, folder, told["name"], told["cookies"], told["person"])
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def scan(panel: Panel, role: str, *, seconds: int, starts: Iterable[str] = ()) -> list[str]:
    """What wapiti found above informational, a sentence each.

    It looks around for a quarter of `seconds` and attacks until they are over; then it is ended, because
    its own limits only count between two pages, and a second start writes the report of what it had found. `starts`: addresses to
    begin at, besides the first page.
    """
    folder = panel.folder / (role or "stranger")
    folder.mkdir(exist_ok=True)
    jar, report = folder / "cookies.json", folder / "report.json"
    (panel.folder / "answered").unlink(missing_ok=True)
    command = [wapiti_binary() or "wapiti", "--url", f"{panel.url}/"]
    for path in starts:
        command += ["--start", panel.url + path]
    if role:
        jar.write_text(json.dumps(_jar(panel, role)), encoding="utf-8")
        command += ["--cookie", str(jar)]
    command += ["--store-session", str(folder), "--store-config", str(folder / "config")]
    command += ["--max-scan-time", str(seconds // 4), "--max-attack-time", str(seconds // 15 + 1)]
    command += ["--max-links-per-page", "60", "--max-parameters", "40", "--timeout", "10"]
    command += ["--no-bugreport", "--verbose", "1", "--format", "json", "--output", str(report)]
    said = _run_for(seconds, [*command, "--module", MODULES], folder)
    if "Launching module" not in said:  # a busy machine let it only look around; it goes on there
        said = _run_for(seconds + PATIENCE, [*command, "--module", MODULES], folder)
    assert "Launching module" in said, said[-3000:]
    said += _run_for(PATIENCE, [*command, "--module", "csp", "--skip-crawl"], folder)
    assert report.exists(), said[-3000:]
    return findings(json.loads(report.read_text(encoding="utf-8")))


def answered(panel: Panel) -> set[str]:
    """The addresses that the panel answered with a page in the last scan."""
    lines = (panel.folder / "answered").read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[1] for line in lines if line.startswith("200 ")}


def findings(report: dict[str, dict[str, list[dict[str, object]]]]) -> list[str]:
    """Weaknesses and broken answers; what stands under "additionals" is information."""
    return [
        f"{kind}: {one['method']} {one['path']} {one['parameter'] or ''}: {one['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, many in report[part].items()
        for one in many
    ]


def _jar(panel: Panel, role: str) -> dict[str, object]:
    """The cookie of the role's session in wapiti's own shape."""
    cookie: dict[str, object] = {"value": panel.cookies[role], "expires": None, "secure": True}
    return {"127.0.0.1": {"/": {panel.cookie_name: cookie | {"port": None, "version": 0}}}}


def _run_for(seconds: float, command: list[str], folder: Path) -> str:
    """Run the scanner for so long at most; what it said so far."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    environment["PYTHONUNBUFFERED"] = "1"
    said = folder / "said.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return said.read_text(encoding="utf-8", errors="replace")


def wapiti_binary() -> str | None:
    return shutil.which("wapiti")


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _wait_for(url: str) -> None:
    trusting = ssl._create_unverified_context()  # noqa: S323 (our own certificate, a minute old)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, context=trusting, timeout=5).close()  # noqa: S310 (our own address)
            return
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end, "the panel does not start"
            time.sleep(0.2)
