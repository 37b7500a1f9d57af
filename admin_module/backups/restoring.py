"""From a backup's folder to a working ICP that has forgotten the erased and sends nothing unasked."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import AuditEntry, User
from icp.encryption import pages
from icp.encryption.erasing import journal_path, read_journal, replay
from messaging.ledger import epoch
from messaging.models import Message
from recipients.account import rights
from recipients.feed import changes
from recipients.models import Recipient

from . import databases, files, manifest
from .making import PREFIX
from .manifest import BadBackup, Manifest

log = logging.getLogger(__name__)
JOURNAL = "erasures.log"
CHECKPOINTS = "audit/checkpoints.jsonl"
Say = Callable[[str], object]
# Steps of apps above, which they add in AppConfig.ready: what a restored key table opens no more ends.
finishers: list[Callable[[], object]] = []


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what was done to it. `unfinished`: erasures that may not have ended."""

    manifest: Manifest
    keys_destroyed: int
    people_erased: int
    unfinished: tuple[UUID, ...]


def restore(
    folder: Path,
    *,
    keys: Path | None = None,
    journals: Iterable[Path] = (),
    force: bool = False,
    say: Say = lambda _line: None,
) -> Restored:
    """Put a backup in the database's place; raises BadBackup with nothing changed.

    `keys`: another backup whose key dump is used. `journals`: further journals of erasures, beside
    those in ICP_DATA_DIR, in this backup and in its neighbours. `force`: also where there is data.
    """
    say(_("Checking the backup…"))
    about = _checked(folder, keys)
    key_file = (keys or folder) / manifest.KEYS[about.vendor]
    if in_use() and not force:
        raise BadBackup(
            _("The database is not empty. Back it up, then repeat with --force to replace it.")
        )
    done, begun = _erasures(folder, journals)
    # From here on nothing is sent, also by a dispatcher that somebody forgot to stop.
    with epoch.locking(about.epoch):
        say(_("Loading the database…"))
        databases.load(folder / manifest.MAIN[about.vendor], key_file)
    _restore_files(folder, about)
    _write_journal(done, begun)
    call_command("migrate", interactive=False, verbosity=0)
    say(_("Forgetting the erased, making the pages anew…"))
    destroyed = replay(done)
    erased = rights.finish_erasures()
    for finish in finishers:
        finish()
    for kind in pages.KINDS.values():
        pages.rebuild(kind)
    Session.objects.all().delete()
    changes.begin_anew()
    detail: dict[str, object] = {"made": about.made.replace("+", "_"), "people_erased": erased}
    audit.record("backup.restored", f"backup:{folder.resolve().name}", by=None, detail=detail)
    return Restored(about, destroyed, erased, tuple(sorted(begun)))


def _checked(folder: Path, keys: Path | None) -> Manifest:
    about = manifest.read(folder)
    if about.vendor != connection.vendor:
        raise BadBackup(
            _("This is a backup of %(theirs)s and the database is %(ours)s.")
            % {"theirs": about.vendor, "ours": connection.vendor}
        )
    own_keys = manifest.KEYS[about.vendor]
    found = manifest.problems(folder, but=own_keys if keys else "")
    if keys:
        found += manifest.problems(keys, only=own_keys)
    if found:
        raise BadBackup(" ".join(found))
    known = MigrationLoader(connection, load=False)
    known.load_disk()
    unknown = set(about.migrations) - {f"{app}.{name}" for app, name in known.disk_migrations}
    if unknown:
        raise BadBackup(
            _("This backup was made by a newer ICP (%(version)s): install that version first.")
            % {"version": about.version}
        )
    return about


def in_use() -> bool:
    """Whether somebody's data would be lost: staff, people, messages or a log."""
    tables = set(connection.introspection.table_names())
    return any(
        model._default_manager.exists()
        for model in (User, Recipient, Message, AuditEntry)
        if model._meta.db_table in tables
    )


def _erasures(folder: Path, journals: Iterable[Path]) -> tuple[set[UUID], set[UUID]]:
    """Who was erased, by every journal at hand: the newest knows most, an old one none too many."""
    neighbours = folder.resolve().parent.glob(f"{PREFIX}*/{manifest.FILES}/{JOURNAL}")
    done: set[UUID] = set()
    begun: set[UUID] = set()
    for path in {journal_path(), folder / manifest.FILES / JOURNAL, *neighbours, *journals}:
        if not path.exists():
            continue
        try:
            finished, open_ = read_journal(path.read_text(encoding="utf-8").splitlines())
        except (ValueError, KeyError) as error:
            raise BadBackup(
                _(
                    "%(name)s cannot be read: a line of it is torn. Repair it by hand; without it"
                    " the erased would come back."
                )
                % {"name": path}
            ) from error
        done |= finished
        begun |= open_
    return done, begun - done


def _restore_files(folder: Path, about: Manifest) -> None:
    root = Path(settings.DATA_DIR)
    checkpoints = root / CHECKPOINTS
    if checkpoints.exists():
        # Those made since the backup name entries that are gone; they are kept as evidence.
        kept = f"checkpoints.{timezone.now():%Y%m%dT%H%M%SZ}.before-restore"
        checkpoints.rename(checkpoints.with_name(kept))
    prefix = f"{manifest.FILES}/"
    for name in about.files:
        path = name.removeprefix(prefix)
        if name.startswith(prefix) and path != JOURNAL:
            files.copy(folder / name, files.place(Path(path)))


def _write_journal(done: set[UUID], begun: set[UUID]) -> None:
    """What any journal knew stands in ours, so that the next backup carries it on."""
    if not done | begun:
        return
    path = journal_path()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known, known_begun = read_journal(lines)
    with path.open("a", encoding="utf-8") as journal:
        for word, uids in (("done", done - known), ("begun", begun - known_begun)):
            at = timezone.now().isoformat()
            journal.writelines(f"{at} {word} {uid}\n" for uid in sorted(uids))
    path.chmod(0o600)
