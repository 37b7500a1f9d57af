"""From the forms that ICP proposes (docs/epuap/) to rows that a municipality begins with."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from recipients.models.epuap_forms import PROPOSED, EpuapForm

VERSION = "1-0"
ROOT = "Dokument"
Purpose = EpuapForm.Purpose
_WHO = ("pesel", "first_name", "last_name")
_ADDRESS = ("street", "house", "flat", "postal_code", "town")
_DATA = (*_WHO, "second_name", *_ADDRESS, "email", "phone")
_TALK = ("talk", "called_from", "conversation_on", "conversation_time", "about")
_WISH = ("basis", "justification", "requested_form", "needs")
# What stands in each form, and what its files in docs/epuap/ are called.
FORMS: Mapping[Purpose, tuple[str, tuple[str, ...]]] = {
    Purpose.REGISTER: ("rejestracja", (*_DATA, "topics", "channels")),
    Purpose.VIEW: ("wglad", _WHO),
    Purpose.CORRECT: ("poprawienie", _DATA),
    Purpose.SUSPEND: ("wstrzymanie", (*_WHO, "until")),
    Purpose.RESUME: ("wznowienie", _WHO),
    Purpose.DELETE: ("usuniecie", _WHO),
    Purpose.ACCESS: ("rozmowa", (*_WHO, *_ADDRESS, "email", *_TALK, *_WISH)),
}


def namespace_of(purpose: str) -> str:
    """The namespace of the proposed form; one that is published in the central repository of
    forms gets another."""
    return f"urn:icp:formularz:{FORMS[Purpose(purpose)][0]}:{VERSION}"


@transaction.atomic
def load(*, by: User) -> int:
    """Add the proposed forms whose root element no form in use has; returns how many."""
    added = 0
    for purpose, (_name, fields) in FORMS.items():
        namespace = namespace_of(purpose)
        if EpuapForm.objects.filter(namespace=namespace, root=ROOT, active=True).exists():
            continue
        row = EpuapForm.objects.create(
            purpose=purpose,
            version=VERSION,
            namespace=namespace,
            root=ROOT,
            fields={name: path for name, path in PROPOSED.items() if name in fields},
            changed_at=timezone.now(),
            changed_by=by,
        )
        audit.record("epuap_form.changed", row, by=by, detail={"fields": ["proposed"]})
        added += 1
    return added
