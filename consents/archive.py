"""From the signed paper of a form to its scan in the archive, and to another in the place of a bad one."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from icp.uploads import Sheet
from recipients.models import Recipient
from recipients.people import moves

from .models import ConsentForm, Scan


class AlreadyArchived(Exception):
    """The form has a scan; another one takes its place by `replace` only."""


def keep(form: ConsentForm, sheet: Sheet, *, by: User) -> Scan:
    """Seal the scan of a form that was received; raises AlreadyArchived."""
    with transaction.atomic():
        moves.locked(form.recipient_id)
        if Scan.objects.current().filter(form=form).exists():
            raise AlreadyArchived
        scan = _kept(form, sheet, by)
        audit.record(
            "consent.scan_kept",
            form.recipient,
            by=by,
            detail={"form": form.number, "scan": scan.pk},
        )
    return scan


def replace(scan: Scan, sheet: Sheet, *, why: str, by: User) -> Scan:
    """Put another scan in the place of one that cannot be read, or is not of this form.

    The earlier one stays, with the reason. Raises AlreadyArchived where it was replaced meanwhile.
    """
    reason = " ".join(why.split())[:300]
    if not reason:
        raise ValidationError({"why": _("Write the reason in a few words.")})
    with transaction.atomic():
        moves.locked(scan.recipient_id)
        row = Scan.objects.select_for_update().get(pk=scan.pk)
        if row.replaced_at is not None:
            raise AlreadyArchived
        row.replaced_at, row.replaced_by, row.replaced_why = timezone.now(), by, reason
        row.save(update_fields=["replaced_at", "replaced_by", "replaced_why"])
        fresh = _kept(row.form, sheet, by)
        detail: dict[str, object] = {"form": row.form.number, "scan": fresh.pk, "before": row.pk}
        audit.record("consent.scan_replaced", row.recipient, by=by, detail=detail)
    return fresh


def forget(recipient: Recipient) -> None:
    """Their erasure takes the scans along; what was agreed to stays proved without them."""
    Scan.objects.filter(recipient=recipient).forget()


def _kept(form: ConsentForm, sheet: Sheet, by: User) -> Scan:
    return Scan.keep(
        BytesIO(sheet.content),
        media_type=sheet.media_type,
        recipient=form.recipient,
        form=form,
        kept_by=by,
    )
