"""From the endpoints to the published description: OpenAPI 3.1, made once in each process."""

import json
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from rest_framework.response import Response

from . import etags, versions
from .endpoints import ApiRequest, endpoint

TAGS = (
    ("meta", _("The office: what an app asks for first")),
    ("public", _("What everybody may read")),
    ("devices", _("The device: registering, pairing, preferences, notifications")),
    ("me", _("The person: channels, consents, rights")),
    ("feed", _("Synchronization: what changed since the last time")),
    ("messages", _("Messages: inbox, attachments, receipts")),
    ("published", _("Alerts and announcements")),
    ("reports", _("Reports: what residents tell the city")),
    ("calls", _("Calls: what telephone exchanges bring")),
)


@endpoint(
    "GET",
    who="anyone",
    limit="public",
    gives={200: {"type": "object", "additionalProperties": {}}},
    summary=_("This description"),
    tag="meta",
)
def openapi(request: ApiRequest) -> Response:
    """The description of the whole API as OpenAPI 3.1; a page to read is at /api/v1/docs/."""
    return etags.answer(request, description(), cache=etags.PUBLIC_SHORT)


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI document as a dict; Polish, as everything that people read."""
    with translation.override("pl"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        made["info"] = {
            "title": str(_("ICP: the residents’ API")),
            "version": versions.API_VERSION,
            "description": str(ABOUT),
        }
        made["tags"] = [{"name": name, "description": str(words)} for name, words in TAGS]
        _tolerate(made["components"].get("schemas", {}))
    return made


def as_file() -> str:
    """The description as the repository keeps it (docs/api/openapi.json), to be compared line by line."""
    return json.dumps(description(), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


# English, as the docstrings that it follows: those are for whoever writes an app.
TOLERATE = "New values may come; a client must tolerate one that it does not know."
ABOUT = _(
    "The interface between the city and the apps of its residents. A device registers itself and keeps a secret"
    " token; a validation code pairs it with a person, and only then it gets that person’s messages. Errors come as"
    " application/problem+json (RFC 9457) with a stable type. Lists are {items, cursor}. Times are RFC 3339 in UTC."
    " Within v1 things are only added: a client must tolerate members and values that it does not know. An app should"
    " introduce itself in the header ICP-Client, for example web/1.2.0; one that is too old gets 426. The headers"
    " RateLimit and RateLimit-Policy say how many requests are left; with 429 Retry-After says when to come back."
)


def _tolerate(schemas: dict[str, Any]) -> None:
    """Say it at every list of values, wherever it stands."""
    for found in enums(schemas):
        if found["enum"] != [None]:
            found["description"] = f"{found.get('description', '')}\n\n{TOLERATE}".strip()


def enums(schema: Any) -> list[dict[str, Any]]:
    """Every schema of a fixed list of values, however deep it stands."""
    if isinstance(schema, list):
        return [found for inner in schema for found in enums(inner)]
    if not isinstance(schema, dict):
        return []
    inside = [found for inner in schema.values() for found in enums(inner)]
    return [*inside, schema] if isinstance(schema.get("enum"), list) else inside
