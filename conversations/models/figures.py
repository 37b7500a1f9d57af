"""Figures of the chat by day: they name nobody and no chat, so they stay when chats are deleted."""

from django.db import models

from .chat import ChatInbox


class ChatDay(models.Model):
    """What one day brought to one inbox."""

    inbox = models.ForeignKey(ChatInbox, models.PROTECT, related_name="days")
    day = models.DateField()
    begun = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)
    offline = models.PositiveIntegerField(default=0)
    # seconds of waiting, rounded up to ten → how many waited so long
    waits = models.JSONField(default=dict)
    # stars → how many gave so many
    stars = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["inbox", "day"], name="one_day_of_an_inbox_is_counted"),
        )

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.day}"
