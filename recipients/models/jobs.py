"""Work that takes longer than a page may."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.scoping import ByUnit

from .files import OfficeFile


class JobQuerySet(ByUnit, models.QuerySet["Job"]):
    """Whose staff ordered it, those it belongs to."""

    unit_path = "created_by__unit"

    def open(self) -> "JobQuerySet":
        return self.filter(state__in=Job.OPEN)


class Job(models.Model):
    """Work that takes longer than a page may: a row first, then a worker that finds it.

    What a kind of work is, recipients.jobs says; files that a job reads or makes are sealed OfficeFiles.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("under way")
        DONE = "done", _("finished")
        FAILED = "failed", _("stopped by a fault")
        CANCELLED = "cancelled", _("stopped by a person")

    OPEN = (State.WAITING, State.RUNNING)

    kind = models.CharField(max_length=30)  # a key of recipients.jobs.KINDS
    turn = models.CharField(max_length=40, blank=True)  # only one open job may have this turn
    detail = models.JSONField(default=dict)  # what was ordered: ids, numbers and codes only
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=30, blank=True)  # recipients.jobs.problem_of says it
    created_at = models.DateTimeField()
    # None: ordered by the clock.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)  # written by the worker after each step
    finished_at = models.DateTimeField(null=True)
    runs = models.PositiveSmallIntegerField(default=0)  # names the worker that has it now
    done = models.PositiveIntegerField(default=0)  # of whatever the kind counts
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # numbers only
    result = models.ForeignKey(OfficeFile, models.SET_NULL, null=True, related_name="+")
    form_key = models.UUIDField(unique=True)  # makes pressing the button twice harmless

    objects = JobQuerySet.as_manager()

    class Meta:
        permissions = (("import_addresses", _("Can import the address register")),)
        constraints = (
            models.UniqueConstraint(
                fields=["turn"],
                condition=models.Q(state__in=["waiting", "running"]) & ~models.Q(turn=""),
                name="one_open_job_of_a_turn",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
