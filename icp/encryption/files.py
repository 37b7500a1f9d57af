"""From a stream of bytes to a row and a sealed file on disk, and back; both end together.

The file is written first, under a key that is nowhere but in memory; the row that holds the key
follows. Whatever stops the work in between leaves noise, which `forget_orphans` takes away.
"""

import io
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .erasing import erase_key
from .fields import SealedDocField
from .models import DataKey, SealedModel
from .owners import owner_path
from .querying import SealedQuerySet
from .sealing import bind
from .streams import StreamReader, encrypt_stream, new_file_key

log = logging.getLogger(__name__)
SUFFIX = ".icps"
# A file without a row may be one whose row is about to be written.
ORPHAN_SECONDS = 24 * 3600
File_co = TypeVar("File_co", bound="SealedFile", covariant=True)


@dataclass(frozen=True, slots=True)
class FileSecret:
    """The file's own key and the digest of what is in it, both in hexadecimal digits."""

    key: str = field(repr=False)
    sha256: str = field(repr=False)


def file_secret(label: str) -> SealedDocField:
    """The column `secret` of a sealed file's model; `label` must never change."""
    return SealedDocField(FileSecret, label=label)


def folder() -> Path:
    """Where the files lie: ICP_FILES_DIR, else the folder `files` of ICP_DATA_DIR."""
    return Path(settings.FILES_DIR or Path(settings.DATA_DIR) / "files")


def path_of(uid: uuid.UUID) -> Path:
    """A file's place; it tells nothing but a random number."""
    return folder() / uid.hex[:2] / f"{uid.hex}{SUFFIX}"


class SealedFileQuerySet(SealedQuerySet[File_co]):
    def live(self) -> Self:
        """Those that may still be opened."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def forget(self) -> int:
        """Each row with its file; returns how many there were."""
        return sum(row.forget() for row in self)


class SealedFile(SealedModel):
    """A row for one file on disk. A subclass has `secret = file_secret("label.of.its.own")`.

    `key_owner` as in SealedModel: the file of a person is noise from the moment the person is erased.
    """

    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()  # bytes, before sealing
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    if TYPE_CHECKING:
        secret: Any

    objects = SealedFileQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **options: Any) -> list[CheckMessage]:
        found = super().check(**options)
        if "secret" not in {sealed.name for sealed in cls.sealed_fields()}:
            found.append(Error("A sealed file needs its `secret`.", obj=cls, id="encryption.E004"))
        return found

    @classmethod
    def keep(cls, src: BinaryIO, *, media_type: str, **columns: Any) -> Self:
        """Seal all that `src` gives and insert the row; `src.read(n)` gives n bytes but at the end.

        Raises KeyErased where the file's owner was erased meanwhile. Nothing readable stays on the
        disk whatever happens, and no row whose file is not there.
        """
        row = cls(media_type=media_type, **columns)
        key = new_file_key()
        try:
            with _created(row.path) as file:
                digest = encrypt_stream(src, file, key=key, context=row.context)
                file.flush()
                os.fsync(file.fileno())
            row.size, row.secret = digest.size, FileSecret(key.hex(), digest.sha256)
            row.save(force_insert=True)
        except BaseException:
            row.path.unlink(missing_ok=True)
            raise
        return row

    @property
    def path(self) -> Path:
        return path_of(self.uid)

    @property
    def context(self) -> bytes:
        """What the segments are bound to: files of two models or of two rows cannot be exchanged."""
        label = next(sealed.label for sealed in self.sealed_fields() if sealed.name == "secret")
        return bind(b"icp/file", label.encode(), self.uid.bytes)

    @property
    def sha256(self) -> str:
        """Of the content, as it was before sealing."""
        return str(self.secret.sha256)

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def open(self) -> StreamReader:
        """The content, to be read from any byte; close it, or let a StreamingHttpResponse do so.

        Raises FileNotFoundError where the file is gone, KeyErased where its owner is.
        """
        key = bytes.fromhex(self.secret.key)
        file = self.path.open("rb")
        try:
            return StreamReader(file, key=key, context=self.context)
        except BaseException:
            file.close()
            raise

    def read(self) -> bytes:
        """All of the content, where it is known to be small."""
        with self.open() as reader:
            return b"".join(reader)

    def forget(self) -> bool:
        """Delete the row, the key where it is the file's own, and the file once that is committed."""
        with transaction.atomic():
            if not self.key_owner:
                erase_key(self.uid)
            gone, _each = type(self)._base_manager.filter(pk=self.pk).delete()
            transaction.on_commit(partial(self.path.unlink, missing_ok=True), robust=True)
        return bool(gone)


def _created(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "wb")


class _Pieces(io.RawIOBase):
    """A raw file that reads what an iterator gives."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def stream(pieces: Iterable[bytes]) -> BinaryIO:
    """What makes its bytes bit by bit, as a file that `keep` can read."""
    return cast("BinaryIO", io.BufferedReader(_Pieces(pieces)))


def kinds() -> list[type[SealedFile]]:
    """Every model of sealed files."""
    return [model for model in apps.get_models() if issubclass(model, SealedFile)]


def forget_expired() -> int:
    """Forget the files whose time is over; returns how many. Many workers may do it at once."""
    return sum(kind.objects.expired().forget() for kind in kinds())


def forget_orphans(now: float | None = None) -> int:
    """Delete old files without a row, forget rows whose key is gone; returns how many of both.

    `now` in seconds since 1970. A row loses its key in a restore: the backup was older than its end.
    """
    keyless = sum(kind.objects.filter(_keyless(kind)).forget() for kind in kinds())
    lone = 0
    for uid in orphans((now or time.time()) - ORPHAN_SECONDS):
        path_of(uid).unlink(missing_ok=True)
        lone += 1
    if lone or keyless:
        log.info("%s files without a row and %s rows without a key are gone.", lone, keyless)
    return lone + keyless


def orphans(before: float) -> Iterator[uuid.UUID]:
    """Files older than `before` (seconds since 1970) that no row leads to."""
    for part in _batches(_files_before(before)):
        known: set[uuid.UUID] = set()
        for kind in kinds():
            known |= set(kind._base_manager.filter(uid__in=part).values_list("uid", flat=True))
        yield from sorted(part - known)


def _keyless(kind: type[SealedFile]) -> Q:
    keys = DataKey.objects.filter(uid=OuterRef(owner_path(kind, "uid")))
    return Q(~Exists(keys))


def _files_before(moment: float) -> Iterator[uuid.UUID]:
    for path in sorted(folder().glob(f"*/*{SUFFIX}")):
        try:
            if path.stat().st_mtime < moment:
                yield uuid.UUID(hex=path.stem)
        except (FileNotFoundError, ValueError):  # gone meanwhile, or none of ours
            continue


def _batches(uids: Iterable[uuid.UUID], size: int = 500) -> Iterator[set[uuid.UUID]]:
    batch: set[uuid.UUID] = set()
    for uid in uids:
        batch.add(uid)
        if len(batch) == size:
            yield batch
            batch = set()
    if batch:
        yield batch


__all__ = ["FileSecret", "SealedFile", "file_secret", "forget_expired", "forget_orphans", "stream"]
