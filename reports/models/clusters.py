"""Like reports from one place within an hour, which may be one thing that everybody should hear of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from admin_module.scoping import ByUnit

from .categories import ReportCategory


class ClusterQuerySet(ByUnit, models.QuerySet["ReportCluster"]):
    unit_path = "category__unit"

    def proposed(self) -> "ClusterQuerySet":
        return self.filter(state=ReportCluster.State.PROPOSED)


class ReportCluster(models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("like reports", "proposed")
        DRAFTED = "drafted", pgettext_lazy("like reports", "a notice is being written")
        DISMISSED = "dismissed", pgettext_lazy("like reports", "dismissed")

    category = models.ForeignKey(ReportCategory, models.PROTECT, related_name="clusters")
    lat = models.FloatField()  # the middle of the rounded points
    lon = models.FloatField()
    found_at = models.DateTimeField()
    last_at = models.DateTimeField()  # of its youngest report
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    message = models.OneToOneField(
        "messaging.Message", models.SET_NULL, null=True, related_name="report_cluster"
    )
    told_at = models.DateTimeField(null=True, blank=True)  # the reporters heard of the notice
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False)),
                name="somebody_decides_about_a_cluster",
            ),
        )
        indexes = (models.Index(fields=["category", "-last_at"], name="clusters_by_category"),)

    def __str__(self) -> str:
        return f"cluster {self.pk}"
