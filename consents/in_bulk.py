"""From many people of one file to a numbered form for each, to be signed or signed already."""

from collections.abc import Sequence

from django.utils import timezone

from admin_module.models import User
from recipients.models import Recipient

from . import granting, numbering, topics
from .models import Consent, ConsentForm, NoScan, Topic


def forms_for(
    people: Sequence[Recipient], wanted: Sequence[int], *, by: User, signed: bool
) -> list[ConsentForm]:
    """A form for each person, in the caller's transaction; `wanted` are the bits of each.

    Where papers with a signature are kept elsewhere (`signed`), the forms count as received by that
    exception, and the yes of every tick is written down; whose bits the people carry, the caller
    has put there. Raises CannotConsent where no wording is in force.
    """
    now = timezone.now()
    text = granting.text_for(now)
    numbers = numbering.next_numbers(timezone.localdate(now).year, len(people))
    forms = ConsentForm.objects.bulk_create(
        ConsentForm(
            number=number,
            recipient=person,
            text=text,
            wanted=bits if signed else topics.ticked_beforehand(bits),
            printed_at=now,
            printed_by=by,
            received_at=now if signed else None,
            received_by=by if signed else None,
            without_scan=NoScan.PAPER if signed else "",
        )
        for number, person, bits in zip(numbers, people, wanted, strict=True)
    )
    if signed:
        every = list(Topic.objects.all())
        Consent.objects.bulk_create(
            act
            for form in forms
            for act in granting.acts_of(form, form.wanted, by=by, at=now, topics=every)
        )
    return forms
