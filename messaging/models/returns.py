"""What comes back: mails in the box of returns, and words that people answer by SMS."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.models import Topic


class ReturnBox(models.Model):
    """The one mailbox of returns: when it is asked next, and by whom it is being asked."""

    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"box of returns {self.pk}"


class ReturnedMail(models.Model):
    """One mail that came back, as far as it was understood; its content and addresses are not kept."""

    class Kind(models.TextChoices):
        BOUNCE = "bounce", _("could not be delivered")
        DELAYED = "delayed", _("still being tried by the server")
        DELIVERED = "delivered", _("confirmation of delivery")
        AUTO_REPLY = "auto_reply", _("automatic answer")
        COMPLAINT = "complaint", _("marked as spam")
        STRANGE = "strange", _("about no mail of ours")
        LETTER = "letter", _("somebody’s answer")
        TOO_LARGE = "too_large", _("too large to be read")

    digest = models.CharField(max_length=64, unique=True)  # keyed, of the whole mail
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class InboundWord(models.Model):
    """What somebody answered by SMS, as far as it was understood; neither the number nor the words."""

    class Word(models.TextChoices):
        STOP = "stop", _("STOP")
        START = "start", _("START")
        OTHER = "other", _("something else")

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    word = models.CharField(max_length=5, choices=Word)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+")
    people = models.PositiveSmallIntegerField(default=0)  # whose number it is
    acts = models.PositiveSmallIntegerField(default=0)  # consents that were changed
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "event_id"], name="a_word_by_sms_is_heard_once"
            ),
        )
        indexes = (models.Index(fields=["at"], name="words_by_age"),)

    def __str__(self) -> str:
        return f"{self.word} {self.pk}"
