"""One request, however often it comes, is done once and answered alike."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from messaging import sweeping
from recipients.account import rights
from recipients.api import idempotency
from recipients.contacts import devices
from recipients.feed import kept_answers
from recipients.models import Device, District, KeptAnswer
from tests import make
from tests.api import endpoints as places

from .test_racing import at_once

pytestmark = pytest.mark.urls("tests.api.endpoints")
PLACES = "/api/v1/places"
KEY = "8d9a1f0e-klucz"


@pytest.fixture(autouse=True)
def _nothing_meanwhile() -> Iterator[None]:
    yield
    places.MEANWHILE[0] = lambda: None


def enrolled() -> str:
    return devices.enroll(platform="web")[1]


def post(token: str, name: str = "Stare Miasto", key: str = KEY, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    sent = {"name": name, **more}
    return Client(raise_request_exception=False).post(
        PLACES, sent, "application/json", headers={k: v for k, v in headers.items() if v}
    )


def slug(response: Any) -> str:
    return str(response.json()["type"].rpartition("/")[2])


@pytest.mark.django_db
class TestOneByOne:
    def test_a_repetition_gets_the_first_answer(self) -> None:
        token = enrolled()
        first = post(token, houses=[1, 2])
        again = post(token, houses=[1, 2])
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.content == again.content
        assert first["Location"] == again["Location"]
        assert again["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first
        assert District.objects.count() == 1

    def test_members_in_another_order_are_the_same_body(self) -> None:
        token = enrolled()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": KEY}
        for body in ('{"name":"Nowe","wanted":true}', '{ "wanted": true, "name": "Nowe" }'):
            response = Client().post(PLACES, body, "application/json", headers=headers)
        assert response["Idempotency-Replayed"] == "true"

    def test_another_body_is_refused(self) -> None:
        token = enrolled()
        post(token)
        refused = post(token, "Nowe Miasto")
        assert (refused.status_code, slug(refused)) == (422, "idempotency-key-reused")
        assert District.objects.count() == 1

    @pytest.mark.parametrize("key", ["", "krótki", "kr", "z odstępem", "k" * 101])
    def test_without_a_key_nothing_happens(self, key: str) -> None:
        refused = post(enrolled(), key=key)
        assert (refused.status_code, slug(refused)) == (400, "idempotency-key-missing")
        assert not District.objects.exists()

    def test_keys_of_two_devices_are_two(self) -> None:
        assert post(enrolled()).status_code == 201
        assert post(enrolled(), "Nowe Miasto").status_code == 201

    def test_what_was_refused_or_failed_may_be_tried_again(self) -> None:
        token = enrolled()
        assert post(token, "nie").status_code == 409
        assert post(token, "wcale").status_code == 500
        assert not District.objects.exists()
        assert not KeptAnswer.objects.exists()
        assert post(token, "tak").status_code == 201

    def test_a_wrong_body_takes_no_key(self) -> None:
        token = enrolled()
        assert post(token, "x" * 100).status_code == 422
        assert post(token).status_code == 201

    def test_what_is_being_worked_on_asks_to_come_back(self) -> None:
        token = enrolled()
        seen: list[Any] = []
        places.MEANWHILE[0] = lambda: seen.append(post(token)) if not seen else None
        assert post(token).status_code == 201
        assert (seen[0].status_code, slug(seen[0])) == (409, "in-progress")
        assert int(seen[0]["Retry-After"]) > 0

    def test_a_killed_worker_is_followed_by_the_next(self) -> None:
        token = enrolled()
        post(token)
        District.objects.all().delete()
        # As a worker that was killed leaves it: the claim, and nothing else.
        KeptAnswer.objects.update(status=None, told=None)
        assert post(token).status_code == 409
        KeptAnswer.objects.update(begun_at=timezone.now() - kept_answers.LEASE)
        assert post(token).status_code == 201
        assert District.objects.count() == 1

    def test_whoever_lost_the_claim_leaves_nothing(self) -> None:
        def taken_over() -> None:
            KeptAnswer.objects.update(run=uuid.uuid4())

        places.MEANWHILE[0] = taken_over
        refused = post(enrolled())
        assert (refused.status_code, slug(refused)) == (409, "in-progress")
        assert not District.objects.exists()
        assert KeptAnswer.objects.get().status is None

    def test_the_next_holder_of_a_device_gets_no_answer_of_the_last(self) -> None:
        token, person = enrolled(), make.recipient()
        now = timezone.now()
        Device.objects.update(recipient=person, paired_at=now)
        assert post(token).status_code == 201
        Device.objects.update(recipient=make.recipient(), paired_at=now)
        refused = post(token)
        assert (refused.status_code, slug(refused)) == (422, "idempotency-key-reused")
        assert b"Stare" not in refused.content

    def test_an_erased_person_leaves_no_answer(self) -> None:
        person = make.recipient()
        device, _token = devices.enroll(platform="web")
        KeptAnswer.objects.create(
            device=device, recipient=person, method="POST", path="/x", key_digest=b"1",
            body_digest=b"2", run=uuid.uuid4(), begun_at=timezone.now(),
        )  # fmt: skip
        rights.erase(person, by=make.clerk(), reason="wniosek")
        assert not KeptAnswer.objects.exists()

    def test_answers_are_sealed_and_forgotten_after_days(self) -> None:
        token = enrolled()
        post(token, "Zażółcinek")
        with connection.cursor() as cursor:
            cursor.execute("SELECT told, path, body_digest FROM recipients_keptanswer")
            row = cursor.fetchone()
        assert "Zażółcinek".encode() not in bytes(row[0]) + row[1].encode() + bytes(row[2])
        kept = timezone.now() - timedelta(hours=73)
        KeptAnswer.objects.update(begun_at=kept)
        sweeping.daily()
        assert KeptAnswer.objects.count() == 1
        KeptAnswer.objects.update(begun_at=timezone.now() - kept_answers.KEPT_FOR)
        assert (kept_answers.purge(), kept_answers.purge()) == (1, 0)

    def test_a_removed_device_is_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        device, token = devices.enroll(platform="web")

        def removed() -> None:
            devices.remove(Device.objects.get(pk=device.pk), why="lost")

        places.MEANWHILE[0] = removed
        refused = post(token)
        assert (refused.status_code, slug(refused)) == (401, "unauthenticated")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect() -> None:
    token = enrolled()
    answers = at_once(*[lambda: post(token)] * 20)
    told = Counter(answer.status_code for answer in answers if isinstance(answer, HttpResponse))
    assert sum(told.values()) == 20
    assert set(told) <= {200, 201, 409}
    assert told[201] == 1
    assert District.objects.count() == 1
    final = post(token)
    assert (final.status_code, final["Idempotency-Replayed"]) == (200, "true")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_after_the_commit_loses_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    token = enrolled()

    def cut(*arguments: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as during:
        during.setattr(idempotency, "_rendered", cut)  # after the transaction, before the answer
        assert post(token).status_code == 500
    again = post(token)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert District.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_believe_in_one_claim_one_commits() -> None:
    """A slow worker whose lease ran out, and the one that took over, end at the same moment."""
    token = enrolled()
    slow: list[Any] = []

    def second_comes() -> None:
        if not slow:
            slow.append(True)
            KeptAnswer.objects.update(begun_at=timezone.now() - kept_answers.LEASE)
            slow.append(at_once(lambda: post(token))[0])

    places.MEANWHILE[0] = second_comes
    first = post(token)
    assert District.objects.count() == 1
    assert {first.status_code, slow[1].status_code} <= {201, 409}
    assert post(token).status_code == 200
