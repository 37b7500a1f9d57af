"""What is written down about the office at work: the audit log, heartbeats."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .office import User


class AuditEntry(models.Model):
    """Who did what to which thing: ids and digests only. Append-only, guarded by triggers."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    roles = models.CharField(max_length=300, blank=True)  # held at that moment, with commas
    action = models.CharField(max_length=60)  # "message.sent"
    subject = models.CharField(max_length=80)  # "messaging.message:17"
    detail = models.JSONField(default=dict)  # ids, counts, codes
    reason = models.CharField(max_length=80, blank=True)  # a code, or the digest of free words
    before = models.BinaryField(max_length=64, null=True)  # digests of the subject's states
    after = models.BinaryField(max_length=64, null=True)
    request_id = models.UUIDField(default=uuid.uuid4)
    mac = models.BinaryField(max_length=64)

    class Meta:
        permissions = (
            ("verify_audit", _("Can verify the audit log")),
            ("export_audit", _("Can export the audit log")),
        )
        indexes = (
            models.Index(fields=["subject", "id"], name="audit_of_a_subject"),
            models.Index(fields=["actor", "id"], name="audit_of_an_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["action", "id"], name="audit_of_an_action"),
            models.Index(fields=["request_id"], name="audit_of_a_request"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditLink(models.Model):
    """An entry's place in the chain; its digest covers the digest before it."""

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    digest = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}"


class Heartbeat(models.Model):
    """When a process that must never stop was last seen alive: the dispatcher, Celery's beat."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})
