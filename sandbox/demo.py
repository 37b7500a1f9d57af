"""From `make run` to a running ICP: secrets, database, an invented town, and every process of it.

A second start keeps the data. Ctrl-C (or one process dying) stops everything.
"""

import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("django", "environ", "cryptography", "numpy", "aiosmtpd", "aiohttp", "gunicorn", "zeep")
READY_WITHIN = 60.0  # seconds


class CannotStart(Exception):
    """Why ICP cannot start here, in one sentence that says what to do."""


def main() -> int:
    try:
        check_modules()
        port, sandbox_port = ports()
        data = data_directory()
        environment = os.environ | first_secrets(data) | outside(data, port, sandbox_port)
        prepare(environment, data)
        return Supervisor(environment, port, sandbox_port, data).run()
    except CannotStart as problem:
        print(f"ICP: {problem}", file=sys.stderr)
        return 1


def check_modules() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotStart(
            f"the Python module '{missing[0]}' is not installed here: start with `make run`,"
            " or delete .venv/run.stamp and run it again."
        )


def ports() -> tuple[int, int]:
    """PORT and SANDBOX_PORT; the stand-in for mail listens on SANDBOX_PORT + 1."""
    try:
        port = int(os.environ.get("PORT", "8000"))
        sandbox_port = int(os.environ.get("SANDBOX_PORT", "8100"))
    except ValueError as error:
        raise CannotStart("PORT and SANDBOX_PORT must be numbers.") from error
    for number, name in ((port, "PORT"), (sandbox_port, "SANDBOX_PORT"), (sandbox_port + 1, "")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError as error:
                raise CannotStart(
                    f"port {number} is taken; choose another one:"
                    f" make run {name or 'SANDBOX_PORT'}={number + 10}"
                ) from error
    return port, sandbox_port


def data_directory() -> Path:
    data = Path(os.environ.get("ICP_DATA_DIR", ROOT / "var")).resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
        (data / "static").mkdir(exist_ok=True)
    except OSError as error:
        raise CannotStart(f"cannot write to {data}; set ICP_DATA_DIR to another folder.") from error
    return data


def first_secrets(data: Path) -> dict[str, str]:
    """Make the secrets that are missing, each in a file of mode 0600 (the keyring: 0400)."""
    from icp.encryption.keyring import write_keyring

    keyring = data / "keyring.json"
    write_keyring(keyring)
    secret_file(data / "secret-key", 50)
    return {
        "ICP_DATA_DIR": str(data),
        "ICP_KEYRING_FILE": str(keyring),
        "ICP_SECRET_KEY_FILE": str(data / "secret-key"),
        "ICP_DEMO_PASSWORD": secret_file(data / "demo-password", 9),
        "ICP_TWILIO_TOKEN": secret_file(data / "twilio-token", 24),
        "ICP_FCM_TOKEN": secret_file(data / "fcm-token", 24),
        "ICP_VAPID_KEY": secret_file(data / "vapid-key", 32),
    }


def secret_file(path: Path, size: int) -> str:
    """Read the secret in `path`, made of `size` random bytes where there was none."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(size))
    return path.read_text(encoding="utf-8").strip()


def outside(data: Path, port: int, sandbox_port: int) -> dict[str, str]:
    """Point every channel at its stand-in."""
    from sandbox.certificates import demo_certificates

    stand_in = f"http://127.0.0.1:{sandbox_port}"
    certificates = demo_certificates(data / "epuap")
    return {
        "DJANGO_SETTINGS_MODULE": "icp.settings",
        "ICP_SANDBOX": "1",
        # The printed logins work at once; anybody may set up a second factor on their account.
        "ICP_SECOND_FACTOR": os.environ.get("ICP_SECOND_FACTOR", "voluntary"),
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_DB": str(data / "sandbox.sqlite3"),
        "ICP_PUBLIC_URL": os.environ.get("ICP_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        "ICP_SMTP_HOST": "127.0.0.1",
        "ICP_SMTP_PORT": str(sandbox_port + 1),
        "ICP_TWILIO_ACCOUNT": "AC" + "0" * 32,
        "ICP_TWILIO_URL": stand_in,
        # The second providers of SMS and e-mail: asked where the first ones refuse.
        "ICP_SMSAPI_TOKEN": "sandbox-smsapi-token",
        "ICP_SMSAPI_URL": stand_in,
        "ICP_ESP": "brevo",
        "ICP_ESP_KEY": "sandbox-esp-key",
        "ICP_ESP_URL": f"{stand_in}/v3/",
        "ICP_ESP_WEBHOOK_SECRET": "sandbox-esp-webhook",
        "ICP_ESP_WEBHOOK_URL": f"http://127.0.0.1:{port}/callbacks/email/esp/",
        "ICP_FCM_PROJECT": "icp-sandbox",
        "ICP_FCM_URL": stand_in,
        "ICP_WEBPUSH_SERVICES": stand_in,
        "ICP_EPUAP_URL": stand_in,
        "ICP_EPUAP_SUBJECT": "zazolcin",
        "ICP_EPUAP_REPLY_BOX": "/zazolcin/odpowiedzi",
        "ICP_EPUAP_REFUSED_CODES": "20",
        "ICP_EPUAP_FOLDER": str(data / "epuap"),
        "ICP_EPUAP_KEY_FILE": str(certificates.key),
        "ICP_EPUAP_CERTIFICATE_FILE": str(certificates.certificate),
        "ICP_EPUAP_TRUSTED_FILE": str(certificates.trusted),
        "ICP_EPUAP_SEALS_FILE": str(certificates.seal),
        "ICP_EPUAP_AUTHORITIES_FILE": str(certificates.authority),
        "ICP_EPUAP_BOXES": "/zazolcin/rejestr,/zazolcin/odpowiedzi",
        "ICP_EPUAP_PULL_SECONDS": "5",
        "ICP_EPUAP_PUSH_URL": f"http://127.0.0.1:{port}/callbacks/epuap/odbior/",
    }


def prepare(environment: dict[str, str], data: Path) -> None:
    """Bring the database up to date and, the first time, load the town."""
    manage(environment, "migrate", "--verbosity", "0", says="Przygotowuję bazę danych…")
    loaded = data / "town-loaded"
    if not loaded.exists():
        manage(environment, "load_town", "--progress", says="Wczytuję zmyślone miasto…")
        loaded.touch()


def manage(environment: dict[str, str], *arguments: str, says: str) -> None:
    print(says, flush=True)
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    if subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode:
        raise CannotStart(f"`manage.py {arguments[0]}` failed; its own words stand above.")


class Supervisor:
    """Starts the processes, watches them, and stops all when one ends or a signal comes."""

    def __init__(
        self, environment: dict[str, str], port: int, sandbox_port: int, data: Path
    ) -> None:
        self.environment, self.data = environment, data
        self.port, self.sandbox_port = port, sandbox_port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def commands(self) -> dict[str, list[str]]:
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "icp.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        return {
            "sandbox": [sys.executable, "-m", "sandbox"],
            "dispatcher": [sys.executable, str(ROOT / "manage.py"), "run_dispatcher"],
            "web": [*gunicorn, "--workers", "1", "--threads", "8", "--log-level", "warning"],
        }

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop_soon)
        try:
            for name, command in self.commands().items():
                # A session of its own: Ctrl-C reaches the supervisor alone, which stops the rest.
                self.processes[name] = subprocess.Popen(
                    command,
                    env=self.environment,
                    cwd=ROOT,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
            if self.wait_until_ready():
                self.say_where()
            return self.watch()
        finally:
            self.stop_all()

    def stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def dead(self) -> str | None:
        ended = (name for name, process in self.processes.items() if process.poll() is not None)
        return next(ended, None)

    def wait_until_ready(self) -> bool:
        end = time.monotonic() + READY_WITHIN
        address = f"http://127.0.0.1:{self.port}/readyz"
        while not self.stopping and not self.dead() and time.monotonic() < end:
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        return False

    def say_where(self) -> None:
        print(f"""
ICP działa:      http://127.0.0.1:{self.port}/
Aplikacja:       http://127.0.0.1:{self.port}/app/
Co dotarło:      http://127.0.0.1:{self.sandbox_port}/
Dane i klucze:   {self.data}
Loginy (hasło każdego: {self.environment["ICP_DEMO_PASSWORD"]}):""")
        logins = self.data / "demo-logins"
        print(logins.read_text(encoding="utf-8").rstrip() if logins.exists() else "  –")
        print("Ctrl-C zatrzymuje wszystko.", flush=True)
        print(self.code(), flush=True)

    def code(self) -> str:
        """A code for the app and the identifier beside it, of an invented person."""
        command = [sys.executable, str(ROOT / "manage.py"), "demo_code"]
        told = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=False, capture_output=True, text=True
        )
        code, _, identifier = told.stdout.strip().partition(" ")
        return f"Do aplikacji:    kod {code}, identyfikator {identifier}" if identifier else ""

    def watch(self) -> int:
        while not self.stopping:
            name = self.dead()
            if name:
                print(f"ICP: the process '{name}' ended; stopping the others.", file=sys.stderr)
                return 1
            time.sleep(0.2)
        print("\nZatrzymuję…", flush=True)
        return 0

    def stop_all(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    sys.exit(main())
