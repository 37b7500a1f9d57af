"""STOP and START by SMS: signed, heard once, proved in the register, confirmed, without the number."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from admin_module.models import AuditEntry
from consents import granting, undoing
from consents.models import Consent, Topic
from messaging import channels
from messaging.channels import several
from messaging.channels.sms import SmsApiChannel
from messaging.channels.sms.inbound import Inbound
from messaging.models import Delivery, InboundWord, Letter
from messaging.returns import stopping
from recipients.contacts import address_health, permissions
from recipients.models import Recipient, SuppressedAddress
from tests import make

pytestmark = pytest.mark.django_db
ACCOUNT, TOKEN = "AC" + "1" * 32, "zmyslony-token"
NUMBER = "+48512000222"
FORM = "application/x-www-form-urlencoded"
PATH = "/callbacks/sms/odpowiedzi/"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"account": ACCOUNT, "token": TOKEN}
    monkeypatch.setattr(channels, "configured", lambda _name: config)


@pytest.fixture
def topics() -> tuple[Topic, Topic]:
    return make.topic("Powietrze i smog"), make.topic("Woda i kanalizacja")


@pytest.fixture
def person(topics: tuple[Topic, Topic]) -> Recipient:
    contacts = {"sms": NUMBER, "email": "adresat@przyklad.example"}
    return make.recipient(topics=topics, contacts=contacts)


def answer(text: str, sid: str = "SM1", **changes: str) -> dict[str, str]:
    fields = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": NUMBER, "To": "+48732000000"}
    return {**fields, "Body": text, **changes}


def post(fields: dict[str, str], token: str = TOKEN) -> object:
    signature = RequestValidator(token).compute_signature(f"http://127.0.0.1:8000{PATH}", fields)
    strict = Client(enforce_csrf_checks=True)
    return strict.post(PATH, urlencode(fields), FORM, headers={"X-Twilio-Signature": signature})


def agreed(person: Recipient, topic: Topic, channel: str = "sms") -> bool:
    person.refresh_from_db()
    return permissions.may(person.consents, topic.bit, channel)


def test_stop_withdraws_every_sms_consent_and_nothing_else(
    person: Recipient, topics: tuple[Topic, Topic]
) -> None:
    assert post(answer("Stop.")).status_code == 200  # type: ignore[attr-defined]
    assert not agreed(person, topics[0])
    assert not agreed(person, topics[1])
    assert agreed(person, topics[0], "email")
    acts = person.consent_acts.filter(act=Consent.Act.WITHDRAW)
    assert {(act.channel, act.how, act.by) for act in acts} == {("sms", "sms", None)}
    word = InboundWord.objects.get()
    assert (word.word, word.people, word.acts) == ("stop", 1, 2)


def test_it_is_confirmed_by_one_sms(person: Recipient) -> None:
    twin = make.recipient(contacts={"sms": NUMBER}, topics=(Topic.objects.earliest("pk"),))
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "STOP"))
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.recipient_id) == ("sms", person.pk)
    text = Letter.objects.get().text
    assert text
    assert "START" in text.short
    assert twin.consent_acts.filter(act="withdraw").exists()


@pytest.mark.parametrize("words", ["STOP woda", "stop Woda i kanalizacja!", "  Wypisz: WODA "])
def test_stop_and_a_topic_leaves_the_others(
    person: Recipient, topics: tuple[Topic, Topic], words: str
) -> None:
    stopping.hear(Inbound("twilio", "SM1", NUMBER, words))
    assert agreed(person, topics[0])
    assert not agreed(person, topics[1])


@pytest.mark.parametrize("words", ["STOP czegokolwiek", "STOP i"])
def test_a_no_that_names_no_one_topic_is_a_no_to_all(
    person: Recipient, topics: tuple[Topic, Topic], words: str
) -> None:
    stopping.hear(Inbound("twilio", "SM1", NUMBER, words))
    assert not agreed(person, topics[0])
    assert not agreed(person, topics[1])


def test_the_provider_s_reading_counts_where_ours_finds_nothing(person: Recipient) -> None:
    assert stopping.hear(Inbound("twilio", "SM1", NUMBER, "ARRET", "stop")) == "stop"
    assert InboundWord.objects.get().acts == 2


def test_start_takes_back_one_s_own_stop_within_a_day(
    person: Recipient, topics: tuple[Topic, Topic]
) -> None:
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "STOP"))
    stopping.hear(Inbound("twilio", "SM2", NUMBER, "Start"))
    assert agreed(person, topics[0])
    assert agreed(person, topics[1])


def test_start_after_a_day_gives_no_consent(
    person: Recipient, topics: tuple[Topic, Topic], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "STOP"))
    monkeypatch.setattr(undoing, "WITHIN", timedelta(0))
    stopping.hear(Inbound("twilio", "SM2", NUMBER, "START"))
    assert not agreed(person, topics[0])


def test_start_gives_nothing_that_was_refused_elsewhere(
    person: Recipient, topics: tuple[Topic, Topic]
) -> None:
    granting.withdraw(person, topics[0], "sms", how=Consent.How.DESK, by=make.clerk())
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "START"))
    assert not agreed(person, topics[0])


def test_start_lets_a_number_go_that_the_provider_had_stopped(person: Recipient) -> None:
    address_health.hold({person.pk: "21610"}, "sms", SuppressedAddress.Reason.STOPPED)
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "START"))
    assert not SuppressedAddress.objects.get().held


def test_the_same_sms_told_twice_counts_once(person: Recipient) -> None:
    for _time in range(2):
        assert post(answer("STOP")).status_code == 200  # type: ignore[attr-defined]
    assert InboundWord.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_other_words_change_nothing_and_get_no_answer(
    person: Recipient, topics: tuple[Topic, Topic]
) -> None:
    post(answer("Dziękuję! Nie stop, tylko pytam, czy woda wróci"))
    assert agreed(person, topics[1])
    assert InboundWord.objects.get().word == "other"
    assert not Delivery.objects.exists()


def test_a_stranger_s_number_stands_nowhere(
    caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    with caplog.at_level(logging.INFO):
        assert post(answer("STOP", From="+48600999888")).status_code == 200  # type: ignore[attr-defined]
    assert "nobody has" in caplog.text
    assert "600999888" not in caplog.text
    assert InboundWord.objects.get().people == 0


@pytest.mark.parametrize("number", ["Orange", "", "123"])
def test_a_sender_that_is_no_number_is_nobody(person: Recipient, number: str) -> None:
    stopping.hear(Inbound("twilio", "SM1", number, "STOP"))
    assert InboundWord.objects.get().acts == 0


def test_what_is_forged_or_of_another_account_is_refused(person: Recipient) -> None:
    fields = answer("STOP")
    assert Client().post(PATH, fields).status_code == 400
    assert post(fields, token="inny").status_code == 400  # type: ignore[attr-defined]
    assert post(answer("STOP", AccountSid="AC" + "2" * 32)).status_code == 400  # type: ignore[attr-defined]
    assert post(answer("STOP", sid="")).status_code == 400  # type: ignore[attr-defined]
    assert Client().get(PATH).status_code == 405
    assert not InboundWord.objects.exists()


def test_the_log_of_deeds_names_no_number(person: Recipient) -> None:
    stopping.hear(Inbound("twilio", "SM1", NUMBER, "STOP"))
    entries = AuditEntry.objects.filter(action="consent.withdrawn")
    assert entries.count() == 2
    assert all("512000222" not in str(entry.detail) for entry in entries)


@pytest.fixture
def smsapi(monkeypatch: pytest.MonkeyPatch) -> SmsApiChannel:
    channel = several.channel_of("sms", {"timeout": 5, "smsapi": {"token": "zmyslony"}})
    monkeypatch.setitem(channels._made, "sms", channels.Made(channel))
    provider = channel.known["smsapi"]
    assert isinstance(provider, SmsApiChannel)
    return provider


def test_smsapi_brings_the_same_to_its_secret_address(
    person: Recipient, topics: tuple[Topic, Topic], smsapi: SmsApiChannel
) -> None:
    told = {"sms_from": NUMBER[1:], "sms_to": "48732000000", "sms_text": "STOP", "sms_date": "1"}
    for _time in range(2):
        answer = Client().post(f"{PATH}smsapi/{smsapi.secret}/", urlencode(told), FORM)
        assert (answer.status_code, answer.content) == (200, b"OK")
    assert not agreed(person, topics[0])
    assert InboundWord.objects.get().provider == "smsapi"
    assert Client().post(f"{PATH}smsapi/{'0' * 32}/", urlencode(told), FORM).status_code == 400
    empty = Client().post(f"{PATH}smsapi/{smsapi.secret}/", urlencode({"sms_text": "STOP"}), FORM)
    assert empty.status_code == 400


def test_the_settings_say_where_answers_go(smsapi: SmsApiChannel) -> None:
    assert stopping.address_for("twilio").endswith(PATH)
    assert stopping.address_for("smsapi").endswith(f"{PATH}smsapi/{smsapi.secret}/")
    assert stopping.address_for("esp") == ""
