#!/usr/bin/env python3
"""From a finished recording on a telephone exchange to ICP: kept on the disk until ICP has it, then deleted.

For Python 3.9 or later with its own library alone; copy this one file. The exchange names the file and the call's
unique id only: numbers are read from its list of calls, and never stand in an argument or in the log.

    icp_upload.py --config /etc/icp_upload.ini FILE UNIQUEID   queue one recording and send what is due
    icp_upload.py --config /etc/icp_upload.ini --call UNIQUEID  queue a call without a recording
    icp_upload.py --config /etc/icp_upload.ini --flush          send what is due (from cron, every five minutes)

Ends with 0 once it is queued, 1 where something was refused for good (see the folder failed), 2 where it was called wrongly.
"""

from __future__ import annotations

import argparse
import base64
import configparser
import contextlib
import csv
import fcntl
import hashlib
import http.client
import json
import logging
import os
import re
import ssl
import sys
import time
import urllib.parse
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

log = logging.getLogger("icp_upload")
UNIQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Asterisk's Master.csv, which has no head.
MASTER = [
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata",
    "start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
]  # fmt: skip
DISPOSITIONS = {"ANSWERED": "answered", "NO ANSWER": "no_answer", "BUSY": "busy"}
MEMBERS = {"notice": "notice_version", "choice": "recording_choice", "full": "full_notice_played"}
TAIL = 16 * 2**20  # bytes of the list of calls that are looked through
PIECE = 64 * 1024
FIRST_WAIT, LONGEST_WAIT = 30, 3600  # seconds
CDR_TRIES = 20  # the list of calls is written a little later than the recording
KEPT, THROWN_AWAY = "kept", "discarded"


class TryLater(Exception):
    """The network, ICP or the list of calls is not ready."""


class Refused(Exception):
    """ICP will not take it, however often it is sent; the code says why."""


class Exchange:
    """What the file of settings says."""

    def __init__(self, path: Path) -> None:
        found = configparser.ConfigParser(interpolation=None)
        if not found.read(str(path), encoding="utf-8"):
            raise SystemExit(usage("the file of settings cannot be read"))
        try:
            self._set(found)
        except (KeyError, ValueError, OSError, configparser.Error) as error:
            raise SystemExit(usage(f"settings: {type(error).__name__}: {error}")) from None

    def _set(self, found: configparser.ConfigParser) -> None:
        icp, here = found["icp"], found["exchange"]
        self.url = urllib.parse.urlsplit(icp["url"].rstrip("/"))
        local = self.url.hostname in ("127.0.0.1", "::1", "localhost")
        if self.url.scheme != "https" and not local:
            raise ValueError("url must begin with https://")
        self.key = Path(icp["key_file"]).read_text(encoding="ascii").strip()
        self.ca_file = icp.get("ca_file") or None
        self.timeout = icp.getfloat("timeout", fallback=60.0)
        self.source, self.line = here["source"], here.get("line", "")
        self.cdr = Path(here["cdr"])
        self.root = Path(here["recordings"]).resolve()
        self.outgoing = set(here.get("outgoing_contexts", "").split())
        self.notice = here.getint("notice", fallback=0)
        self.zone = ZoneInfo(here.get("zone", "Europe/Warsaw"))
        self.spool = Path(here["spool"])
        self.delete = here.getboolean("delete", fallback=True)


def usage(problem: str) -> int:
    sys.stderr.write(f"icp_upload: {problem}\n")
    return 2


def entry_path(exchange: Exchange, unique: str) -> Path:
    return exchange.spool / f"{hashlib.sha256(unique.encode()).hexdigest()[:32]}.json"


def queue(exchange: Exchange, unique: str, file: Path | None) -> None:
    """Remember it on the disk before anything is sent."""
    path = entry_path(exchange, unique)
    if file or not path.exists():
        write(path, {"unique": unique, "file": str(file) if file else "", "tries": 0, "next": 0.0})


def write(path: Path, entry: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    handle = os.open(str(new), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(entry, out)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def flush(exchange: Exchange) -> bool:
    """Send what is due; False where something was refused for good. One process at a time."""
    with (exchange.spool / "lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True  # the other process sends ours, too
        entries = sorted(exchange.spool.glob("*.json"), key=lambda path: path.stat().st_mtime)
        done = [one(exchange, path) for path in entries]
        return all(done)


def one(exchange: Exchange, path: Path) -> bool:
    entry = json.loads(path.read_text(encoding="utf-8"))
    if entry["next"] > time.time():
        return True
    unique = entry["unique"]
    try:
        send(exchange, unique, Path(entry["file"]) if entry["file"] else None, entry["tries"])
    except TryLater as late:
        entry["tries"] += 1
        wait = min(FIRST_WAIT * 2 ** min(entry["tries"] - 1, 10), LONGEST_WAIT)
        entry["next"] = time.time() + wait
        write(path, entry)
        log.warning("%s: %s; again in %s s", unique, late, wait)
        return True
    except Refused as refused:
        log.error("%s: refused: %s; the recording stays where it is", unique, refused)
        path.replace(exchange.spool / "failed" / path.name)
        return False
    path.unlink()
    return True


# --- what the exchange knows of a call ---------------------------------------------------------------


def call_of(exchange: Exchange, unique: str, tries: int) -> dict[str, Any]:
    """What ICP wants to know, version 1; from the list of calls."""
    row = row_of(exchange.cdr, unique)
    if row is None:
        if tries >= CDR_TRIES:
            raise Refused("no_call")
        raise TryLater("not in the list of calls yet")
    said = dialplan(row.get("userfield", ""))
    outgoing = row.get("direction", "") in ("out", "outgoing")
    outgoing = outgoing or row.get("dcontext", "") in exchange.outgoing
    call: dict[str, Any] = {
        "source": exchange.source,
        "external_id": unique,
        "direction": "out" if outgoing else "in",
        "line": row.get("did") or exchange.line,
        "linked_id": row.get("linkedid", ""),
        "caller_number": row.get("cnum") or row.get("src", ""),
        "called_number": row.get("dst", ""),
        "extension": extension(row.get("channel" if outgoing else "dstchannel", "")),
        "started_at": moment(exchange, row.get("start") or row.get("calldate", "")),
        "answered_at": moment(exchange, row.get("answer", "")),
        "ended_at": moment(exchange, row.get("end", "")),
        "disposition": DISPOSITIONS.get(row.get("disposition", "").upper(), "failed"),
    }
    if exchange.notice:
        call["notice_version"] = exchange.notice
    return {name: value for name, value in {**call, **said}.items() if value not in ("", None)}


def row_of(path: Path, unique: str) -> dict[str, str] | None:
    """The last row of this call; the list is JSON lines or CSV, with a head or as Asterisk writes it."""
    try:
        with path.open("rb") as file:
            head = file.readline(PIECE).decode("utf-8", "replace")
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            lines = file.read().decode("utf-8", "replace").replace("\0", "").splitlines()
    except OSError:
        return None
    names = [cell.strip().lower() for cell in next(csv.reader([head]), [])]
    columns = names if "uniqueid" in names else MASTER
    found = (row(line, columns) for line in reversed(lines) if unique in line)
    return next((one for one in found if one.get("uniqueid") == unique), None)


def row(line: str, columns: list[str]) -> dict[str, str]:
    if not line.startswith("{"):
        cells = (cell.strip() for cell in next(csv.reader([line]), []))
        return dict(zip(columns, cells))  # noqa: B905 (Python 3.9)
    try:
        return {str(name).lower(): str(value) for name, value in json.loads(line).items()}
    except (ValueError, AttributeError):
        return {}


def dialplan(userfield: str) -> dict[str, Any]:
    """ "icp;notice=12;choice=unrecorded;full=1", as extensions.conf.sample writes it."""
    said: dict[str, Any] = {}
    for part in userfield.split(";")[1:] if userfield.startswith("icp;") else []:
        name, _, value = part.partition("=")
        if name == "full":
            said[MEMBERS[name]] = value == "1"
        elif name in MEMBERS and value:
            said[MEMBERS[name]] = int(value) if value.isdigit() else value
    return said


def extension(channel: str) -> str:
    """SIP/104-00000a1b → 104."""
    found = re.match(r"[A-Za-z0-9]+/(\d{2,6})[-@]", channel)
    return found.group(1) if found else ""


def moment(exchange: Exchange, text: str) -> str:
    """ISO 8601 with a zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return (found if found.tzinfo else found.replace(tzinfo=exchange.zone)).isoformat()


# --- sending ------------------------------------------------------------------------------------------


def send(exchange: Exchange, unique: str, file: Path | None, tries: int) -> None:
    """Register the call, send its recording, delete the original once ICP says what it has."""
    call = call_of(exchange, unique, tries)
    name = hashlib.sha256(f"{exchange.source}:{unique}".encode()).hexdigest()
    body = json.dumps(call).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": name}
    said = ask(exchange, "POST", "/api/v1/calls/register", body, headers)
    if file is None or not file.exists():
        log.info("%s: registered without a recording", unique)
        return
    check(exchange, file)
    size, digest = measured(file)
    state = said["recording"]["state"]
    if state != KEPT:
        put = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
            "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        }
        with file.open("rb") as stream:
            said = ask(exchange, "PUT", said["recording_url"], stream, put)
        state = said["recording"]["state"]
    if state == KEPT and said["recording"]["sha256"] != digest.hex():
        raise Refused("recording_differs")
    if state not in (KEPT, THROWN_AWAY):
        raise TryLater("ICP does not say that it has it")
    if exchange.delete:
        file.unlink()
    log.info("%s: %s (%s bytes)", unique, state, size)


def check(exchange: Exchange, file: Path) -> None:
    """Only a plain file below the folder of recordings; a link is not followed."""
    real = file.resolve()
    if file.is_symlink() or not real.is_file() or exchange.root not in real.parents:
        raise Refused("outside")


def measured(file: Path) -> tuple[int, bytes]:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        for piece in iter(lambda: stream.read(PIECE), b""):
            digest.update(piece)
            size += len(piece)
    return size, digest.digest()


def ask(
    exchange: Exchange, method: str, path: str, body: Any, headers: dict[str, str]
) -> dict[str, Any]:
    """The answer's JSON; raises TryLater or Refused. What was sent is never repeated in a message."""
    connection = connect(exchange)
    headers = {**headers, "Authorization": f"Bearer {exchange.key}", "Connection": "close"}
    try:
        # Refused before all of it was read: the answer says why.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, exchange.url.path + path, body=body, headers=headers)
        response = connection.getresponse()
        status, text = response.status, response.read(1_000_000)
    except (OSError, http.client.HTTPException) as error:
        raise TryLater(f"no answer: {type(error).__name__}") from None
    finally:
        connection.close()
    if status in (200, 201):
        return dict(json.loads(text))
    if status in (401, 403, 408, 425, 429) or status >= 500:  # noqa: PLR2004
        raise TryLater(f"answer {status}")
    raise Refused(f"{status} {code_of(text)}")


def code_of(text: bytes) -> str:
    """The code of the first error; never the words, which may repeat what was sent."""
    try:
        errors = json.loads(text).get("errors") or [{}]
    except (ValueError, AttributeError):
        return ""
    code = str(errors[0].get("code", "")) if isinstance(errors[0], dict) else ""
    return code if re.fullmatch(r"[a-z_]{1,40}", code) else ""


def connect(exchange: Exchange) -> http.client.HTTPConnection:
    host, port = exchange.url.hostname or "", exchange.url.port
    if exchange.url.scheme == "https":
        tls = ssl.create_default_context(cafile=exchange.ca_file)
        return http.client.HTTPSConnection(host, port, timeout=exchange.timeout, context=tls)
    return http.client.HTTPConnection(host, port, timeout=exchange.timeout)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="icp_upload", description="Send recordings to ICP.")
    parser.add_argument("--config", type=Path, default=Path("/etc/icp_upload.ini"))
    parser.add_argument("--flush", action="store_true", help="send what is due")
    parser.add_argument("--call", metavar="UNIQUEID", help="a call without a recording")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("unique", nargs="?", metavar="UNIQUEID")
    given = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s icp_upload %(levelname)s %(message)s", level="INFO")
    unique = given.call or given.unique
    if not given.flush and not (unique and UNIQUE.fullmatch(unique)):
        return usage("name a file and the call's unique id")
    exchange = Exchange(given.config)
    (exchange.spool / "failed").mkdir(parents=True, exist_ok=True)
    exchange.spool.chmod(0o700)
    if not given.flush:
        queue(exchange, unique, None if given.call else given.file.absolute())
    return 0 if flush(exchange) else 1


if __name__ == "__main__":
    sys.exit(main())
