"""Work that takes longer than a page may."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedDocField, SealedField
from icp.encryption.models import SealedModel


@dataclass(frozen=True, slots=True)
class JobSource:
    """The texts of the files that a job reads; gone once it has ended."""

    streets: str = field(default="", repr=False)
    points: str = field(default="", repr=False)


class Job(SealedModel):
    """Work that takes longer than a page may: a row first, then a worker that finds it."""

    class Kind(models.TextChoices):
        ADDRESS_IMPORT = "address_import", _("import of the address register")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("under way")
        DONE = "done", _("finished")
        FAILED = "failed", _("stopped by a fault")
        CANCELLED = "cancelled", _("stopped by a person")

    class Problem(models.TextChoices):
        REGISTER_FULL = "register_full", _("The register has more streets than ICP can count.")
        GAVE_UP = "gave_up", _("Five workers stopped in the middle of it.")
        FAULT = "fault", _("ICP made a mistake; the details are in its log.")

    OPEN = (State.WAITING, State.RUNNING)

    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)  # written by the worker after each step
    finished_at = models.DateTimeField(null=True)
    runs = models.PositiveSmallIntegerField(default=0)  # names the worker that has it now
    done = models.PositiveIntegerField(default=0)  # lines
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # numbers only
    source = SealedDocField(JobSource, label="job.source", null=True)
    # Perhaps the wrong file was chosen: its lines are sealed, too.
    wrong_lines = SealedField(models.TextField(), label="job.wrong_lines", null=True)
    form_key = models.UUIDField(unique=True)  # makes pressing the button twice harmless

    class Meta:
        permissions = (("import_addresses", _("Can import the address register")),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_open_job_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
