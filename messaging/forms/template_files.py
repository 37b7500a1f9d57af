"""From templates to a JSON file that another office can read, and from such a file to templates."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from admin_module.models import User
from consents.models import Topic
from messaging.forms.template import TemplateForm
from messaging.ledger import escalating
from messaging.models import MessageTemplate, MessageText, TemplateFolder
from messaging.shelf import templating
from messaging.texts.variants import PARTS

FORMAT = "icp-templates/1"
MOST_BYTES, MOST_TEMPLATES = 1_000_000, 500
KEPT = (*PARTS, "transliterate_sms", "proof_link", "sender_name", "reply_to")


class BadFile(ValueError):
    """Why a file is not read; `str` is a sentence for staff."""


@dataclass(slots=True)
class Brought:
    """How many templates a file made, and how many it gave a new version."""

    new: int = 0
    changed: int = 0
    same: int = 0


def write(templates: Iterable[MessageTemplate]) -> bytes:
    """The newest version of each, indented, for people who look into it."""
    rows = [_as_json(template) for template in templates]
    content = {"format": FORMAT, "templates": rows}
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _as_json(template: MessageTemplate) -> dict[str, Any]:
    words = templating.words_of(templating.newest(template))
    texts = {"pl": _shown(words.text)}
    for code in words.variants.languages:
        texts[code] = _shown(words.variants.of(code) or MessageText())
    return {
        "name": template.name,
        "folder": template.folder.name if template.folder else "",
        "class": words.klass,
        "topic": words.topic.name if words.topic else "",
        "channels": list(words.channels),
        "escalation": dict(words.escalation),
        "texts": texts,
    }


def _shown(text: MessageText) -> dict[str, Any]:
    return {name: value for name, value in asdict(text).items() if name in KEPT and value}


def read(file: File, *, by: User) -> Brought:
    """Everything in the file, or nothing: a template of a known name gets a new version where its words
    differ. Raises BadFile; a topic that is not there is left to be chosen."""
    rows = _rows(file.read(MOST_BYTES + 1))
    brought = Brought()
    with transaction.atomic():
        for number, row in enumerate(rows, 1):
            _bring(row, number, brought, by)
    return brought


def _rows(raw: bytes) -> list[Mapping[str, Any]]:
    if len(raw) > MOST_BYTES:
        raise BadFile(_("The file is too large. Choose a smaller one."))
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFile(_("This is no JSON file. Choose a file that ICP made.")) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadFile(_("This is no file with templates. Choose a file that ICP made."))
    rows = content.get("templates")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadFile(_("This is no file with templates. Choose a file that ICP made."))
    if len(rows) > MOST_TEMPLATES:
        raise BadFile(_("The file holds more than 500 templates. Split it."))
    return rows


def _bring(row: Mapping[str, Any], number: int, brought: Brought, by: User) -> None:
    form = TemplateForm(_as_form(row, by), user=by)
    if not form.is_valid():
        field, sentences = next(iter(form.errors.items()))
        raise BadFile(
            _("Template %(number)s (%(name)s), %(field)s: %(why)s Nothing was read in.")
            % {
                "number": number,
                "name": str(row.get("name") or "–")[:100],
                "field": form.fields[field].label if field in form.fields else field,
                "why": sentences[0],
            }
        )
    name, words = form.cleaned_data["name"], form.words()
    folder = _folder(str(row.get("folder") or "").strip()[:80], by)
    known = MessageTemplate.objects.visible_to(by).offered().filter(name=name, unit=by.unit).first()
    if known is None:
        templating.create(name, words, by=by, folder=folder)
        brought.new += 1
    elif templating.words_of(templating.newest(known)) == words:
        brought.same += 1
    else:
        folder = known.folder or folder
        templating.change(known, name, words, by=by, revision=known.revision, folder=folder)
        brought.changed += 1


def _folder(name: str, by: User) -> TemplateFolder | None:
    if not name:
        return None
    known = TemplateFolder.objects.filter(unit=by.unit, name__iexact=name).first()
    return known or templating.name_folder(None, name, by=by)


def _as_form(row: Mapping[str, Any], by: User) -> dict[str, Any]:
    """The fields of TemplateForm, whatever kinds of values somebody wrote into the file."""
    texts = row.get("texts")
    texts = texts if isinstance(texts, dict) else {}
    fields: dict[str, Any] = {
        "name": row.get("name"),
        "klass": row.get("class"),
        "channels": row.get("channels") if isinstance(row.get("channels"), list) else [],
        "topic": _topic(row.get("topic"), by),
        "escalation_minutes": _minutes(row.get("escalation")),
    }
    for code, text in texts.items():
        if isinstance(text, dict):
            start = "" if code == "pl" else f"{code}_"
            fields |= {f"{start}{name}": text[name] for name in KEPT if name in text}
    return {key: value for key, value in fields.items() if value not in (None, False)}


def _topic(name: object, by: User) -> int | None:
    topic = Topic.objects.visible_to(by).open().filter(name=str(name or "")).first()
    return topic.pk if topic else None


def _minutes(stored: object) -> int | None:
    try:
        plan = escalating.read(stored) if isinstance(stored, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
    return plan.after_minutes if plan else None
