"""From each kind of row that hangs on a conversation to what becomes of it when its time is over.

What is named nowhere goes. What stays is said here, with what is taken out of it, and why it stays.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models

from conversations.models import AccessRequest, Conversation, IngestJob, RequestLetter
from icp.encryption.files import SealedFile

# label → the columns that are emptied; the rest are ids, times and codes.
KEPT: Mapping[str, Mapping[str, Any]] = {
    "conversations.call": {"linked_id": ""},  # statistics of the line
    "conversations.chatsession": {},  # statistics of the inbox
    "conversations.earlypurge": {},  # who agreed to it (RODO art. 5 (2))
    "conversations.ingestjob": {"details": None},  # that it came; names of files held numbers
    "conversations.noticedelivery": {"evidence": {}},  # that the notice was given (art. 13)
    # Who had heard it (§ 3); the reason is noise without the key.
    "conversations.playbacksession": {"case_number": ""},
    "conversations.requestitem": {},  # a request is answered by what became of it
    "conversations.sourcedisposal": {},  # goes on until the source confirms, then proves it
    "conversations.tombstone": {},
    "conversations.voicecall": {},  # Twilio's random ids: what turns up there late is deleted there
}
OWN_KEY = (IngestJob,)  # rows about a conversation under keys of their own: those end with its key


def kinds() -> list[tuple[type[models.Model], str]]:
    """Every model that points at a conversation, and by which column."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Conversation
    ]


def sealed_files(conversation: Conversation) -> list[SealedFile]:
    """The recordings and attachments; noise once the key is gone."""
    return [
        row
        for model, name in kinds()
        if issubclass(model, SealedFile)
        for row in model._base_manager.filter(**{name: conversation}).order_by("pk")
    ]


def copies(conversation: Conversation) -> list[RequestLetter]:
    """Copies and transcripts in the files of requests for it: they say what was said.

    They are under the requests' keys; the letters that went with them stay.
    """
    asked = AccessRequest.objects.filter(items__conversation=conversation)
    found = RequestLetter.objects.filter(request__in=asked, kind=RequestLetter.Kind.COPY)
    return list(found.select_related("request").order_by("pk"))


def clear(conversation: Conversation) -> None:
    """Delete what goes and empty what stays, in the caller's transaction."""
    for model, name in kinds():
        rows = model._base_manager.filter(**{name: conversation})
        emptied = KEPT.get(model._meta.label_lower)
        if emptied is None:
            rows.delete()
        elif emptied:
            rows.update(**emptied)


def left(conversations: models.QuerySet[Conversation]) -> set[int]:
    """Ids of those of which something is left that should have gone."""
    found = set(conversations.filter(party__isnull=False).values_list("pk", flat=True))
    for model, name in kinds():
        if model._meta.label_lower not in KEPT:
            rows = model._base_manager.filter(**{f"{name}__in": conversations})
            found |= set(rows.values_list(f"{name}_id", flat=True))
    return found
