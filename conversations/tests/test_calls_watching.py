"""A folder in which an exchange leaves recordings: each profile, and everything that may lie there instead."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from conversations.calls import jobs, retrying, watching
from conversations.calls.watching import Watch
from conversations.models import (
    Conversation,
    IngestJob,
    Kind,
    LegalBasis,
    NoticeDelivery,
    Recording,
)
from conversations.register import recordings
from tests import make, make_conversations, sounds

pytestmark = pytest.mark.django_db
LINE = "+48914245000"
NOW = timezone.localtime() - timedelta(hours=3)
STAMP = f"{NOW:%Y%m%d-%H%M%S}"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A watched folder of a FreePBX whose line records and whose dialplan plays the notice."""
    make_conversations.line(LINE, records=True)
    LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))
    place = tmp_path / "monitor"
    place.mkdir()
    settings.CALLS_FOLDER, settings.CALLS_PROFILE = str(place), "freepbx"
    settings.CALLS_LINE, settings.CALLS_SOURCE = LINE, "centrala"
    settings.CALLS_NOTICE = make_conversations.notice(Kind.CALL).pk
    settings.CALLS_STABLE_SECONDS = 0
    return place


def put(folder: Path, name: str, content: bytes | None = None) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make_conversations.wav() if content is None else content)
    return path


def name_of(number: int, kind: str = "external", ending: str = "wav") -> str:
    return f"{kind}-104-601234567-{STAMP}-1763630100.{number}.{ending}"


def cdr(path: Path, rows: list[dict[str, str]]) -> None:
    head = sorted({name for row in rows for name in row})
    lines = [",".join(head), *(",".join(row.get(name, "") for name in head) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def codes() -> list[str]:
    aside = IngestJob.objects.filter(state="quarantined").order_by("pk")
    return list(aside.values_list("error", flat=True))


def test_freepbx_files_are_registered_and_their_originals_deleted(folder: Path) -> None:
    inner = f"{NOW:%Y/%m/%d}/"
    paths = [
        put(folder, inner + name_of(1)),
        put(folder, f"{inner}force-602000111-104-{STAMP}-1763630100.2.wav"),
    ]
    paths.append(put(folder, f"{inner}in-48914245000-anonymous-{STAMP}-1763630100.3.wav"))
    watch = Watch()
    assert watch.look() == 0, "the first look only remembers"
    assert watch.look() == 3
    assert not any(path.exists() for path in paths)
    rows = {row.external_id[-1]: row for row in Conversation.objects.select_related("call")}
    assert {key: (row.direction, row.party.phone, row.caller_id) for key, row in rows.items()} == {
        "1": ("in", "+48601234567", "allowed"),
        "2": ("out", "+48602000111", "allowed"),
        "3": ("in", "", "withheld"),
    }
    assert rows["1"].originated_at == NOW.replace(microsecond=0)
    assert rows["2"].call.extension == "104"
    assert Recording.objects.count() == NoticeDelivery.objects.count() == 3
    assert set(IngestJob.objects.values_list("state", flat=True)) == {"done"}
    assert all(job.details is None for job in IngestJob.objects.all())


def test_a_file_that_still_grows_waits(folder: Path, settings: Settings) -> None:
    whole = make_conversations.wav(2)
    path, watch = put(folder, name_of(1), whole[:5000]), Watch()
    assert watch.look() == 0
    path.write_bytes(whole[:9000])
    assert watch.look() == 0
    path.write_bytes(whole)
    assert watch.look() == 0
    settings.CALLS_STABLE_SECONDS = 3600
    assert watch.look() == 0
    settings.CALLS_STABLE_SECONDS = 0
    assert watch.look() == 1
    assert Recording.objects.get().read() == whole


def test_what_cannot_be_registered_is_put_aside_and_nothing_is_lost(
    folder: Path, settings: Settings
) -> None:
    wav = make_conversations.wav(2)
    bad = {
        name_of(1): (wav[:-3000], "cut_off"),
        name_of(2): (b"", "empty"),
        name_of(3): (b"%PDF-1.7 " * 40, "wrong_codec"),
        "nagranie bez nazwy.wav": (wav, "name"),
        "external-104-601234567-19990101-101500-1763630100.4.wav": (wav, "expired"),
    }
    for name, (content, _code) in bad.items():
        put(folder, name, content)
    with (folder / name_of(5)).open("wb") as sparse:
        sparse.truncate(2 * 2**30)
    assert Watch().look(settle=False) == 6
    assert sorted(codes()) == sorted([code for _content, code in bad.values()] + ["too_large"])
    aside = folder / "quarantine"
    assert sorted(path.stat().st_size for path in aside.iterdir()) == sorted(
        [len(content) for content, _code in bad.values()] + [2 * 2**30]
    )
    assert not any("601234567" in path.name for path in aside.iterdir())
    # The calls of which only the sound is wrong stand in the register.
    assert Conversation.objects.count() == 4
    assert not Recording.objects.exists()
    assert Watch().look(settle=False) == 0, "the quarantine is not watched"


def test_links_are_not_followed_and_names_lead_nowhere_else(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    secret = put(tmp_path, "poza.wav")
    (folder / name_of(1)).symlink_to(secret)
    (folder / "dzien").symlink_to(tmp_path)
    settings.CALLS_CDR = str(tmp_path / "cdr.csv")
    settings.CALLS_PROFILE = "generic"
    rows = [
        {"uniqueid": "1763630100.7", "recordingfile": "../poza.wav", "src": "601234567"},
        {"uniqueid": "1763630100.8", "recordingfile": str(secret), "src": "601234567"},
    ]
    cdr(Path(settings.CALLS_CDR), rows)
    watch = Watch()
    for _look in range(2):
        watch.look(settle=False)
    assert codes() == ["symlink"]
    refused = IngestJob.objects.filter(error="outside")
    assert set(refused.values_list("external_id", flat=True)) == {
        "centrala:1763630100.7", "centrala:1763630100.8"
    }  # fmt: skip
    assert secret.exists()
    assert not Conversation.objects.exists()
    job = IngestJob.objects.get(state="quarantined")
    assert not retrying.retry(job, by=make.staff("administrator"))
    assert secret.exists()


def test_a_duplicate_is_the_same_call_and_another_recording_is_put_aside(folder: Path) -> None:
    put(folder, name_of(1))
    assert Watch().look(settle=False) == 1
    again = put(folder, name_of(1))
    assert Watch().look(settle=False) == 1
    assert not again.exists()
    assert (Conversation.objects.count(), IngestJob.objects.count()) == (1, 1)
    put(folder, name_of(1), make_conversations.wav(3))
    Watch().look(settle=False)
    assert codes() == ["recording_differs"]


def test_the_original_stays_until_its_copy_is_proven(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, name_of(1))
    monkeypatch.setattr(recordings, "is_whole", lambda _recording: False)
    Watch().look(settle=False)
    assert codes() == ["copy_broken"]
    assert not path.exists()
    assert len(list((folder / "quarantine").iterdir())) == 1
    monkeypatch.undo()
    settings.CALLS_KEEP_ORIGINALS = True
    kept, watch = put(folder, name_of(2)), Watch()
    watch.look()
    assert (watch.look(), watch.look()) == (1, 0), "what was left is not taken again"
    assert kept.exists()


def test_the_list_of_calls_says_what_a_name_does_not(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.CALLS_PROFILE, settings.CALLS_NOTICE = "issabel", 0
    settings.CALLS_CDR = str(tmp_path / "Master.csv")
    notice = make_conversations.notice(Kind.CALL).pk
    name = f"q500-{STAMP}-1763630100.9.wav"
    path = put(folder, name)
    assert Watch().look(settle=False) == 0, "the list may lag behind"
    row = [
        "", "601234567", "500", "ext-queues", '"Jan" <601234567>', "SIP/trunk-1", "SIP/104-2",
        "Queue", "500", f"{NOW:%Y-%m-%d %H:%M:%S}", f"{NOW:%Y-%m-%d %H:%M:%S}",
        f"{NOW + timedelta(minutes=2):%Y-%m-%d %H:%M:%S}", "125", "120", "ANSWERED",
        "DOCUMENTATION", "1763630100.9", f"icp;notice={notice};full=1",
    ]  # fmt: skip
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in row]
    Path(settings.CALLS_CDR).write_text("zła,linia\n" + ",".join(quoted) + "\n", encoding="utf-8")
    assert Watch().look(settle=False) == 1
    found = Conversation.objects.select_related("call").get()
    assert (found.party.phone, found.call.extension) == ("+48601234567", "104")
    assert (found.call.disposition, found.ended_at) == (
        "answered", (NOW + timedelta(minutes=2)).replace(microsecond=0)
    )  # fmt: skip
    assert NoticeDelivery.objects.get().outcome == "full_played"
    assert not path.exists()
    late = put(folder, f"q500-{STAMP}-1763630100.10.wav")
    os.utime(late, (1_700_000_000, 1_700_000_000))
    assert Watch().look(settle=False) == 1
    assert codes() == ["no_call"]


def test_3cx_and_generic_files(folder: Path, settings: Settings) -> None:
    settings.CALLS_PROFILE = "3cx"
    stamp = STAMP.replace("-", "")
    put(folder, f"104/[Recepcja]_104-601234567_{stamp}(11).wav")
    put(folder, f"104/[Jan%20]_601234567-104_{stamp}(12).wav")
    assert Watch().look(settle=False) == 2
    rows = dict(Conversation.objects.values_list("external_id", "direction"))
    assert {key[-2:]: direction for key, direction in rows.items()} == {"11": "out", "12": "in"}
    settings.CALLS_PROFILE = "generic"
    side = {
        "external_id": "g-1", "direction": "in", "line": LINE, "caller_number": "+48601234567",
        "started_at": NOW.isoformat(), "notice_version": settings.CALLS_NOTICE,
    }  # fmt: skip
    put(folder, "g1.opus", sounds.ogg())
    put(folder, "g1.json", json.dumps(side).encode())
    put(folder, "g2.wav")
    put(folder, "g2.json", json.dumps(side | {"external_id": "../x"}).encode())
    assert Watch().look(settle=False) == 2
    assert not (folder / "g1.json").exists()
    assert codes() == ["metadata"]
    assert Recording.objects.filter(codec="opus").count() == 1


def test_a_person_tries_again_or_throws_away(folder: Path, settings: Settings) -> None:
    by = make.staff("administrator")
    settings.CALLS_LINE = "+48914249999"
    put(folder, name_of(1))
    put(folder, name_of(2))
    Watch().look(settle=False)
    assert codes() == ["unknown_line", "unknown_line"]
    first, second = IngestJob.objects.filter(state="quarantined").order_by("pk")
    assert first.details.name.endswith("1763630100.1.wav")
    assert not retrying.retry(first, by=by)
    settings.CALLS_LINE = LINE
    assert retrying.retry(first, by=by)
    first.refresh_from_db()
    assert (first.state, first.details, first.error) == ("done", None, "")
    assert first.conversation is not None
    assert retrying.drop(second, by=by)
    assert not retrying.drop(second, by=by)
    second.refresh_from_db()
    assert (second.state, second.details) == ("dropped", None)
    assert list((folder / "quarantine").iterdir()) == []


def test_what_is_put_aside_lives_no_longer_than_a_conversation(folder: Path) -> None:
    put(folder, name_of(1), b"")
    Watch().look(settle=False)
    assert jobs.forget_old() == 0
    IngestJob.objects.update(at=timezone.now() - timedelta(days=190))
    assert jobs.forget_old() == 1
    assert not IngestJob.objects.exists()
    assert list((folder / "quarantine").iterdir()) == []


def test_the_command_takes_what_lies_there(
    folder: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, name_of(1))
    call_command("watch_recordings", once=True)
    assert "1 files" in capsys.readouterr().out
    settings.CALLS_PROFILE = "inny"
    with pytest.raises(CommandError):
        call_command("watch_recordings", once=True)
    settings.CALLS_FOLDER = ""
    assert watching.Watch().look() == 0
    with pytest.raises(CommandError):
        call_command("watch_recordings", once=True)
