"""What is kept of a message when it is over: its proof, its figures, and how staff find it again."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedDocField
from icp.encryption.files import SealedFile, file_secret
from icp.encryption.models import SealedModel
from recipients.models import District

from .message import Message

CODE_LENGTH = 7


class MessageCode(models.Model):
    """The short address of one message, which an SMS carries: "is this SMS genuine?".

    It names the message and nobody who got it; who has it may read the official text.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="short_code")
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"code of message {self.message_id}"


class MessageAccount(models.Model):
    """A message as a night counted it: so that no page counts its deliveries, and old prices stay."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="account")
    counted_at = models.DateTimeField()
    part_price = models.DecimalField(max_digits=8, decimal_places=4)  # złoty net, that day

    class Meta:
        default_permissions = ()
        permissions = (
            ("export_message", _("Can export the list and the figures of messages")),
            ("export_delivery", _("Can export what became of a message for each person")),
        )

    def __str__(self) -> str:
        return f"account of message {self.message_id}"


class DistrictFigure(models.Model):
    """What a message brought on one channel to the people of one district; None: of no known one."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="district_figures")
    channel = models.CharField(max_length=8)
    district = models.ForeignKey(
        District, models.CASCADE, null=True, related_name="+", db_index=False
    )
    handed_over = models.PositiveIntegerField(default=0)  # with those delivered and read
    delivered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    spared = models.PositiveIntegerField(default=0)  # an SMS that the app made needless
    left_out = models.PositiveIntegerField(default=0)
    sms_parts = models.PositiveIntegerField(default=0)  # paid

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["message", "channel", "district"],
                name="one_figure_per_message_channel_and_district",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.handed_over}"


@dataclass(frozen=True, slots=True)
class ViewWords:
    """A view of the archive: its name, and the filters as they stand in the address."""

    name: str = field(repr=False)
    query: str = field(repr=False)


class SavedView(SealedModel):
    """A member of staff's own view; what they looked for may hold anything, so it is sealed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = SealedDocField(ViewWords, label="saved_view.words")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"view {self.pk}"


class EvidenceFile(SealedFile):
    """One of the two files of an evidence pack; `digest`: SHA-256 of what is in it, in hexadecimals."""

    class Layout(models.TextChoices):
        PDF = "pdf", _("to be read and printed (PDF)")
        JSON = "json", _("for programs (JSON)")

    message = models.ForeignKey(Message, models.CASCADE, related_name="evidence")
    layout = models.CharField(max_length=4, choices=Layout)
    digest = models.CharField(max_length=64, db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    secret = file_secret("evidence_file.secret")

    class Meta:
        default_permissions = ()
        permissions = (("make_evidence", _("Can make evidence packs of messages")),)

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class SummaryReader(models.Model):
    """A member of staff who gets the month's figures by e-mail."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        permissions = (
            ("choose_readers", _("Can choose who gets the monthly summary of messages")),
        )

    def __str__(self) -> str:
        return f"reader {self.user_id}"


class SummaryRound(models.Model):
    """A month whose summary was posted: each goes out once, whoever comes first."""

    month = models.DateField(unique=True)  # its first day
    posted_at = models.DateTimeField()
    letters = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
