"""Pages about exchanges: keys shown once, what came and why not, retried or thrown away; health for each."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from admin_module.models import AuditEntry
from conversations.calls import health, jobs, keys
from conversations.models import Arrival, ExchangeKey, IngestJob
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
LIST = "/rozmowy/centrale/"
CAME = f"{LIST}przyjecia/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


def put_aside(
    folder: Path, settings: Settings, name: str = "in-91-601234567-1763630100.1.wav"
) -> IngestJob:
    settings.CALLS_FOLDER = str(folder)
    place = folder / "quarantine"
    place.mkdir(exist_ok=True)
    (place / "abc.wav").write_bytes(make_conversations.wav())
    return jobs.put_aside("folder", "", "unknown_line", Arrival(name=name, put_aside="abc.wav"))


def test_a_key_is_shown_once_and_revoked_after_a_question(admin: Client) -> None:
    assert admin.get(LIST).status_code == 200
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = {"name": "Centrala <BOM>", "networks": "10.20.0.5\n10.21.0.9/24", "until": tomorrow}
    made = admin.post(f"{LIST}klucze/nowy/", form)
    key = ExchangeKey.objects.get()
    text = re.search(rf"icpx_{key.prefix}_[\w-]+", made.content.decode())
    assert text is not None
    assert keys.of_text(text[0]) == key
    assert key.networks == ["10.20.0.5/32", "10.21.0.0/24"]
    assert key.expires_at is not None
    assert timezone.localtime(key.expires_at).date() == tomorrow + timedelta(days=1)
    listed = admin.get(LIST).content.decode()
    assert text[0] not in listed
    assert "Centrala &lt;BOM&gt;" in listed
    address = f"{LIST}klucze/{key.pk}/odwolaj/"
    assert admin.get(address).status_code == 200
    assert admin.post(address)["Location"] == LIST
    assert keys.of_text(text[0]) is None
    assert admin.get(address).status_code == 404
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"exchange_key.made", "exchange_key.revoked"} <= actions


def test_a_form_that_lacks_something_comes_back(admin: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for wrong in (
        {"name": ""},
        {"name": "x", "networks": "biuro"},
        {"name": "x", "networks": "10.0.0.1\n" * 21},
        {"name": "x", "until": yesterday},
    ):
        assert admin.post(f"{LIST}klucze/nowy/", wrong).status_code == 422, wrong
    assert not ExchangeKey.objects.exists()


def test_the_list_says_why_and_shows_no_number(
    admin: Client, tmp_path: Path, settings: Settings
) -> None:
    key, _text = keys.make("Centrala BOM", [], None, by=make.staff("administrator"))
    jobs.refused("upload", "bom:1", "cut_off", exchange=key)
    put_aside(tmp_path, settings)
    page = admin.get(CAME).content.decode()
    assert "601234567" not in page
    assert "567-1763630100.1.wav" in page
    assert str(health.senders()[0].name) == "centrala"
    only = admin.get(f"{CAME}?stan=refused").content.decode()
    assert "Centrala BOM" in only
    assert "1763630100" not in only
    assert admin.get(f"{CAME}?stan=inny&page=99").status_code == 200


def test_what_was_put_aside_is_thrown_away_or_tried_after_a_question(
    admin: Client, tmp_path: Path, settings: Settings
) -> None:
    job = put_aside(tmp_path, settings)
    retry, drop = f"{CAME}{job.pk}/ponow/", f"{CAME}{job.pk}/wyrzuc/"
    for address in (retry, drop):
        assert "601234567" not in admin.get(address).content.decode()
    assert admin.post(retry)["Location"] == CAME
    job.refresh_from_db()
    assert job.state == "quarantined"
    assert admin.post(drop)["Location"] == CAME
    assert list((tmp_path / "quarantine").iterdir()) == []
    assert admin.post(drop).status_code == 404
    done = AuditEntry.objects.filter(action__startswith="ingest.").values_list("action", flat=True)
    assert set(done) == {"ingest.quarantined", "ingest.retried", "ingest.dropped"}


def test_agents_see_nothing_of_exchanges(client: Client) -> None:
    client.force_login(make_conversations.agent())
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}klucze/nowy/", {"name": "x"}).status_code == 403


def test_who_brought_calls_and_is_silent_is_named(admin: Client) -> None:
    by = make.staff("administrator")
    live, _text = keys.make("Centrala A", [], None, by=by)
    keys.make("B", [], timezone.now() - timedelta(days=1), by=by)
    jobs.done("upload", "a:1", make_conversations.call(), exchange=live)
    jobs.refused("upload", "a:2", "empty", exchange=live)
    [sender] = health.senders()
    assert (sender.today, sender.refused, sender.silent) == (1, 1, False)
    start = admin.get("/").content.decode()
    assert "rozmowa w ciągu doby: Centrala A" in start
    assert "zostało odłożone" not in start
    jobs.put_aside("folder", "", "no_call", Arrival(name="x.wav"))
    IngestJob.objects.update(at=timezone.now() - timedelta(days=6))
    assert health.senders()[0].silent
    assert "nagranie z centrali zostało odłożone" in admin.get("/").content.decode()
