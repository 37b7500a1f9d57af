"""The office: its units, its staff, and the log of what they did."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet


class Unit(models.Model):
    """A department of the office or a municipal unit (§ 2.13): a school, a library, a clinic."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    sender_name = models.CharField(_("sender name"), max_length=11, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class StaffProfile:
    first_name: str
    last_name: str
    position: str = ""


class UserQuerySet(SealedQuerySet["User"]):
    def by_login(self, login: str) -> Self:
        """The one person who signs in with this address, found by its token."""
        return self.filter(login_token=login)

    def active(self) -> Self:
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def create_user(
        self,
        login: str,
        password: str | None,
        profile: StaffProfile,
        unit: Unit,
        roles: Iterable[str] = (),
    ) -> "User":
        """Add a member of staff; `roles` are names of roles.ROLES. Raises Group.DoesNotExist."""
        user: User = self.model(login=login, profile=profile, unit=unit)
        user.set_password(password)
        user.save(using=self._db)
        user.groups.set([Group.objects.get(name=role) for role in roles])
        return user


class User(SealedModel, AbstractBaseUser, PermissionsMixin):
    """A member of staff; signs in by e-mail address, which is found by its token only."""

    login = SealedField(models.EmailField(), label="staff.login", block=64)
    login_token = BlindIndexField("login", label="staff.login", canon=canon.contact, unique=True)
    profile = SealedDocField(StaffProfile, label="staff.profile")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "uid"
    REQUIRED_FIELDS = []

    class Meta:
        permissions = (("open_dashboard", _("Can open the start page")),)

    def __str__(self) -> str:
        return f"{self.profile.first_name} {self.profile.last_name}"

    @property
    def initials(self) -> str:
        return f"{self.profile.first_name[:1]}{self.profile.last_name[:1]}".upper()

    @cached_property
    def role_names(self) -> tuple[str, ...]:
        return tuple(self.groups.order_by("name").values_list("name", flat=True))


class SeededPermission(models.Model):
    """What roles.seed gave once: a permission that staff took away later is not given again."""

    role = models.CharField(max_length=150)
    permission = models.CharField(max_length=200)  # "messaging.send_message"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["role", "permission"], name="a_permission_is_seeded_once_per_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.permission}"


class SignInFailure(models.Model):
    """A sign-in that did not succeed, under a keyed token of who tried; kept for minutes."""

    token = models.BinaryField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"sign-in failure {self.pk}"


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
