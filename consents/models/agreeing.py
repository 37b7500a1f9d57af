"""What a person may agree to, in which words, and every yes and no they ever gave."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from recipients.models import CONTACT_KINDS, Recipient

KIND_CHOICES = [(kind, kind) for kind in CONTACT_KINDS]


class TopicQuerySet(ByUnit, models.QuerySet["Topic"]):
    """Topics of a municipal unit are its own; the others are the office's."""

    def open(self) -> Self:
        """Those that people may agree to and messages may be about."""
        return self.filter(closed_at=None)


def every_channel() -> list[str]:
    return list(CONTACT_KINDS)


class Topic(models.Model):
    """What messages are about. `bit` is its place in Recipient.consents; never used again.

    A topic is closed, never deleted: the consents that were given to it stay what they were.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    bit = models.PositiveSmallIntegerField(unique=True, validators=[MaxValueValidator(14)])
    place = models.PositiveSmallIntegerField(default=0)  # on forms and pages, counted from 0
    mandatory = models.BooleanField(_("alarms by law"), default=False)
    # Offers and the like: a box of its own on the form, never ticked beforehand (art. 398 PKE).
    commercial = models.BooleanField(_("commercial information"), default=False)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    channels = models.JSONField(default=every_channel)  # of CONTACT_KINDS
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    # The municipal unit that writes about it; none: the whole office.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="topics", verbose_name=_("unit")
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ("place", "bit")
        default_permissions = ("view", "add", "change")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(mandatory=False) | models.Q(unit=None),
                name="only_the_office_writes_by_law",
            ),
            models.CheckConstraint(
                condition=models.Q(mandatory=False) | ~models.Q(legal_basis=""),
                name="a_topic_by_law_names_its_law",
            ),
            models.CheckConstraint(
                condition=models.Q(commercial=False) | models.Q(mandatory=False, unit=None),
                name="commercial_information_is_the_office_s_and_never_by_law",
            ),
            models.UniqueConstraint(
                fields=["commercial"],
                condition=models.Q(commercial=True),
                name="one_topic_of_commercial_information",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    def offers(self, kind: str) -> bool:
        """Whether people may agree to this topic by this kind of contact."""
        return not self.closed and kind in self.channels


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-version")


class ConsentText(models.Model):
    """One version of the words of the consent form; a trigger keeps what was printed once.

    The notice is paragraphs of "Title: body"; both may name {name}, {name_genitive},
    {controller}, {address}, {phone}, {website}, {dpo} of the municipality's settings.
    `own_words` are what is said beside the statement about one topic ("topic:3") or one channel
    ("channel:sms"): whoever agrees to a topic by a channel agrees to all three.
    """

    version = models.PositiveSmallIntegerField(unique=True)
    statement = models.TextField(_("statement"))
    privacy_notice = models.TextField(_("privacy notice"))
    own_words = models.JSONField(default=dict)
    valid_from = models.DateField()

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)

    def __str__(self) -> str:
        return f"{self.version}"

    def words_of_topic(self, topic_id: int) -> str:
        """What is said about this topic alone; often nothing."""
        return str(self.own_words.get(f"topic:{topic_id}", ""))

    def words_of_channel(self, kind: str) -> str:
        """What is said about this channel alone; often nothing."""
        return str(self.own_words.get(f"channel:{kind}", ""))


class FormSeries(models.Model):
    """The last number given to a form in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class NoScan(models.TextChoices):
    """The exceptions by which a signed form may count before it is scanned; each is recorded."""

    LATER = "later", _("the scan will be added later")
    PAPER = "paper", _("the paper is kept in the files")
    DEVICE = "device", _("the scanner is out of order")


class ConsentFormQuerySet(ByUnit, models.QuerySet["ConsentForm"]):
    unit_path = "recipient__unit"


class ConsentForm(models.Model):
    """One printed form: its number stands under the QR code, its row says whether it came back."""

    number = models.CharField(max_length=20, unique=True)  # ZG-2026-000418
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="consent_forms")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="forms")
    # What the person ticked, as the bits of Recipient.consents; granted when the form comes back.
    wanted = models.BigIntegerField(default=0)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Why it was received without a scan; empty where one was archived at once.
    without_scan = models.CharField(max_length=10, choices=NoScan, blank=True)

    objects = ConsentFormQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["printed_at"],
                name="forms_not_back",
                condition=models.Q(received_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.number


class ConsentQuerySet(ByUnit, models.QuerySet["Consent"]):
    unit_path = "recipient__unit"


class Consent(models.Model):
    """One yes or one no: append-only by triggers, the proof behind Recipient.consents.

    A row names ids only, so an erased person's proof may stay with their tombstone: their key is
    gone and with it everything that said who they were.
    """

    class Act(models.TextChoices):
        GRANT = "grant", _("granted")
        WITHDRAW = "withdraw", _("withdrawn")

    class How(models.TextChoices):
        PAPER = "paper", _("paper form")
        EPUAP = "epuap", _("ePUAP document")
        APP = "app", _("mobile app")
        PHONE = "phone", _("telephone")
        DESK = "desk", _("at the office")
        LINK = "link", _("unsubscribe link")
        SMS = "sms", _("SMS reply")
        LETTER = "letter", _("in a letter")

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="consent_acts")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="acts")
    channel = models.CharField(max_length=8, choices=KIND_CHOICES)
    act = models.CharField(max_length=8, choices=Act)
    how = models.CharField(max_length=8, choices=How)
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="acts")
    form = models.ForeignKey(ConsentForm, models.PROTECT, null=True, related_name="acts")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        permissions = (("export_consent", _("Can export the register of consents")),)
        indexes = (
            models.Index(fields=["recipient", "id"], name="consents_of_a_person"),
            models.Index(fields=["at", "act"], name="consents_by_moment"),
            models.Index(fields=["topic", "channel", "id"], name="consents_of_a_topic"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.topic_id} {self.channel}"
