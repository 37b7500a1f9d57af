"""What somebody proves themselves by after the password: apps with codes, passkeys, paper codes.

The secrets that django-otp's own plugins keep in clear are sealed here under their owner's key.
"""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django_otp.models import Device, DeviceManager, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from icp.encryption.fields import BlindIndexField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet
from icp.encryption.tokens import mac, verify_mac

KEY_BYTES = 20  # RFC 4226, section 4, R6
STEP_SECONDS, DIGITS = 30, 6  # RFC 6238: what every app for codes knows
TOLERANCE = 1  # one step back and one ahead, for clocks that differ
RECOVERY_CODES = 10
# No letter that is mistaken for another on paper.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
RECOVERY_LABEL = "staff.recovery"


class SealedDeviceManager(DeviceManager.from_queryset(SealedQuerySet)):  # type: ignore[misc]
    """What django-otp asks of a manager, over sealed rows."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


# Doubling ends here, at 34 minutes: a stranger with the password must not shut the owner out.
MOST_FAILURES = 12


class Throttled:
    """After each wrong code the next one waits twice as long: 1, 2, 4, 8 … seconds."""

    throttling_failure_count: int

    def throttle_increment(self, commit: bool = True) -> None:
        self.throttling_failure_count = min(self.throttling_failure_count, MOST_FAILURES - 1)
        super().throttle_increment(commit)  # type: ignore[misc]

    def get_throttle_factor(self) -> int:
        return 1


class Authenticator(Throttled, TimestampMixin, ThrottlingMixin, SealedModel, Device):
    """An app that shows a new code every 30 seconds (TOTP, RFC 6238)."""

    key_owner = "user"

    name = SealedField(models.CharField(max_length=64), label="staff.authenticator.name")
    key = SealedField(label="staff.authenticator.key", block=32)
    # The step of the last code taken: it and everything before it is refused from then on.
    last_step = models.BigIntegerField(default=-1)

    objects: ClassVar[Any] = SealedDeviceManager()

    def __str__(self) -> str:
        return f"authenticator {self.pk}"

    def verify_token(self, token: str) -> bool:
        """Take a code once; call it with the row locked. A wrong one slows the next one down."""
        allowed, _why = self.verify_is_allowed()
        if not allowed:
            return False
        clock = TOTP(self.key, STEP_SECONDS, 0, DIGITS)
        typed = int(token) if token.isascii() and token.isdigit() and len(token) == DIGITS else -1
        if not clock.verify(typed, TOLERANCE, self.last_step + 1):
            self.throttle_increment()
            return False
        self.last_step = clock.t()
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True


class Passkey(TimestampMixin, SealedModel, Device):
    """A key of the browser, the telephone or a stick (WebAuthn); only its public half is here."""

    key_owner = "user"

    name = SealedField(models.CharField(max_length=64), label="staff.passkey.name")
    credential = SealedField(
        models.CharField(max_length=1400), label="staff.passkey.credential", block=64
    )
    credential_token = BlindIndexField("credential", label="staff.passkey.credential", unique=True)
    public_key = SealedField(label="staff.passkey.public_key", block=64)
    sign_count = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[Any] = SealedDeviceManager()

    def __str__(self) -> str:
        return f"passkey {self.pk}"


class RecoverySheet(Throttled, TimestampMixin, ThrottlingMixin, Device):
    """Ten codes on paper for the day the telephone is lost; each works once."""

    name = None
    user = models.OneToOneField("admin_module.User", models.CASCADE, related_name="recovery_sheet")

    def __str__(self) -> str:
        return f"recovery sheet {self.pk}"

    def verify_token(self, token: str) -> bool:
        """Use a code up; call it with the row locked. Case, spaces and dashes do not matter."""
        allowed, _why = self.verify_is_allowed()
        if not allowed:
            return False
        typed = tidy(token).encode()
        for code in self.codes.filter(used_at=None):
            if verify_mac(RECOVERY_LABEL, typed, code.digest):
                code.used_at = timezone.now()
                code.save(update_fields=["used_at"])
                self.throttle_reset(commit=False)
                self.set_last_used_timestamp(commit=False)
                self.save()
                return True
        self.throttle_increment()
        return False

    def fill(self) -> list[str]:
        """Put ten new codes in the place of the old ones; return them, for they are kept nowhere."""
        fresh = [_recovery_code() for _number in range(RECOVERY_CODES)]
        self.codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(sheet=self, digest=mac(RECOVERY_LABEL, tidy(code).encode()))
            for code in fresh
        )
        self.throttle_reset()
        return fresh

    @property
    def left(self) -> int:
        unused: int = self.codes.filter(used_at=None).count()
        return unused


class RecoveryCode(models.Model):
    """One code of a sheet, known by its MAC only."""

    sheet = models.ForeignKey(RecoverySheet, models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


def tidy(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _recovery_code() -> str:
    """Two groups of five letters: 49 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(5)) for _group in range(2))
    return "-".join(groups)
