"""What somebody typed into the compose screen and did not save yet."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models

from icp.encryption.fields import SealedDocField
from icp.encryption.models import SealedModel

from .message import Message


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as a browser sends them: lists of texts by name."""

    fields: dict[str, object] = field(default_factory=dict, repr=False)


class UnsavedWork(SealedModel):
    """One form of one member of staff, as it stood when the browser last told of it.

    A draft that exists is named by `message`, a new one by the key of its form.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="unsaved")
    form_key = models.UUIDField()
    revision = models.PositiveIntegerField(default=0)  # of the draft that it was typed over
    typed = SealedDocField(Typed, label="unsaved_work.typed", default=Typed)
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["author", "form_key"], name="one_unsaved_work_of_a_form"
            ),
        )
        indexes = (models.Index(fields=["saved_at"], name="unsaved_work_by_age"),)

    def __str__(self) -> str:
        return f"unsaved work {self.pk}"
