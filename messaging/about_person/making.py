"""From a person's wish to two sealed files that end by themselves: one to be read, one for programs."""

import io
import json
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from admin_module import audit
from admin_module.configuration import Retention, read
from admin_module.models import User
from icp.encryption.files import SealedFileQuerySet
from recipients.account import requests
from recipients.models import PersonFile, Recipient, RightsRequest
from recipients.people import moves

from . import gathering, paper

PDF, JSON = PersonFile.Purpose.COPY_PDF, PersonFile.Purpose.COPY_JSON
MEDIA_TYPES = {PDF: "application/pdf", JSON: "application/json"}
ENDINGS = {PDF: "pdf", JSON: "json"}


def make(person: Recipient, *, by: User | None, how: str) -> list[PersonFile]:
    """Both files anew; older ones end. Fulfils the person's wish to see their data (`how` it came).

    `by` None: the person's own doing. Raises moves.CannotMove for the erased, KeyErased for those who
    are erased at this moment.
    """
    if person.state in Recipient.GONE:
        raise moves.CannotMove(person.state, person.state)
    document = gathering.gather(person)
    contents = {PDF: paper.pdf(document), JSON: as_json(document)}
    with transaction.atomic():
        row = moves.locked(person.pk)
        of(row).forget()
        made = [_keep(row, purpose, content, by) for purpose, content in contents.items()]
        detail: dict[str, object] = {"how": how, "bytes": sum(file.size for file in made)}
        audit.record("recipient.copy_made", row, by=by, detail=detail)
        requests.fulfil(row, RightsRequest.Kind.VIEW, how=how, by=by)
    return made


def hand_over(person: Recipient, *, how: str) -> gathering.Part:
    """The document itself, to the person at their own device; nothing of it is kept.

    Fulfils their wish to see their data. Raises moves.CannotMove for the erased.
    """
    if person.state in Recipient.GONE:
        raise moves.CannotMove(person.state, person.state)
    document = gathering.gather(person)
    with transaction.atomic():
        row = moves.locked(person.pk)
        size = len(as_json(document))
        detail: dict[str, object] = {"how": how, "bytes": size}
        audit.record("recipient.copy_made", row, by=None, detail=detail)
        requests.fulfil(row, RightsRequest.Kind.VIEW, how=how, by=None)
    return document


def as_json(document: gathering.Part) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _keep(row: Recipient, purpose: str, content: bytes, by: User | None) -> PersonFile:
    return PersonFile.keep(
        io.BytesIO(content),
        media_type=MEDIA_TYPES[PersonFile.Purpose(purpose)],
        recipient=row,
        purpose=purpose,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=read(Retention).export_days),
    )


def of(person: Recipient) -> SealedFileQuerySet[PersonFile]:
    """The copies of a person's data that there are."""
    copies: SealedFileQuerySet[PersonFile] = PersonFile.objects.filter(
        recipient=person, purpose__in=[PDF, JSON]
    )
    return copies


def forget(person: Recipient, *, by: User) -> int:
    """End the copies before their time; returns how many files there were."""
    with transaction.atomic():
        number = of(person).forget()
        if number:
            audit.record("recipient.copy_deleted", person, by=by, detail={"files": number})
    return number


def file_name(file: PersonFile) -> str:
    """The name to save it under: the card's number, no name."""
    day = timezone.localdate(file.created_at).isoformat()
    return f"kopia-danych-{file.recipient_id}-{day}.{ENDINGS[PersonFile.Purpose(file.purpose)]}"


def ready(files: Iterable[PersonFile]) -> list[PersonFile]:
    return [file for file in files if not file.expired]
