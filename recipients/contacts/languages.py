"""From a person's own choice to the language that the office writes to them in."""

from django.db import transaction

from admin_module import audit
from admin_module.models import User
from recipients.models import Language, Recipient
from recipients.people import moves


def choose(recipient: Recipient, language: str, *, by: User | None) -> Recipient:
    """Keep a code of Language; saying the same again changes nothing. Raises CannotMove of the erased."""
    wanted = Language(language).value
    with transaction.atomic():
        row = moves.locked(recipient.pk)
        if row.state in Recipient.GONE:
            raise moves.CannotMove(row.state, row.state)
        if row.reads != wanted:
            row.language = wanted
            moves.save(row, "language")
            audit.record("recipient.language_chosen", row, by=by)
    return row
