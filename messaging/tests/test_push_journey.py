"""From a browser that subscribes at the API to what its push service decrypts: who reads what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from admin_module import configuration
from messaging import channels
from messaging.engine import device_hints
from messaging.models import Message, MessageText
from messaging.tests import flow
from recipients.contacts import devices, verification
from recipients.models import Device, Recipient
from sandbox.testing import Box, running_sandbox, web_push
from tests import make

pytestmark = pytest.mark.django_db
SECRET = MessageText(title="Decyzja w sprawie", short="Odmowa zasiłku.", long="Odmowa, {imie}.")
OPEN = MessageText(title="Awaria wody", short="Woda z beczkowozu.", long="Beczkowóz stoi.")


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box, settings: Settings) -> Iterator[Box]:
    running.reset()
    push = settings.CHANNELS["push"] | running.config("push")
    push["webpush_services"] = [running.http_url]
    settings.CHANNELS = settings.CHANNELS | {"push": push}
    configuration.forget()
    channels.close_channels()
    yield running
    channels.close_channels()


@dataclass
class App:
    """A browser with the app: what it is asked by, and where it is pushed to."""

    http: Client
    box: Box
    token: str = ""
    subscription: Any = None

    def call(self, method: str, path: str, **body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = getattr(self.http, method)(
            f"/api/v1/{path}", body, content_type="application/json", headers=headers
        )
        assert answer.status_code in (200, 201, 204), answer.content
        return answer.json() if answer.content else None

    def begin(self) -> "App":
        self.token = self.call("post", "devices", platform="web", locale="pl")["token"]
        key = self.http.get("/api/v1/meta").json()["vapid_public_key"]
        self.subscription = web_push(self.box).subscribe(key)
        keys, endpoint = self.subscription["keys"], self.subscription["endpoint"]
        self.call("put", "device/push", kind="webpush", endpoint=endpoint, keys=keys)
        return self

    def pair(self, person: Recipient) -> "App":
        code = verification.draw_on_paper(person, by=make.clerk())[0]
        self.call("post", "devices/pair", code=code)
        return self

    def heard(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in web_push(self.box).arrived(self.subscription)]

    def titles(self) -> list[str]:
        return [one["notification"]["title"] for one in self.heard()]


def told(message: Message) -> None:
    flow.sent(message)
    while flow.drain("push", 3) or device_hints.tell():
        pass


def of_duty(text: MessageText, **fields: Any) -> Message:
    duty = make.topic("Ostrzeżenia", mandatory=True)
    return make.message(text=text, channels=("push",), about=duty, **fields)


def test_who_reads_what_on_which_device(box: Box, client: Client) -> None:
    person = make.recipient(kinds=("email",))
    mine = App(client, box).begin().pair(person)
    left = App(client, box).begin().pair(person)
    nobody = App(client, box).begin()
    left.call("post", "devices/unpair")
    told(of_duty(SECRET))
    (payload,) = mine.heard()
    assert payload["notification"]["body"] == "Masz nową wiadomość"
    assert "Odmowa" not in json.dumps(payload, ensure_ascii=False)
    assert "Decyzja" not in json.dumps(payload, ensure_ascii=False)
    assert left.heard() == nobody.heard() == []
    # What a push names is fetched from the API, by who may.
    found = mine.call("get", f"messages/{payload['icp']['id']}")
    assert found["title"] == SECRET.title
    told(of_duty(OPEN, public=True))
    assert mine.titles()[1:] == left.titles() == nobody.titles() == [OPEN.title]
    assert {one["icp"]["kind"] for one in nobody.heard()} == {"announcement"}
    assert mine.heard()[1]["icp"]["kind"] == "message"


def test_a_browser_of_two_people_in_turn_is_only_the_last_ones(box: Box, client: Client) -> None:
    first, second = make.recipient(kinds=("email",)), make.recipient(kinds=("email",))
    app = App(client, box).begin().pair(first)
    app.call("post", "devices/unpair")
    app.pair(second)
    message = of_duty(SECRET)
    flow.sent(message)
    assert list(message.deliveries.filter(state="queued").values_list("recipient", flat=True)) == [
        second.pk
    ]
    assert flow.drain("push", 3) == 1
    assert len(app.heard()) == 1


def test_one_that_unsubscribed_is_forgotten_and_the_message_waits_in_the_app(
    box: Box, client: Client
) -> None:
    person = make.recipient(kinds=("email",))
    app = App(client, box).begin().pair(person)
    web_push(box).unsubscribe(app.subscription)
    message = of_duty(SECRET)
    told(message)
    delivery = message.deliveries.get()
    assert (delivery.state, delivery.code) == ("accepted", "app")
    device = Device.objects.get()
    assert (device.push, device.push_kind) == (None, "")
    point = person.contact_points.get(kind="push")
    assert point.value == f"app:{person.uid.hex}"
    assert [one["title"] for one in app.call("get", "messages")["items"]] == [SECRET.title]


def test_a_report_is_told_of_without_a_word_of_it(box: Box, client: Client) -> None:
    app = App(client, box).begin()
    device = devices.of_token(app.token)
    assert device
    uid = make.message().uid
    device_hints.report_changed(uid, devices=[device.pk])
    assert device_hints.tell() == 1
    (payload,) = app.heard()
    assert payload["icp"]["kind"] == "report"
    assert payload["notification"]["navigate"].endswith(f"/app/r/{uid}")
