"""The program for exchanges' own computers, run as they run it, against a live server."""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from conversations.calls import keys
from conversations.models import Call, Conversation, IngestJob, Kind, LegalBasis, Recording
from tests import make, make_conversations, sounds

PROGRAM = Path(__file__).resolve().parents[2] / "deploy" / "pbx" / "icp_upload.py"
NUMBER = "601234567"


@dataclass
class Exchange:
    """A computer with recordings, a list of calls and the program."""

    place: Path
    text: str

    def settings(self, url: str, **more: str) -> None:
        (self.place / "key").write_text(self.text)
        here = {
            "source": "centrala-bom", "line": "+48914245000", "cdr": str(self.cdr),
            "recordings": str(self.recordings), "spool": str(self.spool),
            "outgoing_contexts": "from-internal",
        } | more  # fmt: skip
        lines = ["[icp]", f"url = {url}", f"key_file = {self.place / 'key'}", "timeout = 10"]
        lines += ["[exchange]", *(f"{name} = {value}" for name, value in here.items())]
        (self.place / "icp.ini").write_text("\n".join(lines))

    @property
    def cdr(self) -> Path:
        return self.place / "Master.csv"

    @property
    def recordings(self) -> Path:
        return self.place / "monitor"

    @property
    def spool(self) -> Path:
        return self.place / "spool"

    def call(self, unique: str, userfield: str, context: str = "from-trunk") -> None:
        """A row as Asterisk's cdr_csv writes it."""
        began = timezone.localtime() - timedelta(hours=1)
        row = [
            "", NUMBER, "500", context, f'"Jan" <{NUMBER}>', "PJSIP/trunk-1", "PJSIP/104-2",
            "Queue", "bom", f"{began:%Y-%m-%d %H:%M:%S}", f"{began:%Y-%m-%d %H:%M:%S}",
            f"{began + timedelta(minutes=2):%Y-%m-%d %H:%M:%S}", "125", "120", "ANSWERED",
            "DOCUMENTATION", unique, userfield,
        ]  # fmt: skip
        quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
        with self.cdr.open("a") as file:
            file.write(quoted + "\n")

    def recording(self, unique: str, content: bytes) -> Path:
        self.recordings.mkdir(exist_ok=True)
        path = self.recordings / f"{unique}.wav"
        path.write_bytes(content)
        return path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(PROGRAM), "--config", str(self.place / "icp.ini")]
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert NUMBER not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def waiting(self) -> int:
        return len(list(self.spool.glob("*.json")))

    def due_now(self) -> None:
        """As if the time of waiting were over."""
        for path in self.spool.glob("*.json"):
            path.write_text(json.dumps(json.loads(path.read_text()) | {"next": 0}))


@pytest.fixture
def exchange(tmp_path: Path, transactional_db: None) -> Exchange:
    make_conversations.line(records=True)
    LegalBasis.objects.update(approved_at=timezone.now() - timedelta(days=30))
    _key, text = keys.make("Centrala", [], None, by=make.staff("administrator"))
    return Exchange(tmp_path, text)


@pytest.mark.django_db(transaction=True)
def test_a_recording_travels_once_and_only_then_is_deleted(
    exchange: Exchange, live_server: LiveServer
) -> None:
    notice = make_conversations.notice(Kind.CALL).pk
    audio, unique = sounds.mulaw(200), "1763630100.21"
    path = exchange.recording(unique, audio)
    exchange.settings("http://127.0.0.1:9")  # nobody answers there
    exchange.call(unique, f"icp;notice={notice};full=1")
    later = exchange.run(str(path), unique)
    assert (later.returncode, exchange.waiting(), path.exists()) == (0, 1, True)
    assert "again in 30 s" in later.stderr
    exchange.settings(live_server.url)
    assert exchange.run("--flush").returncode == 0
    assert exchange.waiting() == 1, "it waits for its time"
    exchange.due_now()
    done = exchange.run("--flush")
    assert (done.returncode, exchange.waiting(), path.exists()) == (0, 0, False), done.stderr
    row = Conversation.objects.select_related("call").get()
    assert (row.party.phone, row.direction) == (f"+48{NUMBER}", "in")
    assert row.call.extension == "104"
    assert Recording.objects.get().read() == audio
    # Told twice, it is the same call.
    path = exchange.recording(unique, audio)
    assert exchange.run(str(path), unique).returncode == 0
    assert (Conversation.objects.count(), path.exists()) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_taken_stays_where_it_is(
    exchange: Exchange, live_server: LiveServer
) -> None:
    notice = make_conversations.notice(Kind.CALL).pk
    exchange.settings(live_server.url)
    good = make_conversations.wav(2)
    # Not in the list of calls yet: it waits. Then it comes, and the recording is half-written.
    path = exchange.recording("1763630100.31", good[:-5000])
    assert "not in the list" in exchange.run(str(path), "1763630100.31").stderr
    exchange.call("1763630100.31", f"icp;notice={notice}")
    exchange.due_now()
    cut = exchange.run("--flush")
    assert (cut.returncode, path.exists(), exchange.waiting()) == (1, True, 0)
    assert "cut_off" in cut.stderr
    assert len(list((exchange.spool / "failed").iterdir())) == 1
    # A wrong key is for a person to put right: the recording waits.
    (exchange.place / "key").write_text("icpx_0123456789_nie")
    exchange.call("1763630100.35", f"icp;notice={notice}")
    kept = exchange.recording("1763630100.35", good)
    assert "answer 401" in exchange.run(str(kept), "1763630100.35").stderr
    assert (exchange.waiting(), kept.exists()) == (1, True)
    assert IngestJob.objects.filter(error="cut_off").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_may_not_be_kept_is_thrown_away_here_as_there(
    exchange: Exchange, live_server: LiveServer, tmp_path: Path
) -> None:
    notice = make_conversations.notice(Kind.CALL).pk
    exchange.settings(live_server.url)
    exchange.recordings.mkdir()
    good = make_conversations.wav(2)
    # Outside of the folder of recordings, by a link.
    secret = tmp_path / "tajne.wav"
    secret.write_bytes(good)
    link = exchange.recordings / "link.wav"
    link.symlink_to(secret)
    exchange.call("1763630100.32", f"icp;notice={notice}")
    assert "outside" in exchange.run(str(link), "1763630100.32").stderr
    assert secret.exists()
    # The caller did not want it: thrown away there as here.
    exchange.call("1763630100.33", f"icp;notice={notice};choice=unrecorded")
    unwanted = exchange.recording("1763630100.33", good)
    assert exchange.run(str(unwanted), "1763630100.33").returncode == 0
    assert not unwanted.exists()
    # A call without a recording.
    exchange.call("1763630100.34", f"icp;notice={notice};choice=unrecorded")
    assert exchange.run("--call", "1763630100.34").returncode == 0
    assert set(Call.objects.values_list("choice", flat=True)) == {"recorded", "unrecorded"}
    assert Conversation.objects.count() == 3
    assert not Recording.objects.exists()


@pytest.mark.dry
def test_what_it_is_called_with_is_checked(tmp_path: Path) -> None:
    exchange = Exchange(tmp_path, "icpx_x_y")
    exchange.settings("http://icp.zazolcin.example")
    assert "https" in exchange.run("--flush").stderr
    exchange.settings("http://127.0.0.1:9")
    for wrong in ((), ("plik.wav",), ("plik.wav", "../x"), ("plik.wav", "1 2")):
        assert exchange.run(*wrong).returncode == 2
    assert exchange.run("--flush").returncode == 0
    (tmp_path / "icp.ini").unlink()
    assert exchange.run("--flush").returncode == 2


@pytest.mark.dry
def test_it_needs_python_3_9_and_nothing_else() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert os.access(PROGRAM, os.X_OK)
    dialplan = PROGRAM.with_name("extensions.conf.sample").read_text(encoding="utf-8")
    commands = re.findall(r"icp_upload\.py --config \S+ (.*?)\)?$", dialplan, re.MULTILINE)
    assert commands
    for command in commands:
        assert "CALLERID" not in command
        assert set(re.findall(r"[\^$]\{(\w+)\}", command)) <= {"MIXMONITOR_FILENAME", "UNIQUEID"}
