"""Sealed files: those of the office (exports, imports and their reports), those of one person."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption.files import SealedFile, file_secret

from .people import Recipient


class OfficeFile(SealedFile):
    """A file about many people, made or sent by one member of staff, under a key of its own."""

    class Purpose(models.TextChoices):
        EXPORT = "export", _("export of people")
        IMPORT = "import", _("file of an import")
        REPORT = "report", _("report of an import")
        FORMS = "forms", _("consent forms to print")

    purpose = models.CharField(max_length=10, choices=Purpose)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    secret = file_secret("office_file.secret")

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class PersonFile(SealedFile):
    """A file about one person, under the person's key."""

    class Purpose(models.TextChoices):
        COPY_PDF = "copy_pdf", _("copy of data, to be read (PDF)")
        COPY_JSON = "copy_json", _("copy of data, for machines (JSON)")

    key_owner: ClassVar[str] = "recipient"

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=10, choices=Purpose)
    # None: the person's own doing, by ePUAP.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    secret = file_secret("person_file.secret")

    class Meta:
        default_permissions = ()
        permissions = (
            ("copy_recipient", _("Can make a copy of a person’s data")),
            ("trace_recipient", _("Can see what was sent to a person and who looked at them")),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
