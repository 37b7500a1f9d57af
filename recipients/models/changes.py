"""What changed for whom: the feed that devices read, one row for each owner and thing."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from .devices import Device
from .people import Recipient


class RevisionField(models.BigIntegerField):
    """On PostgreSQL the number of the writing transaction, which its snapshots speak about.

    Written and compared by hand-written SQL only (recipients.feed.changes).
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "xid8" if connection.vendor == "postgresql" else super().db_type(connection)

    def from_db_value(self, value: object, *_others: Any) -> int:
        return int(str(value))


class Change(models.Model):
    """A thing that its owner (a person, a device, or with neither everybody) may have to fetch anew."""

    # No check of the key: rows come with the outcomes of sending, and people are never deleted.
    recipient = models.ForeignKey(
        Recipient, models.CASCADE, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    device = models.ForeignKey(Device, models.CASCADE, null=True, db_index=False, related_name="+")
    kind = models.CharField(max_length=12)
    uid = models.UUIDField()
    deleted = models.BooleanField(default=False)
    revision = RevisionField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(recipient=None) | models.Q(device=None),
                name="a_change_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["recipient", "uid"],
                condition=models.Q(recipient__isnull=False),
                name="one_change_of_a_thing_per_person",
            ),
            models.UniqueConstraint(
                fields=["device", "uid"],
                condition=models.Q(device__isnull=False),
                name="one_change_of_a_thing_per_device",
            ),
            models.UniqueConstraint(
                fields=["uid"],
                condition=models.Q(recipient=None, device=None),
                name="one_change_of_a_thing_for_everybody",
            ),
        )
        indexes = (
            models.Index(
                fields=["recipient", "revision"],
                name="changes_of_a_person",
                condition=models.Q(recipient__isnull=False),
            ),
            models.Index(
                fields=["device", "revision"],
                name="changes_of_a_device",
                condition=models.Q(device__isnull=False),
            ),
            models.Index(
                fields=["revision"],
                name="changes_for_everybody",
                condition=models.Q(recipient=None, device=None),
            ),
            models.Index(
                fields=["changed_at"],
                name="changes_that_deleted",
                condition=models.Q(deleted=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class ChangeStream(models.Model):
    """The name of this history of changes: another one after a restore. One row."""

    uid = models.UUIDField()
    last = models.BigIntegerField(default=1)  # SQLite: the last revision given

    def __str__(self) -> str:
        return str(self.uid)
