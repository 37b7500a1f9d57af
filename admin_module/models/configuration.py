"""What the office set on its pages: versions of settings, its logo, what gateways answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel

from .office import User


class ConfigurationVersion(SealedModel):
    """One version of one section, sealed whole. Rows are added, never changed."""

    section = models.CharField(max_length=20)  # a key of configuration.SECTIONS
    version = models.PositiveIntegerField()
    # JSON of the section's dataclass; empty: from here on the environment's values hold.
    document = SealedField(label="configuration.document", block=64, null=True)
    reason = SealedField(models.CharField(max_length=200), label="configuration.reason", null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ("view", "change")
        permissions = (
            ("view_document", _("Can read the documents on data protection")),
            ("complete_document", _("Can complete the data protection impact assessment")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["section", "version"], name="one_version_of_a_section_per_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.section} {self.version}"


class Logo(models.Model):
    """The office's logo, drawn anew as a PNG; kept as long as a version may be restored."""

    name = models.CharField(max_length=32, primary_key=True)  # random, and in its address
    picture = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name = _("logo")

    def __str__(self) -> str:
        return self.name


class GatewayCheck(models.Model):
    """What a channel's gateway answered when its connection was last tested."""

    channel = models.CharField(max_length=8, unique=True)
    at = models.DateTimeField()
    ok = models.BooleanField()
    code = models.CharField(max_length=40, blank=True)  # of messaging.channels.CODES

    class Meta:
        default_permissions = ()
        permissions = (("reopen_channel", _("Can let a paused channel go on")),)

    def __str__(self) -> str:
        return f"{self.channel} {self.code or 'ok'}"
