"""A person who can be written to: who they are, the ways to them, their groups, their codes."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit, Reader
from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.models import SealedModel, SealedQuerySet

CONTACT_KINDS = ("email", "sms", "epuap", "push")
# What a person gives in words; the app comes by a code that is entered on a device (devices.pair).
GIVEN_KINDS = ("email", "sms", "epuap")


class Sex(models.TextChoices):
    FEMALE = "F", _("woman")
    MALE = "M", _("man")


class Language(models.TextChoices):
    """In what a person reads; texts that have no variant in it come in Polish."""

    PL = "pl", _("Polish")
    UK = "uk", _("Ukrainian")
    EN = "en", _("English")


def _polish() -> str:
    return Language.PL.value


@dataclass(frozen=True, slots=True)
class Identity:
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str = field(repr=False)  # Sex
    pesel: str = field(default="", repr=False)
    second_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person lives. Ids point into the register; 0 where it did not match."""

    street: str = field(repr=False)
    house: str = field(repr=False)  # "12", "12A"
    flat: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    town: str = field(default="", repr=False)
    street_id: int = field(default=0, repr=False)
    point_id: int = field(default=0, repr=False)
    district_id: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who consents for a child (GDPR art. 8), and how the office reaches them."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


class RecipientQuerySet(ByUnit, SealedQuerySet["Recipient"]):
    def active(self) -> Self:
        return self.filter(state=Recipient.State.ACTIVE)


class Recipient(SealedModel):
    """A person. Rows are never deleted, only made tombstones: ids are never used again."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for the signed form")
        ACTIVE = "active", _("active")
        RESTRICTED = "restricted", _("restricted by the office")
        SUSPENDED = "suspended", _("suspended at own wish")
        MERGED = "merged", _("merged with another card")
        ERASED = "erased", _("erased")

    # Rows that stand for nobody any more: no names, no addresses, nothing is sent to them.
    GONE = (State.MERGED, State.ERASED)

    class Origin(models.TextChoices):
        DESK = "desk", _("at the office")
        EPUAP = "epuap", _("by ePUAP")
        IMPORT = "import", _("from a file")

    MOVES = {
        State.PENDING: {State.ACTIVE, State.RESTRICTED, State.MERGED, State.ERASED},
        State.ACTIVE: {State.RESTRICTED, State.SUSPENDED, State.MERGED, State.ERASED},
        State.RESTRICTED: {
            State.ACTIVE,
            State.PENDING,
            State.SUSPENDED,
            State.MERGED,
            State.ERASED,
        },
        State.SUSPENDED: {State.ACTIVE, State.RESTRICTED, State.MERGED, State.ERASED},
        State.MERGED: {State.ERASED},  # with the card that it was merged into
        State.ERASED: set(),
    }

    identifier = models.CharField(max_length=24, unique=True)
    identity = SealedDocField(Identity, label="recipient.identity", null=True)
    address = SealedDocField(Address, label="recipient.address", null=True)
    guardian = SealedDocField(Guardian, label="recipient.guardian", null=True)
    # Sealed although it is short: it says where somebody may come from. Rows older than the column
    # have none; `reads` is Polish then. docs/decisions/0033
    language = SealedField(
        models.CharField(max_length=2, choices=Language),
        label="recipient.language",
        null=True,
        default=_polish,
    )
    pesel_token = BlindIndexField("identity.pesel", label="recipient.pesel", canon=canon.digits)
    duplicate_token = BlindIndexField(
        "identity", label="recipient.duplicate", canon=canon.name_and_birth_date
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    state_reason = SealedField(
        models.CharField(max_length=300), label="recipient.state_reason", null=True
    )
    state_until = models.DateField(null=True, blank=True)
    # What a restricted account was, and will be again when the restriction is lifted.
    state_before = models.CharField(max_length=10, choices=State, blank=True)
    # Current consents: bit topic.bit * 4 + CONTACT_KINDS.index(kind). The proof is consents.Consent.
    consents = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=8, choices=Origin)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="registered"
    )
    # The unit whose staff entered the person; none for whoever came by file or by ePUAP.
    unit = models.ForeignKey(
        "admin_module.Unit", models.PROTECT, null=True, related_name="recipients"
    )
    wish_how = models.CharField(max_length=8, blank=True)  # desk | phone | letter: § 5.1
    revision = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(null=True, unique=True)  # makes saving the form twice harmless
    people_import = models.ForeignKey(
        "recipients.PeopleImport", models.SET_NULL, null=True, related_name="people"
    )
    # The person's card where there were two; this row's identifier is an alias of that one.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")

    objects = RecipientQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        permissions = (
            ("register_recipient", _("Can register a recipient")),
            ("restrict_recipient", _("Can restrict a recipient")),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["merged", "erased"])
                | models.Q(identity__isnull=False),
                name="only_who_is_gone_has_no_identity",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | models.Q(state="erased")
                | (~models.Q(state__in=["merged", "erased"]) & models.Q(merged_into__isnull=True)),
                name="a_merged_card_leads_to_another",
            ),
        )
        indexes = (models.Index(fields=["state", "id"], name="recipients_by_state"),)

    def __str__(self) -> str:
        return self.identifier

    @property
    def reads(self) -> str:
        """The language of what is written to the person; a code of `Language`."""
        return str(self.language or Language.PL)

    @property
    def reads_label(self) -> str:
        """The same in words."""
        return str(Language(self.reads).label)

    def become_tombstone(self) -> None:
        """Forget everything; the identifier gives way to a random one, for it came from the PESEL."""
        self.identifier = f"X{secrets.token_hex(11)}"
        self.identity = self.address = self.guardian = self.language = None
        self.state_reason = self.state_until = None
        self.state_before = self.wish_how = ""
        self.form_key = None
        self.consents = 0
        self.state = self.State.ERASED
        self.revision += 1
        self.save()


def living(user: Reader) -> RecipientQuerySet:
    """The people that `user` may see: neither erased nor merged into another card."""
    return Recipient.objects.visible_to(user).exclude(state__in=Recipient.GONE)


class ContactPoint(SealedModel):
    """One way to one person: an e-mail address, a phone number, an ePUAP box, the app.

    The app's value is a line for each of the person's devices (messaging.channels.targets), written
    by recipients.contacts.devices only.
    """

    key_owner: ClassVar[str] = "recipient"

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in CONTACT_KINDS])
    value = SealedField(models.CharField(max_length=8000), label="contact.value", block=64)
    value_token = BlindIndexField("value", label="contact.value", canon=canon.contact)
    verified_at = models.DateTimeField(null=True, blank=True)
    # What was sent earlier went to another address; of old rows, the day this column came.
    since = models.DateTimeField(auto_now_add=True, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["recipient", "kind"], name="one_contact_point_of_a_kind_per_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ValidationCode(models.Model):
    """A code for the app: drawn and sent by messaging to one contact point, or printed in a letter
    to the person (§ 4.5)."""

    contact_point = models.ForeignKey(ContactPoint, models.CASCADE, null=True, related_name="codes")
    recipient = models.ForeignKey(
        Recipient, models.CASCADE, null=True, related_name="printed_codes"
    )
    created_at = models.DateTimeField()
    digest = models.BinaryField(null=True, editable=False)  # HMAC of the code, once it is drawn
    posted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(contact_point__isnull=False, recipient__isnull=True)
                | models.Q(contact_point__isnull=True, recipient__isnull=False),
                name="a_code_goes_to_an_address_or_on_paper",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], name="codes_to_post", condition=models.Q(posted_at__isnull=True)
            ),
            models.Index(
                fields=["digest"], name="codes_to_redeem", condition=models.Q(used_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"code {self.pk}"
