"""Who may tell ICP of a call: whoever signs with the account's token, and nobody else."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from admin_module import configuration
from conversations.models import Conversation, VoiceLine
from sandbox.voice import signed
from sandbox.world import Accounts
from tests import make_conversations as made

pytestmark = pytest.mark.django_db
PATH, PUBLIC = "/callbacks/voice/przychodzace/", "https://icp.zazolcin.example"
ACCOUNT, TOKEN = Accounts().twilio_account, Accounts().twilio_token
CALL = {"AccountSid": ACCOUNT, "CallSid": "CA" + "0" * 32, "From": "+48601234567"}


@pytest.fixture
def news(settings: Settings) -> dict[str, str]:
    settings.PUBLIC_URL = PUBLIC
    settings.VOICE = {"account": ACCOUNT, "token": TOKEN}
    configuration.forget()
    line = made.line()
    VoiceLine.objects.create(line=line)
    return CALL | {"To": line.number}


def post(
    client: Client, fields: Mapping[str, str], headers: Mapping[str, str], path: str = PATH
) -> int:
    form = "application/x-www-form-urlencoded"
    return client.post(path, urlencode(fields), form, headers=dict(headers)).status_code


def test_a_call_that_twilio_signed_is_believed(client: Client, news: dict[str, str]) -> None:
    with_port = f"{PUBLIC}:443{PATH}"
    query = f"{PATH}?bok=1&b=%C3%B3"
    believed = (
        (PATH, signed(TOKEN, PUBLIC + PATH, news)),
        (PATH, signed(TOKEN, with_port, news)),
        (query, signed(TOKEN, PUBLIC + query, news)),
        (PATH, signed(TOKEN, PUBLIC + PATH, news, sha256=True)),
    )
    for path, headers in believed:
        assert post(client, news, headers, path) == 200, headers
    assert Conversation.objects.count() == 1


def test_everything_else_is_turned_away_and_leaves_nothing(
    client: Client, news: dict[str, str], settings: Settings
) -> None:
    url = PUBLIC + PATH
    right = signed(TOKEN, url, news)
    tampered = news | {"From": "+48600000000"}
    other_account = news | {"AccountSid": "AC" + "1" * 32}
    no_call = {name: value for name, value in news.items() if name != "CallSid"}
    refused: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...] = (
        (tampered, right),
        (news, {}),
        (news, {"X-Twilio-Signature": ""}),
        (news, signed(TOKEN, "http" + url.removeprefix("https"), news)),  # wrong scheme
        (news, signed("another token", url, news)),
        (news, signed("", url, news)),
        (news, signed(TOKEN, url, news) | {"X-Twilio-Webhooks-Signature-Settings": "algorithm=X"}),
        (other_account, signed(TOKEN, url, other_account)),
        (no_call, signed(TOKEN, url, no_call)),
        ({}, signed(TOKEN, url, {})),
    )
    for fields, headers in refused:
        assert post(client, fields, headers) == 403, (fields, headers)
    # A signature for one address opens no other one.
    assert post(client, news, right, "/callbacks/voice/stan/") == 403
    assert client.get(PATH).status_code == 405
    assert not Conversation.objects.exists()

    settings.VOICE = {"account": "", "token": ""}  # nobody set an account: nobody is believed
    configuration.forget()
    assert post(client, news, signed("", url, news)) == 403


def test_news_of_a_call_that_nobody_knows(client: Client, news: dict[str, str]) -> None:
    path = "/callbacks/voice/stan/"
    fields = news | {"CallStatus": "completed"}
    assert post(client, fields, signed(TOKEN, PUBLIC + path, fields), path) == 204
    path = "/callbacks/voice/00000000-0000-4000-8000-000000000000/wybor/1/"
    assert post(client, news, signed(TOKEN, PUBLIC + path, news), path) == 404
