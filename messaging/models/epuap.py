"""What the office signs with towards ePUAP, and whose signatures it believes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from icp.encryption.fields import SealedField
from icp.encryption.models import SealedModel


class EpuapKey(SealedModel):
    """The office's own key with its certificate, or a certificate that is pinned: of ePUAP (answers
    and what it brings), of the minister (profil zaufany), of an authority (qualified signatures).

    A row that was removed keeps its fingerprint; what was in it is gone.
    """

    class Kind(models.TextChoices):
        OWN = "own", _("the office’s own")
        TRUSTED = "trusted", _("ePUAP")
        SEAL = "seal", _("seal of profil zaufany")
        AUTHORITY = "issuer", _("authority of qualified certificates")

    kind = models.CharField(max_length=8, choices=Kind)
    # PEM: the certificate; before it, where it is our own, the private key.
    material = SealedField(models.TextField(), label="epuap.material", block=64, null=True)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the certificate, hex: public
    valid_until = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = (("manage_epuap", _("Can manage the certificates and forms of ePUAP")),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="own", removed_at=None),
                name="one_own_epuap_key_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "fingerprint"],
                condition=Q(removed_at=None),
                name="an_epuap_certificate_is_trusted_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:16]}"


class EpuapBox(models.Model):
    """A box of the office: when it is asked next, who asks now, and what came of the last time."""

    address = models.CharField(max_length=200, unique=True)  # /podmiot/skrytka: public
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # one worker at a time asks
    answered_at = models.DateTimeField(null=True)  # when ePUAP last said something sensible
    taken_at = models.DateTimeField(null=True)  # when a document last came
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    problem = models.CharField(max_length=40, blank=True)  # a code of the channel

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.address
