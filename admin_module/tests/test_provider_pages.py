"""The pages of second providers and of their order: what is refused, tested, shown, let in and out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.configuration import EspGateway, Providers, SmsApiGateway, read, write
from admin_module.configuration.gateways import channel_settings
from admin_module.models import AuditEntry, GatewayCheck
from admin_module.statistics.gateways import gateways
from admin_module.tests.test_settings_views import save
from messaging import channels
from messaging.channels import several
from messaging.channels.sms import SmsApiChannel
from messaging.engine import breaker, receipts
from messaging.models import Delivery, ProviderState
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel
from sandbox.testing import Box, running_sandbox
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with running_sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    yield
    channels.close_channels()


@pytest.mark.parametrize(
    ("slug", "changes", "field"),
    [
        ("smsapi", {"base_url": "http://api.smsapi.pl"}, "base_url"),
        ("smsapi", {"sender": "Ósmy nadawca"}, "sender"),
        ("smsapi", {"callback_from": "192.0.2.7, nigdzie"}, "callback_from"),
        ("smsapi", {"rate": "-1"}, "rate"),
        ("email-api", {"service": "brevo"}, "key"),
        ("email-api", {"service": "gołąb"}, "service"),
        ("email-api", {"domain": "to nie domena"}, "domain"),
        ("dostawcy", {"sms": "smsapi,smsapi"}, "sms"),
        ("dostawcy", {"email": ""}, "email"),
    ],
)
def test_bad_values_come_back_with_a_sentence(
    desk: Client, slug: str, changes: dict[str, str], field: str
) -> None:
    answer = save(desk, slug, **changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_what_was_saved_makes_the_channel(desk: Client) -> None:
    typed = {"token": "tajne-1", "sender": "Urzad", "callback_from": "192.0.2.7,198.51.100.0/24"}
    assert save(desk, "smsapi", **typed).status_code == 302
    assert save(desk, "dostawcy", sms="smsapi,twilio").status_code == 302
    assert read(SmsApiGateway).callback_from == ("192.0.2.7/32", "198.51.100.0/24")
    assert read(Providers).sms == ("smsapi", "twilio")
    made = several.channel_of("sms", channel_settings("sms"))
    assert list(made.providers) == ["smsapi"]  # Twilio has no account here
    page = desk.get("/ustawienia/smsapi/").content.decode()
    assert "tajne-1" not in page
    assert "SMSAPI, potem Twilio" in desk.get("/ustawienia/dostawcy/").content.decode()


@pytest.mark.parametrize(
    ("slug", "section"), [("smsapi", SmsApiGateway), ("email-api", EspGateway)]
)
def test_the_connection_is_tested_with_what_was_typed(
    desk: Client, box: Box, slug: str, section: Any
) -> None:
    box.reset()
    config = box.config("smsapi" if slug == "smsapi" else "esp")
    typed: dict[str, Any] = {name: str(value) for name, value in config.items()}
    current = section.from_environment()
    fields = {"timeout": "5", "rate": "0", "revision": "0"} | typed
    answer = desk.post(f"/ustawienia/{slug}/proba/", fields)
    assert "Połączenie działa" in answer.content.decode()
    secret = "token" if slug == "smsapi" else "key"
    answer = desk.post(f"/ustawienia/{slug}/proba/", fields | {secret: "zly"})
    assert "Brak połączenia" in answer.content.decode()
    write(replace(current, **config), by=None, revision=0)
    desk.post(f"/ustawienia/{slug}/proba/")
    assert GatewayCheck.objects.get().ok


def test_a_provider_is_let_in_and_switched_off_by_those_who_may(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(replace(read(SmsApiGateway), token="t"), by=None, revision=0)
    breaker.trip("sms", "smsapi:103", "smsapi")
    client.force_login(make.staff("editor"))
    assert client.post("/ustawienia/smsapi/wpusc/").status_code == 403
    client.force_login(make.staff("administrator"))
    page = client.get("/ustawienia/smsapi/").content.decode()
    assert "Na koncie nie ma już środków." in page
    assert client.get("/ustawienia/smsapi/wpusc/").status_code == 405
    assert client.post("/ustawienia/smsapi/wpusc/").status_code == 302
    assert ProviderState.objects.get(provider="smsapi").state == "working"
    assert client.post("/ustawienia/smsapi/wylacz/").status_code == 302
    assert ProviderState.objects.get(provider="smsapi").state == "off"
    assert client.post("/ustawienia/dostawcy/wylacz/").status_code == 404
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"provider.rested", "provider.reopened", "provider.switched_off"} <= actions
    assert "SMSAPI" in client.get("/").content.decode()


def test_saving_its_settings_lets_a_provider_begin_anew(desk: Client) -> None:
    write(replace(read(SmsApiGateway), token="t"), by=None, revision=0)
    breaker.trip("sms", "smsapi:101", "smsapi")
    save(desk, "smsapi", token="nowy")
    assert ProviderState.objects.get(provider="smsapi").state == "working"


def test_a_report_of_smsapi_reaches_its_delivery(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(replace(read(SmsApiGateway), token="t"), by=None, revision=0)
    write(Providers(("smsapi",), ("smtp",)), by=None, revision=0)
    topic = make.topic()
    make.recipient(kinds=("sms",), topics=(topic,))
    with monkeypatch.context() as patch:
        patch.setitem(channels._made, "sms", channels.Made(FakeChannel("sms")))
        message = flow.sent(make.message(about=topic, channels=("sms",)))
        flow.drain("sms")
    delivery = Delivery.objects.get(message=message)
    secret = SmsApiChannel({"token": "t"}).secret
    told = {"MsgId": "5", "status": "404", "idx": delivery.reference}
    assert client.get(f"/callbacks/sms/smsapi/{'0' * 32}/", told).status_code == 400
    for _twice in range(2):
        answer = client.get(f"/callbacks/sms/smsapi/{secret}/", told)
        assert (answer.status_code, answer.content) == (200, b"OK")
    assert receipts.apply() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.code) == ("delivered", "smsapi:404")


def test_the_dashboard_says_how_long_the_oldest_one_waits(desk: Client) -> None:
    topic = make.topic()
    make.recipient(kinds=("sms",), topics=(topic,))
    message = flow.sent(make.message(about=topic, channels=("sms",)))
    since = timezone.now() - timedelta(hours=2)
    Delivery.objects.filter(message=message).update(due_at=since)
    found = {gateway.kind: gateway.waits_since for gateway in gateways()}
    assert found == {"email": None, "sms": since, "epuap": None, "push": None}
    assert "najstarsza czeka" in desk.get("/").content.decode()
