"""From what a person wants to a consent form with its own number: ZG-2026-000418."""

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from recipients.models import Recipient

from . import granting, topics
from .models import ConsentForm, FormSeries


@transaction.atomic
def form_for(recipient: Recipient, wanted: int, *, by: User) -> ConsentForm:
    """The form with these ticks that waits for a signature; a new one where there is none."""
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    ticks = topics.ticked_beforehand(wanted)
    waiting = ConsentForm.objects.filter(recipient=recipient, received_at=None, wanted=ticks)
    return waiting.first() or new_form(recipient, wanted, by=by)


@transaction.atomic
def new_form(recipient: Recipient, wanted: int, *, by: User) -> ConsentForm:
    """Make a numbered form for `recipient` whose ticks are the bits of `wanted`."""
    now = timezone.now()
    form = ConsentForm.objects.create(
        number=next_number(timezone.localdate(now).year),
        recipient=recipient,
        text=granting.text_for(now),
        wanted=topics.ticked_beforehand(wanted),
        printed_at=now,
        printed_by=by,
    )
    audit.record("consent.form_made", recipient, by=by, detail={"form": form.number})
    return form


def next_number(year: int) -> str:
    """Draw the year's next number."""
    return next_numbers(year, 1)[0]


@transaction.atomic
def next_numbers(year: int, count: int) -> list[str]:
    """Draw the year's next numbers; others wait until the drawing transaction ends: no gaps."""
    FormSeries.objects.get_or_create(year=year)
    series = FormSeries.objects.select_for_update().get(year=year)
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return [f"ZG-{year}-{number:06}" for number in range(first, series.last + 1)]
