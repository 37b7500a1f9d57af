"""The office: its units, its staff, and the log of what they did."""

import uuid
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel


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


class User(SealedModel, AbstractBaseUser, PermissionsMixin):
    """A member of staff; signs in by e-mail address, which is found by its token only."""

    login = SealedField(models.EmailField(), label="staff.login", block=64)
    login_token = BlindIndexField("login", label="staff.login", canon=canon.contact, unique=True)
    profile = SealedDocField(StaffProfile, label="staff.profile")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "uid"

    def __str__(self) -> str:
        return f"{self.profile.first_name} {self.profile.last_name}"


class AuditEntry(models.Model):
    """Who did what to which thing: ids and digests only. Append-only, guarded by triggers."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)  # "message.sent"
    subject = models.CharField(max_length=80)  # "messaging.message:17"
    detail = models.JSONField(default=dict)  # ids, counts, digests
    request_id = models.UUIDField(default=uuid.uuid4)
    mac = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditLink(models.Model):
    """An entry's place in the chain: digest = SHA-256(previous digest, entry's mac)."""

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}"
