"""One mail to one address, in the clear."""

from typing import ClassVar

from django.db import models


class Mail(models.Model):
    address = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, default="queued", db_index=True)

    objects: ClassVar[models.Manager["Mail"]] = models.Manager()

    class Meta:
        app_label = "rivals"

    def __str__(self) -> str:
        return f"{self.pk}"
