"""From a test to a sandbox of its own: a process on free ports, driven over its JSON."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests

from sandbox import mailbox
from sandbox.certificates import Certificates, demo_certificates
from sandbox.web_push import WebPushDesk
from sandbox.world import CHANNELS, Accounts, Switches

ROOT = Path(__file__).resolve().parent.parent
VAPID_KEY = "X8e7YHt-GrF5eqEb-IZt1vC-Bzpkoc3nrrSjzo8teRo"  # opens nothing but the sandbox


@dataclass(frozen=True, slots=True)
class Box:
    """A running sandbox."""

    http_port: int
    smtp_port: int
    accounts: Accounts = field(default_factory=Accounts)
    imap_port: int = 0
    pop3_port: int = 0

    @property
    def http_url(self) -> str:
        """Where Twilio, FCM, ePUAP and the page are."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def certificates(self) -> Certificates:
        """The keys of both sides of ePUAP."""
        return demo_certificates(Path(self.accounts.epuap_folder))

    def arrived(
        self, channel: str = "", *, since: int = 0, texts: bool = True
    ) -> list[dict[str, Any]]:
        """List what arrived, oldest first, as dicts; without texts for large numbers."""
        query = f"channel={channel}&since={since}&texts={int(texts)}"
        answer = requests.get(f"{self.http_url}/arrived.json?{query}", timeout=30)
        rows: list[dict[str, Any]] = answer.json()["arrived"]
        return rows

    def raw(self, channel: str) -> list[str]:
        """List what travelled, oldest first, as it came."""
        query = f"channel={channel}&raw=1"
        answer = requests.get(f"{self.http_url}/arrived.json?{query}", timeout=30)
        return [row["raw"] for row in answer.json()["arrived"]]

    def wait_for(self, channel: str, number: int, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait until so many arrived; gives up by returning what there is."""
        end = time.monotonic() + seconds
        while len(rows := self.arrived(channel, texts=False)) < number and time.monotonic() < end:
            time.sleep(0.05)
        return self.arrived(channel) if rows else []

    def switch(self, channel: str, **changes: object) -> None:
        """Turn switches of one channel (names: sandbox.world.Switches)."""
        answer = requests.post(
            f"{self.http_url}/switches", json={"channel": channel, **changes}, timeout=10
        )
        if not answer.ok:
            raise ValueError(answer.text)

    def send_form(self, **wish: object) -> dict[str, Any]:
        """Let a resident send a signed form (names: sandbox.epuap_desk.Wish); what the office
        answered to pushes, and the PESEL number that was drawn where none was given."""
        answer = requests.post(f"{self.http_url}/epuap", json=wish, timeout=120)
        if not answer.ok:
            raise ValueError(answer.text)
        told: dict[str, Any] = answer.json()
        return told

    def epuap_state(self) -> dict[str, Any]:
        """How many documents wait for the office, how many it confirmed, its answers to pushes."""
        state: dict[str, Any] = requests.get(f"{self.http_url}/epuap.json", timeout=10).json()
        return state

    def reset(self) -> None:
        """Forget what arrived and turn every switch back."""
        straight = {name: f.default for name, f in Switches.__dataclass_fields__.items()}
        for channel in CHANNELS:
            self.switch(channel, **straight)
        requests.delete(f"{self.http_url}/arrived", timeout=10)
        requests.delete(f"{self.http_url}/epuap", timeout=10)

    def config(self, channel: str) -> dict[str, object]:
        """Give the part of settings.CHANNELS that points a channel at this sandbox."""
        accounts = self.accounts
        configs: dict[str, dict[str, object]] = {
            "email": {
                "host": "127.0.0.1",
                "port": self.smtp_port,
                "user": accounts.smtp_user,
                "password": accounts.smtp_password,
            },
            "sms": {
                "account": accounts.twilio_account,
                "token": accounts.twilio_token,
                "base_url": self.http_url,
            },
            "smsapi": {"token": accounts.smsapi_token, "base_url": self.http_url},
            "esp": {
                "service": "brevo",
                "key": accounts.esp_key,
                "webhook_secret": accounts.esp_webhook_secret,
                "base_url": f"{self.http_url}/v3/",
            },
            "push": {
                "project": accounts.fcm_project,
                "token": accounts.fcm_token,
                "base_url": self.http_url,
                "vapid_key": VAPID_KEY,
                "vapid_subject": "mailto:urzad@zazolcin.example",
            },
            "epuap": {
                "url": self.http_url,
                "subject": "zazolcin",
                "reply_box": "/zazolcin/odpowiedzi",
                "key_file": str(self.certificates.key),
                "certificate_file": str(self.certificates.certificate),
                "trusted_file": str(self.certificates.trusted),
                "seals_file": str(self.certificates.seal),
                "authorities_file": str(self.certificates.authority),
                "boxes": ["/zazolcin/rejestr", "/zazolcin/odpowiedzi"],
                "refused_codes": ["20"],
            },
        }
        return configs[channel]

    def environment(self) -> dict[str, str]:
        """Give the ICP_* variables that point a whole ICP process at this sandbox."""
        accounts = self.accounts
        return {
            "ICP_SMTP_HOST": "127.0.0.1",
            "ICP_SMTP_PORT": str(self.smtp_port),
            "ICP_SMTP_USER": accounts.smtp_user,
            "ICP_SMTP_PASSWORD": accounts.smtp_password,
            "ICP_RETURNS_HOST": "127.0.0.1",
            "ICP_RETURNS_PORT": str(self.imap_port),
            "ICP_RETURNS_SECURITY": "none",
            "ICP_RETURNS_USER": mailbox.USER,
            "ICP_RETURNS_PASSWORD": mailbox.PASSWORD,
            "ICP_TWILIO_URL": self.http_url,
            "ICP_TWILIO_ACCOUNT": accounts.twilio_account,
            "ICP_TWILIO_TOKEN": accounts.twilio_token,
            "ICP_VOICE_URL": self.http_url,
            "ICP_VOICE_ACCOUNT": accounts.twilio_account,
            "ICP_VOICE_TOKEN": accounts.twilio_token,
            "ICP_SMSAPI_URL": self.http_url,
            "ICP_ESP_URL": f"{self.http_url}/v3/",
            "ICP_FCM_URL": self.http_url,
            "ICP_FCM_PROJECT": accounts.fcm_project,
            "ICP_FCM_TOKEN": accounts.fcm_token,
            "ICP_VAPID_KEY": VAPID_KEY,
            "ICP_WEBPUSH_SERVICES": self.http_url,
            "ICP_EPUAP_URL": self.http_url,
            "ICP_EPUAP_SUBJECT": "zazolcin",
            "ICP_EPUAP_REPLY_BOX": "/zazolcin/odpowiedzi",
            "ICP_EPUAP_KEY_FILE": str(self.certificates.key),
            "ICP_EPUAP_CERTIFICATE_FILE": str(self.certificates.certificate),
            "ICP_EPUAP_TRUSTED_FILE": str(self.certificates.trusted),
            "ICP_EPUAP_SEALS_FILE": str(self.certificates.seal),
            "ICP_EPUAP_AUTHORITIES_FILE": str(self.certificates.authority),
            "ICP_EPUAP_BOXES": "/zazolcin/rejestr,/zazolcin/odpowiedzi",
            "ICP_EPUAP_REFUSED_CODES": "20",
        }


@contextmanager
def running_sandbox(accounts: Accounts | None = None, *, file: str = "") -> Iterator[Box]:
    """Run a sandbox in a process of its own: `with running_sandbox() as box: …`."""
    accounts = accounts or Accounts()
    if not accounts.epuap_folder:
        accounts = replace(accounts, epuap_folder=tempfile.mkdtemp(prefix="icp-epuap-"))
    demo_certificates(Path(accounts.epuap_folder))
    environment = {name: value for name, value in os.environ.items() if name != "SANDBOX_HOST"}
    environment |= {f"ICP_{name.upper()}": getattr(accounts, name) for name in accounts.__slots__}
    environment |= {"SANDBOX_PORT": "0", "SANDBOX_DB": file, "ICP_SANDBOX": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    words = process.stdout
    assert words  # noqa: S101 - asked for above
    try:
        line = words.readline()
        if not line:
            raise RuntimeError("The sandbox did not start.")
        ports = json.loads(line)
        yield Box(ports["http"], ports["smtp"], accounts, ports["imap"], ports["pop3"])
    finally:
        process.terminate()
        process.wait(10)
        words.close()


def web_push(box: Box) -> WebPushDesk:
    """Make browsers' subscriptions at a sandbox and hand on what came (see sandbox.web_push)."""
    return WebPushDesk(box)
