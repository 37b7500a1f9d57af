"""An app that asks the API of residents: a device with its token."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recipients.contacts import devices
from recipients.models import Device, Recipient
from reports.models import ReportCategory

from . import pictures

API = "/api/v1/"
PLACE = {"lat": 52.301, "lon": 22.0}  # near the houses of tests.make
QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "danger",
        "text": "Czy komuś grozi niebezpieczeństwo?",
        "type": "choice",
        "required": True,
        "choices": [
            {"code": "no", "text": "Nie"},
            {"code": "yes", "text": "Tak", "stop": "Zadzwoń pod numer 112.", "call": "112"},
        ],
    },
    {"code": "depth", "text": "Jak głęboka jest dziura?", "type": "number"},
]


def category(code: str = "dziury_w_testach", **columns: Any) -> ReportCategory:
    """Holes in the road; nobody is asked anything that needs an answer but the danger."""
    given: dict[str, Any] = {
        "group": "Drogi",
        "name": "Dziura w jezdni",
        "questions": QUESTIONS,
        "translations": {"uk": {"Дорога": "Дорога", "Drogi": "Дороги", "Dziura w jezdni": "Яма"}},
    }
    return ReportCategory.objects.create(code=code, **given | columns)


def new_report(**more: Any) -> dict[str, Any]:
    """The body of a new report."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "category": "dziury_w_testach",
        "answers": {"danger": "no"},
        "description": "Głęboka dziura przed szkołą.",
        **PLACE,
        "accuracy_m": 7.5,
        "visibility_wish": "public",
        **more,
    }


@dataclass
class App:
    """One installation; `token` empty: it shows none."""

    device: Device
    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def new(cls, person: Recipient | None = None, locale: str = "pl") -> "App":
        device, token = devices.enroll(platform="android", locale=locale)
        app = cls(device, token)
        if person is not None:
            app.pair(person)
        return app

    def pair(self, person: Recipient) -> None:
        """As after a code was entered, without the code."""
        from django.utils import timezone

        self.device.recipient, self.device.paired_at = person, timezone.now()
        self.device.save(update_fields=["recipient", "paired_at"])
        devices.keep_address(person)

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**shown, **more}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(API + path, headers=self.headers(_named(headers)))

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """With a fresh key unless one is given."""
        named = {"Idempotency-Key": key or str(uuid.uuid4()), **_named(headers)}
        return self.client.post(
            API + path, body or {}, content_type="application/json", headers=self.headers(named)
        )

    def put(self, path: str) -> Any:
        return self.client.put(API + path, headers=self.headers({}))

    def delete(self, path: str) -> Any:
        return self.client.delete(API + path, headers=self.headers({}))

    def upload(self, raw: bytes | None = None, name: str = "photo.jpg") -> Any:
        file = SimpleUploadedFile(name, pictures.jpeg() if raw is None else raw)
        return self.client.post(API + "uploads", {"file": file}, headers=self.headers({}))

    def report(self, **more: Any) -> dict[str, Any]:
        """A report that was taken."""
        answer = self.post("reports", new_report(**more))
        assert answer.status_code == 201, answer.content
        shown: dict[str, Any] = answer.json()
        return shown


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
