"""From what a reader, a camera or a clerk typed to a form, and from today's desk to what was done at it."""

import re

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from admin_module.models import User
from recipients.models import Recipient

from .models import ConsentForm, Scan

TYPED = re.compile(r"(?:ZG)?\D{0,2}(?:(\d{4})\D{1,2})?(\d{1,9})", re.IGNORECASE)
LATEST = 10


def number_in(text: str) -> str:
    """ZG-2026-000418 from what was read or typed: "zg/2026/418", "2026-418", "418" (this year's).

    Empty where it is none. Readers that think of another keyboard send other signs for the dashes.
    """
    found = TYPED.fullmatch("".join(text.split()))
    if found is None:
        return ""
    year, number = found[1] or str(timezone.localdate().year), int(found[2])
    return f"ZG-{year}-{number:06}"


def find(text: str, *, by: User) -> ConsentForm | None:
    """The form of this number, where it is this member of staff's to see."""
    return ConsentForm.objects.visible_to(by).filter(number=number_in(text)).first()


def latest(by: User) -> QuerySet[ConsentForm]:
    """The forms that this member of staff received last, each with whether it has a scan."""
    mine = ConsentForm.objects.filter(received_by=by).order_by("-received_at")
    return mine.annotate(archived=_archived())[:LATEST]


def without_scan(by: User) -> QuerySet[ConsentForm]:
    """Received forms of living people whose scan is still missing, the oldest first."""
    forms = ConsentForm.objects.visible_to(by).filter(~_archived(), received_at__isnull=False)
    return forms.exclude(recipient__state=Recipient.State.ERASED).order_by("received_at")


def _archived() -> Exists:
    return Exists(Scan.objects.current().filter(form=OuterRef("pk")))
