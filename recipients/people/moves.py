"""From one state of a recipient to another: only along the table, never past somebody else's."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from icp.encryption.erasing import hold_key
from recipients.lookup.facets import changed
from recipients.models import Recipient

from .particulars import RegistrationData


class CannotMove(Exception):
    """This move is not in the table; the sentence is for staff."""

    def __init__(self, state: str, to: str) -> None:
        self.state = state
        self.to = to
        names = {"state": Recipient.State(state).label, "to": Recipient.State(to).label}
        super().__init__(
            _("The account is “%(state)s” and cannot become “%(to)s”. Open the card anew.") % names
        )


class StaleRevision(Exception):
    """Somebody saved the card first: carries what I wanted and what stands there now."""

    def __init__(self, mine: RegistrationData, theirs: RegistrationData, revision: int) -> None:
        self.mine = mine
        self.theirs = theirs
        self.revision = revision  # to save mine over theirs, on purpose
        super().__init__("The card was saved by somebody else meanwhile.")


def locked(pk: int) -> Recipient:
    """The person's row, held until the transaction ends; their key before it (see hold_key)."""
    hold_key(Recipient.objects.values_list("uid", flat=True).get(pk=pk))
    return Recipient.objects.select_for_update(no_key=True).get(pk=pk)


def check(row: Recipient, to: str) -> None:
    """Raise CannotMove unless the table allows it."""
    if to not in Recipient.MOVES[Recipient.State(row.state)]:
        raise CannotMove(row.state, to)


def move(row: Recipient, to: str, prepare: Callable[[Recipient], None] | None = None) -> None:
    """Move a locked row along the table and keep it; the caller writes the audit entry."""
    check(row, to)
    if prepare is not None:
        prepare(row)
    row.state = to
    save(row, "state", "state_before", "state_reason", "state_until")


def save(row: Recipient, *fields: str) -> None:
    """Keep changed fields of a locked row: next revision, facets and names to be read anew."""
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])
    changed([row.pk])
