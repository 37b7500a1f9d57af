"""Rotating keys with people at work: nothing is lost, whenever it is killed."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from icp.encryption import keyring, pages, rotation, startup
from icp.encryption.errors import KeyringError, UnknownKey
from icp.encryption.models import DataKey, KeyCanary, Page
from recipients.models import ContactPoint, Recipient

from .conftest import Ring
from .people import identity, mail, person
from .test_pages import KIND, registered, seen

pytestmark = pytest.mark.django_db


def town(number: int = 7) -> list[Recipient]:
    people = [person(identity(f"Osoba {n}", f"8501011234{n}")) for n in range(number)]
    for n, row in enumerate(people):
        mail(row, f"osoba{n}@przyklad.example")
    return people


def everything() -> list[tuple[Any, ...]]:
    people = Recipient.objects.order_by("pk").opened("identity", "address", "state_reason")
    return [*people, *ContactPoint.objects.order_by("pk").opened("value")]


def found() -> int:
    people = [Recipient.objects.filter(pesel_token=f"8501011234{n}").count() for n in range(7)]
    return sum(people) + ContactPoint.objects.filter(value_token="osoba3@przyklad.example").count()


def tokens() -> list[tuple[Any, ...]]:
    return list(ContactPoint.objects.shut().order_by("pk").values_list("value_token"))


def dies_after(times: int, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let a batch function be killed at its `times`-th call."""
    real: Callable[..., int] = getattr(rotation, name)
    calls = iter(range(times))

    def dying(*args: Any) -> int:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(rotation, name, dying)


@pytest.mark.parametrize("step", ["rewrap", "reseal"])
def test_enc_rotates_though_killed(ring: Ring, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    town()
    before, blobs = everything(), tokens()
    monkeypatch.setattr(rotation, "REWRAP_BATCH", 3)
    monkeypatch.setattr(rotation, "RESEAL_BATCH", 3)
    ring.rotate("enc")
    assert everything() == before  # both keys are live
    with monkeypatch.context() as once:
        dies_after(1, once, f"_{step}_batch")
        with pytest.raises(KeyboardInterrupt):
            call_command(step, stdout=StringIO())
    assert rotation.left_under("enc", 1) == 4
    assert everything() == before
    call_command(step, stdout=StringIO())
    assert rotation.left_under("enc", 1) == 0
    ring.change(lambda document: keyring.set_state(document, "enc", 1, "retired"))
    assert everything() == before
    assert tokens() == blobs


def test_reseal_changes_every_value_and_rewrap_none(ring: Ring) -> None:
    point = mail(person(), "anna@przyklad.example")

    def raw() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM recipients_contactpoint WHERE id = %s", [point.pk])
            return bytes(cursor.fetchone()[0])

    first = raw()
    ring.rotate("enc")
    rotation.rewrap()
    assert raw() == first
    stale = ContactPoint.objects.get(pk=point.pk)
    ring.rotate("enc")
    assert rotation.reseal() == 1
    assert raw() != first
    stale.verified_at = None
    stale.save()  # loaded before: writes no value under the old key
    assert ContactPoint.objects.get(pk=point.pk).value == "anna@przyklad.example"


def test_pages_rotate_with_enc(ring: Ring) -> None:
    registered(2)
    pages.fold(KIND)
    good = seen()
    ring.rotate("enc")
    rotation.rewrap()
    assert rotation.left_under("enc", 1) == 0
    ring.change(lambda document: keyring.set_state(document, "enc", 1, "retired"))
    assert Page.objects.exists()
    assert seen() == good


def test_people_are_found_while_two_keys_live(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    town()
    assert found() == 8
    monkeypatch.setattr(rotation, "REINDEX_BATCH", 3)
    ring.rotate("idx")
    assert found() == 8
    newcomer = person(identity("Nowa", "90020254329"))
    assert Recipient.objects.get(pesel_token="90020254329") == newcomer
    with monkeypatch.context() as once:
        dies_after(2, once, "_reindex_batch")
        with pytest.raises(KeyboardInterrupt):
            call_command("reindex", stdout=StringIO())
    assert found() == 8
    assert rotation.left_under("idx", 1) > 0
    call_command("reindex", stdout=StringIO())
    assert rotation.left_under("idx", 1) == 0
    ring.change(lambda document: keyring.set_state(document, "idx", 1, "retired"))
    assert found() == 8
    assert Recipient.objects.filter(duplicate_token=identity("Osoba 2")).count() == 1


def test_a_token_is_not_made_from_an_older_value(ring: Ring) -> None:
    row = person(identity("Anna", "85010112346"))
    ring.rotate("idx")
    with transaction.atomic():
        late = Recipient.objects.get(pk=row.pk)
        late.identity = identity("Anna", "90020254329")
        late.save()
    rotation.reindex()
    assert Recipient.objects.filter(pesel_token="90020254329").count() == 1
    assert not Recipient.objects.filter(pesel_token="85010112346").exists()


def test_a_key_in_use_is_not_retired(ring: Ring, tmp_path: Path, settings: Any) -> None:
    town(2)
    path = tmp_path / "ring.json"
    keyring.write_keyring(path, ring.document)
    settings.KEYRING_FILE = str(path)
    keyring.forget()
    startup.record()
    with pytest.raises(CommandError, match="primary"):
        call_command("retire_key", "enc", "1")
    call_command("make_keyring", "--file", path, "--add", "enc", stdout=StringIO())
    call_command("make_keyring", "--file", path, "--promote", "enc", "2", stdout=StringIO())
    keyring.forget()
    with pytest.raises(CommandError, match="2 things are still under it"):
        call_command("retire_key", "enc", "1")
    call_command("rewrap", stdout=StringIO())
    call_command("retire_key", "enc", "1", stdout=StringIO())
    keyring.forget()
    assert json.loads(path.read_text())["enc"]["keys"]["1"]["state"] == "retired"
    assert path.stat().st_mode & 0o777 == 0o400
    assert not KeyCanary.objects.filter(section="enc", key_id=1).exists()
    assert startup.problems() == []
    assert len(everything()) == 4


# --- the keyring itself ---------------------------------------------------------------------------


def test_a_keyring_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    call_command("make_keyring", "--file", path, stdout=StringIO())
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o400
    call_command("make_keyring", "--file", path, stdout=StringIO())
    assert path.read_text() == text
    shown = StringIO()
    call_command("make_keyring", stdout=shown)
    for made in (text, shown.getvalue()):
        keyring.Keyring.parse(made)


def test_the_sources_have_an_order(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    keyring.write_keyring(path)
    settings.KEYRING_FILE, settings.KEYRING = str(path), "variable"
    assert keyring.read_source() == path.read_text()
    settings.KEYRING_CMD = "echo from the command"
    assert keyring.read_source() == "from the command\n"
    settings.KEYRING_CMD = "false"
    with pytest.raises(KeyringError, match="ended with code 1"):
        keyring.read_source()
    settings.KEYRING_CMD, settings.KEYRING_FILE = "", str(tmp_path / "nowhere")
    with pytest.raises(KeyringError, match="cannot be read"):
        keyring.read_source()
    settings.KEYRING_FILE = settings.KEYRING = ""
    settings.TESTING = False
    with pytest.raises(KeyringError, match="There is no keyring"):
        keyring.read_source()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.pop("idx"),
        lambda document: document["enc"].update(primary="7"),
        lambda document: document["enc"].update(keys=[]),
        lambda document: document["enc"]["keys"]["1"].update(secret="c2hvcnQ="),
        lambda document: document["enc"]["keys"]["1"].update(secret="!"),
        lambda document: document["enc"]["keys"]["1"].update(state="old"),
        lambda document: document["enc"]["keys"]["1"].update(state="decrypt"),
        lambda document: document["enc"]["keys"].update({"256": keyring.new_key()}),
    ],
)
def test_a_malformed_keyring_is_refused_in_silence(ring: Ring, spoil: Any) -> None:
    secret = ring.document["enc"]["keys"]["1"]["secret"]
    ring.change(spoil)
    with pytest.raises(KeyringError) as problem:
        keyring.ring()
    assert secret not in str(problem.value)
    assert problem.value.__cause__ is None
    assert startup.problems() == [str(problem.value)]


def test_identifiers_have_one_key_for_ever(ring: Ring) -> None:
    with pytest.raises(KeyringError, match="never rotated"):
        keyring.promote(ring.document, "rid", 1)
    assert "secret" not in repr(keyring.ring())


# --- the start ------------------------------------------------------------------------------------


def test_the_right_keyring_starts() -> None:
    assert startup.problems() == []
    startup.record()
    startup.record()
    town(1)
    assert startup.problems() == []
    assert KeyCanary.objects.count() == 4


def test_a_foreign_keyring_does_not(ring: Ring) -> None:
    startup.record()
    ring.change(lambda document: document["idx"]["keys"].update({"1": keyring.new_key()}))
    (problem,) = startup.problems()
    assert "Key 1 of section idx is not the key" in problem


def test_a_foreign_keyring_is_noticed_without_a_canary(ring: Ring) -> None:
    town(1)
    ring.change(lambda document: document["enc"]["keys"].update({"1": keyring.new_key()}))
    assert startup.problems() == ["The keyring does not open the data keys of this database."]


def test_a_missing_key_is_named(ring: Ring) -> None:
    town(1)
    startup.record()
    ring.rotate("enc")
    ring.change(lambda document: document["enc"]["keys"].pop("1"))
    assert any("Data keys are wrapped with key 1 of enc" in text for text in startup.problems())
    assert any("Key 1 of section enc was used" in text for text in startup.problems())
    with pytest.raises(UnknownKey):
        everything()


def test_every_data_key_is_bound_to_its_owner() -> None:
    one, other = town(2)
    wrapped = dict(DataKey.objects.values_list("uid", "wrapped"))
    DataKey.objects.filter(uid=one.uid).update(wrapped=wrapped[other.uid])
    with pytest.raises(Exception, match="belongs to somebody else"):
        everything()
