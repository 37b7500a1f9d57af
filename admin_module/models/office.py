"""The office: its staff and what their roles were seeded with."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import OFFICE_ONLY, ByUnit
from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet

from .units import Unit


@dataclass(frozen=True, slots=True)
class StaffProfile:
    first_name: str
    last_name: str
    position: str = ""


class UserQuerySet(ByUnit, SealedQuerySet["User"]):
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
    revision = models.PositiveIntegerField(default=1)

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

    @cached_property
    def scope(self) -> frozenset[int] | None:
        """The units whose rows this person may see; None: the whole town's (scoping.py)."""
        return self.unit.reach()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As Django says, but rights over the whole town are void outside of the office."""
        held = super().has_perm(perm, obj)
        return held and not (perm in OFFICE_ONLY and self.scope is not None)


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
