"""From a report by nobody we know to one that somebody stands for: a link to an address, good for a week."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from icp.encryption.erasing import erase_key
from icp.environment import PUBLIC_URL
from messaging.correspondence import farewells
from recipients.correspondence.telling import Words
from reports.models import Report, State
from reports.pictures import photos

from . import recording
from .acting import Actor
from .guards import Wish

GOOD_FOR = timedelta(days=7)
PATH = "/zgloszenia/potwierdz/"  # + the token: a page with one button, which posts it back


def keep_waiting(row: Report, photo_uids: Collection[UUID]) -> Report:
    """Save a report that nobody answers for yet, and send the link to its e-mail."""
    token = secrets.token_urlsafe(24)
    row.state = State.AWAITING
    row.token_digest, row.token_until = _digest(token), timezone.now() + GOOD_FOR
    row.save(force_insert=True)
    event = recording.first(row, Actor.reporter())
    if photo_uids:
        photos.attach(photo_uids, row, event)
    farewells.post_to_address(_words(row, token), email=row.details.contact.email)
    return row


def confirm(token: str) -> Report | None:
    """The report whose link this is, received from now on; None for a token that leads nowhere (any more)."""
    with transaction.atomic():
        digest = _digest(token)
        found = Report.objects.filter(token_digest=digest, state=State.AWAITING).first()
        if found is None or found.token_until is None or found.token_until < timezone.now():
            return None
        row = recording.locked(found.pk)
        if row.state != State.AWAITING:
            return row
        recording.record_move(row, State.RECEIVED, Actor.reporter(), Wish())
    return row


def purge_expired(limit: int = 200) -> int:
    """Forget reports that nobody confirmed in time: a row without content stays; returns how many."""
    late = Report.objects.filter(
        state=State.AWAITING, token_until__lt=timezone.now(), forgotten_at=None
    )
    done = 0
    for pk in list(late.order_by("pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            row = recording.locked(pk)
            if row.state == State.AWAITING:
                photos.forget(row)
                erase_key(row.uid)
                Report.objects.filter(pk=pk).update(
                    forgotten_at=timezone.now(), details=None, token_digest=None
                )
                audit.record("report.purged", row, by=None)
                done += 1
    return done


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _words(row: Report, token: str) -> Words:
    link = f"{PUBLIC_URL}{PATH}{token}/"
    number = {"number": row.number, "link": link}
    return Words(
        _("Confirm your report %(number)s") % number,
        _("Confirm your report %(number)s: %(link)s") % number,
        _(
            "Somebody sent us the report %(number)s with this address. To confirm that it was you, "
            "open this link within seven days: %(link)s\n\nIf it was not you, do nothing: the report "
            "will be deleted."
        )
        % number,
    )
