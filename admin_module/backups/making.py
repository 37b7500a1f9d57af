"""From a running ICP to a new folder with everything it can be made from again, but the keyring."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import AuditEntry, AuditLink, Heartbeat, User
from icp import __version__
from icp.encryption.erasing import journal_path, read_journal
from icp.encryption.models import DataKey
from messaging.ledger import epoch
from messaging.models import Delivery, Message
from recipients.models import Recipient

from . import databases, files, manifest
from .manifest import BadBackup, Manifest

HEARTBEAT = "backup"
PREFIX = "icp-"
Say = Callable[[str], object]


def make(target: Path, *, key_days: int, say: Say = lambda _line: None) -> Path:
    """Write a new backup below `target` and return its folder; raises BadBackup.

    Key dumps of older backups there are deleted after `key_days` days: with them ends the time in
    which the erased could be brought back.
    """
    _refuse_inside_the_data(target)
    now = timezone.now()
    folder = target / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir(parents=True, mode=0o700)
    vendor = connection.vendor
    # Read before the dump: a message begun meanwhile makes the backup look older, never newer.
    number = epoch.inside()
    say(_("Writing the database…"))
    databases.dump(partial / manifest.MAIN[vendor], partial / manifest.KEYS[vendor])
    say(_("Copying the files…"))
    for path in files.to_keep():
        files.copy(files.place(path), partial / manifest.FILES / path)
    about = Manifest(
        made=now.isoformat(),
        version=__version__,
        vendor=vendor,
        server=databases.server_version(),
        epoch=number,
        migrations=applied_migrations(),
        counts=_counts(),
        head=_head(),
        erasures=len(known_erasures(journal_path())),
        files=_digests(partial),
    )
    manifest.write(partial, about)
    partial.rename(folder)
    forgotten = forget_keys(target, key_days)
    detail: dict[str, object] = {"files": len(about.files), "keys_forgotten": len(forgotten)}
    audit.record("backup.made", f"backup:{folder.name}", by=None, detail=detail)
    Heartbeat.beat(HEARTBEAT)
    return folder


def _refuse_inside_the_data(target: Path) -> None:
    if target.resolve().is_relative_to(Path(settings.DATA_DIR).resolve()):
        raise BadBackup(
            _(
                "Choose a folder outside ICP_DATA_DIR, best on another machine: a backup beside the"
                " data is lost with them."
            )
        )


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _counts() -> dict[str, int]:
    models = (User, Recipient, Message, Delivery, AuditEntry, DataKey)
    return {model._meta.label_lower: model._default_manager.count() for model in models}


def _head() -> dict[str, object]:
    link = AuditLink.objects.order_by("position").last()
    return {"position": link.position, "digest": bytes(link.digest).hex()} if link else {}


def known_erasures(journal: Path) -> set[object]:
    if not journal.exists():
        return set()
    done, _begun = read_journal(journal.read_text(encoding="utf-8").splitlines())
    return set(done)


def _digests(folder: Path) -> dict[str, tuple[int, str]]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): manifest.digest(path) for path in found}


def forget_keys(target: Path, days: int) -> list[Path]:
    """Delete the key dumps of backups older than `days` days; returns those deleted."""
    oldest = f"{PREFIX}{timezone.now() - timedelta(days=days):%Y%m%dT%H%M%SZ}"
    names = set(manifest.KEYS.values())
    old = [
        path
        for folder in sorted(target.glob(f"{PREFIX}*"))
        if folder.is_dir() and folder.name < oldest
        for path in folder.iterdir()
        if path.name in names
    ]
    for path in old:
        path.unlink()
    return old
