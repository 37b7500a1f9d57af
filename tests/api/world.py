"""From nothing to one marked person with an app, messages and reports, and to everybody else who might ask.

`MARK` stands in everything that is this person's alone: name, address, message, report. Whoever is not on a device
that is paired with them must never read it, nor one of the ids of what is theirs.
"""

import copy
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from conversations.calls import jobs, keys
from icp.api import openapi
from messaging.models import Delivery, Message, MessageText
from recipients.contacts import devices
from recipients.models import Device, Recipient
from reports.models import ReportPhoto
from reports.tests import asking
from reports.tests.asking import App
from tests import make, make_conversations
from tests.access.text_world import place_of

MARK = "Znakowska"
COPY = Path(__file__).resolve().parent.parent.parent / "docs" / "api" / "openapi.json"
PREFIX = "/api/v1/"
KEY = "klucz-do-proby"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation, with an address that leads to something of our person's."""

    method: str
    path: str
    template: str
    body: Any = None
    multipart: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    def sent(self) -> list[str]:
        """The ids that the request itself names."""
        return re.findall(
            r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", f"{self.path} {self.body}"
        )


@dataclass
class World:
    person: Recipient
    ours: App  # paired with our person
    spare: Device  # another of their devices
    tokens: dict[str, str]  # of those who must not read anything, by what is wrong with them
    secrets: dict[str, str]  # what must never be read, by what it is
    http: Client
    uids: dict[str, str]  # what stands in an address, by the beginning of its template
    exchange: str = ""  # the key of a telephone exchange

    def endpoints(self) -> Iterator[Endpoint]:
        """Every operation of the published description, once."""
        for template, methods in openapi.description()["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                yield Endpoint(
                    method.upper(),
                    self.filled(template),
                    template,
                    body=self.body(template, method) if content else None,
                    multipart="multipart/form-data" in content,
                )

    def ids(self, template: str) -> tuple[str, str]:
        """What stands in an address that leads to something of our person's: uid, photo."""
        found = [uid for start, uid in self.uids.items() if template.startswith(PREFIX + start)]
        return (found or [str(uuid.UUID(int=7))])[0], self.uids["photo"]

    def filled(self, template: str) -> str:
        """The address with these ids."""
        uid, photo = self.ids(template)
        return template.replace("{uid}", uid).replace("{photo}", photo).replace("{number}", "1")

    def body(self, template: str, method: str) -> Any:
        """Something that the endpoint would take from our person's own device."""
        return copy.deepcopy(_BODIES.get((method.upper(), template.removeprefix(PREFIX)), {})) | (
            {
                "receipts": [
                    {"id": self.uids["messages"], "event": "read", "at": "2026-01-01T00:00:00Z"}
                ]
            }
            if template.endswith("messages/receipts")
            else {}
        )

    def ask(self, endpoint: Endpoint, token: str) -> Any:
        """One request by the holder of `token`; empty: nobody's."""
        headers = {"Idempotency-Key": f"{KEY}-{uuid.uuid4()}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        kind = {} if endpoint.multipart else {"content_type": "application/json"}
        data = endpoint.body if endpoint.body is not None else ({} if endpoint.multipart else "")
        if endpoint.method == "GET":
            return self.http.get(endpoint.path, headers=headers)
        return getattr(self.http, endpoint.method.lower())(
            endpoint.path, data, headers=headers, **kind
        )


_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "devices"): {"platform": "web"},
    ("POST", "devices/pair"): {"code": "ABCDE-FGHJK"},
    ("PATCH", "device"): {"locale": "uk"},
    ("PUT", "device/push"): {"kind": "fcm", "token": "t" * 40},
    ("POST", "me/consents/withdraw"): {"topic": 1, "channel": "sms"},
    ("POST", "me/consents/undo"): {"topic": 1, "channel": "sms"},
    ("POST", "me/erase"): {"confirm": False},
}


def build() -> World:
    """Our person holds the app twice; somebody else, an unpaired device and worse ask for theirs."""
    asking.category()
    topic = make.topic()
    person = make.recipient(
        kinds=("email", "sms", "push"), topics=(topic,), last_name=MARK, first_name="Bogumiła"
    )
    neighbour = make.recipient(kinds=("email", "push"), topics=(topic,))
    ours, spare = App.new(person), make.paired_device(person)
    message = _message(person, topic)
    place_of(message)
    left = App.new(person)  # paired, reported, then left the person
    shown = ours.report(
        description=f"Opis {MARK}", visibility_wish="private", upload_ids=[_photo(ours)]
    )
    also = left.report(description=f"Drugi opis {MARK}", visibility_wish="private")
    devices.unpair(_again(left))
    tokens = {
        "nobody": "",
        "an unpaired device": App.new().token,
        "a device that was paired before": left.token,
        "a device of somebody else": App.new(neighbour).token,
        "a token with another secret": f"{ours.token[:-4]}abcd",
        "a rotated token": _rotated(person),
        "a removed device": _removed(person),
        "a token that is none": "icp1_x_y",
    }
    secrets = {
        "name": MARK,
        "first name": "Bogumiła",
        "identifier": person.identifier,
        "e-mail": person.contact_points.get(kind="email").value,
        "phone": person.contact_points.get(kind="sms").value,
        "message": str(message.uid),
        "text": "tylko do Znakowskiej",
        "report": shown["id"],
        "report number": shown["number"],
        "other report": also["id"],
        "other number": also["number"],
        "device": str(spare.uid),
        "token": ours.token,
    }
    photo = str(
        ReportPhoto.objects.filter(report__uid=shown["id"]).values_list("uid", flat=True)[0]
    )
    uids = {
        "messages": str(message.uid),
        "reports": shown["id"],
        "me/devices": str(spare.uid),
        "photo": photo,
        "uploads": _photo(ours),
        "alerts": str(message.uid),
        "announcements": str(message.uid),
    }
    exchange, uids["calls"] = _exchange()
    return World(person, ours, spare, tokens, secrets, ours.client, uids, exchange)


def _exchange() -> tuple[str, str]:
    """A key, and the uid of a call that it brought."""
    key, text = keys.make("Centrala", [], None, by=make.staff("administrator"))
    call = make_conversations.call(on=make_conversations.line(records=True))
    jobs.done(call.source, call.external_id, call, exchange=key)
    return text, str(call.uid)


def _message(person: Recipient, topic: Any) -> Message:
    text = MessageText(
        title=f"Pismo {MARK}", short="Pismo tylko do Znakowskiej", long="Pismo tylko do Znakowskiej"
    )
    row = make.message(about=topic, channels=("push",), text=text)
    now = timezone.now()
    Message.objects.filter(pk=row.pk).update(status="sent", sent_at=now)
    Delivery.objects.create(
        message=row, recipient=person, channel="push", lane=3, due_at=now, changed_at=now,
        state="accepted",
    )  # fmt: skip
    return row


def _photo(app: App) -> str:
    return str(app.upload().json()["upload_id"])


def _again(app: App) -> Device:
    device = devices.of_token(app.token)
    assert device is not None
    return device


def _rotated(person: Recipient) -> str:
    """Changed longer ago than the old one stays good."""
    app = App.new(person)
    devices.rotate(_again(app))
    Device.objects.filter(pk=app.device.pk).update(
        previous_until=timezone.now() - timedelta(hours=1)
    )
    return app.token


def _removed(person: Recipient) -> str:
    app = App.new(person)
    devices.remove(_again(app))
    return app.token
