"""Nothing of a deleted conversation can be opened: not from the live system, not from a dump taken before.

What is looked at is every sealed column of every model and every sealed file, with the keys that are
left. That the same look finds everything before, with the old keys, and a neighbour afterwards, shows
that it looks.
"""

import io
import json
import os
import shutil
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from admin_module.backups import databases
from conversations.models import Conversation, Party, PurgeState, Tombstone
from conversations.retention import checking, purging
from conversations.tests.ended import MARKS, whole
from icp.encryption.erasing import journal_path, read_journal, replay
from icp.encryption.files import folder as sealed_folder
from messaging.tests.test_erasure_proof import everything_that_opens
from tests import leaks
from tests import make_conversations as made

pytestmark = pytest.mark.django_db(transaction=True)
STAYS = "Pozostałowiczowa"


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.FILES_DIR = tmp_path / "sealed"


def marks_in(text: str) -> set[str]:
    return {mark for mark in MARKS if mark in text}


def audited() -> tuple[bool, dict[str, list[str]]]:
    """What `manage.py retention_audit --json` says, and whether it left with 0."""
    said = io.StringIO()
    try:
        call_command("retention_audit", "--json", stdout=said)
        well = True
    except CommandError:
        well = False
    answer = json.loads(said.getvalue())
    assert answer["green"] is well
    return well, answer["findings"]


def test_nothing_opens_from_the_live_system_or_from_an_old_dump_beside_the_keys_of_today(
    tmp_path: Path,
) -> None:
    call, chat, _recording = whole()
    made.chat(party=Party(name=STAYS))
    main, keys, later = (tmp_path / name for name in ("main", "keys", "keys-later"))
    databases.dump(main, keys)
    files = shutil.copytree(sealed_folder(), tmp_path / "files")
    assert marks_in(everything_that_opens()) == set(MARKS)
    assert purging.purge().done == 2
    live = everything_that_opens()
    assert (marks_in(live), STAYS in live) == (set(), True)
    assert audited() == (True, {})
    databases.dump(tmp_path / "main-later", later)

    # The main tables from before, the key table as it is after.
    databases.load(main, later)
    shutil.copytree(files, sealed_folder(), dirs_exist_ok=True)
    assert Conversation.objects.get(pk=call.pk).purge_state == PurgeState.KEPT
    old = everything_that_opens()
    assert (marks_in(old), STAYS in old) == (set(), True)
    # What lies about unopened says nothing either: neither dump nor files hold a word of it.
    dump = {"main": main.read_bytes(), "keys": keys.read_bytes()}
    assert leaks.found(MARKS, dump | leaks.files_below(files, "*/*")) == []
    # And what it brought back is ended again.
    assert audited()[1]["key_lost"] == [str(call.pk), str(chat.pk)]
    assert purging.end_brought_back() == 2
    assert audited() == (True, {})


def test_an_older_key_dump_opens_it_again_until_the_journal_is_replayed(tmp_path: Path) -> None:
    call, chat, _recording = whole()
    made.chat(party=Party(name=STAYS))
    main, keys = tmp_path / "main", tmp_path / "keys"
    databases.dump(main, keys)
    files = shutil.copytree(sealed_folder(), tmp_path / "files")
    purging.purge()
    done, _begun = read_journal(journal_path().read_text(encoding="utf-8").splitlines())
    assert {call.uid, chat.uid} <= done

    databases.load(main, keys)
    shutil.copytree(files, sealed_folder(), dirs_exist_ok=True)
    assert marks_in(everything_that_opens()) == set(MARKS)  # so the next lines can fail
    well, findings = audited()
    assert not well
    assert set(findings["key_left"]) == {str(call.pk), str(chat.pk)}
    assert replay(done) >= 2
    purging.end_brought_back()
    text = everything_that_opens()
    assert (marks_in(text), STAYS in text) == (set(), True)
    assert audited() == (True, {})
    assert set(Tombstone.objects.values_list("conversation", flat=True)) == {call.pk, chat.pk}


def test_the_audit_names_each_thing_that_breaks_a_promise() -> None:
    call, chat, recording = whole()
    purging.purge()
    assert checking.look() == {}
    stone = Tombstone.objects.get(conversation=call)
    Conversation.objects.filter(pk=chat.pk).update(purge_state=PurgeState.PURGING)
    Tombstone.objects.filter(conversation=chat).update(
        purged_at=None, key_destroyed_at=stone.key_destroyed_at - 2 * checking.STUCK
    )
    left = made.call()
    lost = made.recording(left)
    lost.path.unlink()
    with_words = made.call()
    Conversation.objects.filter(pk=with_words.pk).update(purge_state=PurgeState.PURGED)
    overdue = made.call()
    Conversation.objects.filter(pk=overdue.pk).update(
        expires_at=overdue.originated_at - checking.GRACE
    )
    found = checking.look()
    assert found["stuck"] == [str(chat.pk)]
    assert found["file_missing"] == [str(lost.pk)]
    assert found["no_tombstone"] == found["rows_left"] == found["key_left"] == [str(with_words.pk)]
    assert found["overdue"] == [str(overdue.pk)]
    lone = sealed_folder() / "ab" / f"{'ab' * 16}.icps"
    lone.parent.mkdir(parents=True, exist_ok=True)
    lone.write_bytes(b"noise")
    _age(lone)
    assert checking.look()["file_orphaned"] == ["abababab-abab-abab-abab-abababababab"]
    assert recording.path.exists() is False


def _age(path: Path) -> None:
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
