"""The office's key for browsers: drawn on its page, shown by its public half only, changed with a warning."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from admin_module import configuration
from admin_module.configuration import Municipality, PushKeys, read, write
from admin_module.models import AuditEntry, ConfigurationVersion
from messaging.channels import targets
from messaging.channels.push import vapid
from messaging.engine import push_keys
from recipients.contacts import devices
from tests import make

pytestmark = pytest.mark.django_db
PAGE, CARD = "/ustawienia/aplikacja/klucz/", "/ustawienia/aplikacja/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


def draw(desk: Client, revision: object = 0) -> str:
    answer = desk.post(PAGE, {"revision": revision}, follow=True)
    assert answer.redirect_chain[-1][0] == CARD
    return answer.content.decode()


def test_without_a_key_the_card_says_what_is_missing(desk: Client) -> None:
    assert configuration.channel_settings("push")["vapid_public_key"] == ""
    assert "Wylosuj klucz" in desk.get(CARD).content.decode()


def test_a_key_is_drawn_and_only_its_public_half_is_ever_shown(desk: Client) -> None:
    page = draw(desk)
    key = read(PushKeys).key
    assert push_keys.public_key() == vapid.public_key(key)
    assert push_keys.public_key() in page
    whole = page + desk.get(PAGE).content.decode() + desk.get("/dziennik/").content.decode()
    assert key not in whole
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM admin_module_configurationversion")
        assert key.encode() not in bytes(cursor.fetchone()[0])
    entry = AuditEntry.objects.get(action="configuration.changed")
    assert entry.detail == {"section": "push_keys", "version": 1, "key": "hidden"}
    assert key not in repr(read(PushKeys))


def test_the_channel_signs_with_it_and_says_where_the_office_is(desk: Client) -> None:
    draw(desk)
    config = configuration.channel_settings("push")
    assert config["vapid_key"] == read(PushKeys).key
    assert config["vapid_subject"] == f"mailto:{read(Municipality).email}"
    write(Municipality(email="brak"), by=None, revision=0)
    assert str(configuration.channel_settings("push")["vapid_subject"]).startswith("http")


def test_a_second_key_warns_of_the_browsers_that_subscribed(desk: Client) -> None:
    draw(desk)
    first = read(PushKeys).key
    for number in range(2):
        device = devices.enroll(platform="web")[0]
        endpoint = f"https://fcm.googleapis.com/fcm/send/{number}"
        devices.register_push(device, targets.webpush(endpoint, "p", "a"))
    assert "2 przeglądarki zapisały się" in desk.get(PAGE).content.decode()
    draw(desk, 1)
    assert read(PushKeys).key not in ("", first)


@pytest.mark.parametrize("revision", [0, "", "x", 7])
def test_a_form_from_before_draws_nothing(desk: Client, revision: object) -> None:
    draw(desk)
    key = read(PushKeys).key
    assert "nie został wylosowany" in draw(desk, revision)
    assert read(PushKeys).key == key


def test_earlier_settings_of_the_gateway_leave_the_key_alone(desk: Client) -> None:
    draw(desk)
    key = read(PushKeys).key
    whole = {"base_url": "https://fcm.googleapis.com", "timeout": "20", "rate": "0", "revision": 0}
    assert desk.post("/ustawienia/aplikacja/zmien/", whole | {"project": "p1"}).status_code == 302
    desk.post("/ustawienia/aplikacja/wersje/0/", {"revision": 1})
    assert read(PushKeys).key == key


def test_a_key_without_sense_in_the_environment_is_no_key(settings: Settings) -> None:
    push = settings.CHANNELS["push"] | {"vapid_key": "nonsense"}
    settings.CHANNELS = settings.CHANNELS | {"push": push}
    configuration.forget()
    assert push_keys.public_key() == ""


def test_only_who_may_change_settings_may_draw(client: Client) -> None:
    client.force_login(make.staff("data_protection_officer"))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"revision": 0}).status_code == 403
    assert not ConfigurationVersion.objects.exists()
