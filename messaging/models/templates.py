"""Texts that are used again: a shelf, a template on it, and every version it ever had."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from consents.models import Topic
from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel

from .message import Message, MessageText, Variants


class TemplateFolderQuerySet(ByUnit, models.QuerySet["TemplateFolder"]):
    """Folders belong to the unit of whoever made them."""


class TemplateFolder(models.Model):
    """Where templates of a unit stand together."""

    name = models.CharField(_("name"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="template_folders")
    revision = models.PositiveIntegerField(default=1)

    objects = TemplateFolderQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "name"], name="one_template_folder_of_a_name_per_unit"
            ),
        )

    def __str__(self) -> str:
        return self.name


class MessageTemplateQuerySet(ByUnit, models.QuerySet["MessageTemplate"]):
    """Templates belong to the unit of whoever made them."""

    def offered(self) -> "MessageTemplateQuerySet":
        """Those that a message may be begun from."""
        return self.filter(archived_at=None)


class MessageTemplate(models.Model):
    """A name for words that change with time; what they say is in its versions."""

    name = models.CharField(_("name"), max_length=100)
    folder = models.ForeignKey(
        TemplateFolder, models.SET_NULL, null=True, blank=True, related_name="templates"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="message_templates")
    archived_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(null=True, unique=True)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        default_permissions = ()
        permissions = (("manage_templates", _("Can write and change message templates")),)

    def __str__(self) -> str:
        return self.name


class TemplateVersion(SealedModel):
    """What a template said from one moment on. Rows are never changed."""

    template = models.ForeignKey(MessageTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    klass = models.CharField(
        max_length=12, choices=Message.Klass, default=Message.Klass.INFORMATION
    )
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="+")
    channels = models.JSONField(default=list)  # of CONTACT_KINDS
    text = SealedDocField(MessageText, label="template.text", default=MessageText)
    variants = SealedDocField(Variants, label="template.variants", default=Variants)
    # As Message.escalation; empty: none.
    escalation = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The number of the version that was brought back, where this one is its copy.
    restores = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["template", "number"], name="one_version_of_a_number_per_template"
            ),
        )

    def __str__(self) -> str:
        return f"version {self.number} of template {self.template_id}"
