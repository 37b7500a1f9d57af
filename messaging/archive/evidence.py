"""From a message that was ordered to everything that proves what was said, by whose hand and with what effect.

The document names staff and no recipient: who got it stays in the rows of the deliveries. Keys are English
and stable, moments are ISO 8601 with their offset.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone

from admin_module import audit
from admin_module.configuration import Municipality, read
from admin_module.models import AuditEntry, AuditLink
from admin_module.templatetags.audit_words import action_words
from messaging.ledger.progress import progress_of
from messaging.models import Attempt, Message, MessageText
from messaging.steps import approving
from messaging.texts import pricing, short_links
from messaging.texts.formatting import to_text
from messaging.texts.rendering import content_for
from messaging.texts.variants import texts_of
from messaging.trace.explaining import code_in_words

SCHEMA = "icp-evidence/1"
Part = dict[str, Any]


def gather(message: Message) -> Part:
    """The whole document of a message that was ordered. It reads every attempt: work for a job."""
    audit.link_entries()  # what was done a moment ago has its place in the chain
    office = read(Municipality)
    return {
        "schema": SCHEMA,
        "made_at": moment(timezone.now()),
        "office": {"name": office.name, "address": office.address},
        "message": _message(message),
        "texts": [
            _text(message, language, text, kind)
            for language, text in texts_of(message)
            for kind in message.chosen_channels
        ],
        "attachments": [
            {"name": one.name, "type": one.media_type, "bytes": one.size, "sha256": one.sha256}
            for one in message.attachments.order_by("place")
        ],
        "audience": {
            "words": message.audience.words,
            "filter": message.audience.filter,
            "promised": message.expected_count,
            "listed": message.people_count,
        },
        "approvals": [_approval(step) for step in approving.history(message)],
        "figures": figures(message),
        "answers": answers(message),
        "follow_ups": [_followed(one) for one in message.follow_ups.order_by("pk")],
        "log": log_of(message),
        "chain": _chain(),
    }


def _message(message: Message) -> Part:
    return {
        "number": message.pk,
        "id": str(message.uid),
        "class": message.klass,
        "status": message.status,
        "drill": message.drill,
        "topic": message.topic.name if message.topic else None,
        "by_law": bool(message.topic and message.topic.mandatory) or message.klass == "alarm",
        "channels": message.chosen_channels,
        "unit": message.unit.name,
        "author": str(message.author),
        "approved_by": str(message.approved_by) if message.approved_by else None,
        "approved_digest": message.approved_digest or None,
        "approval_holds": approving.still_holds(message) if message.approved_digest else None,
        "template_version": message.template_version_id,
        "follows": message.follows_id,
        "follow_kind": message.follow_kind or None,
        "escalation": message.escalation or None,
        "public": message.public,
        "short_address": _short_address(message),
        "created_at": moment(message.created_at),
        "ordered_at": moment(message.sent_at),
        "due_at": moment(message.due_at),
        "begun_at": moment(message.begun_at),
        "finished_at": moment(message.finished_at),
        "expires_at": moment(message.expires_at),
        "published_at": moment(message.published_at),
        "withdrawn_at": moment(message.withdrawn_at),
    }


def _short_address(message: Message) -> str | None:
    if not message.text.proof_link:
        return None
    return short_links.address(short_links.code_of(message)) or None


def _text(message: Message, language: str, text: MessageText, kind: str) -> Part:
    """What a channel says in a language; names in braces stand as they were written."""
    content = content_for(message, kind, language)
    price = pricing.sms_price(text, None) if kind == "sms" else None
    opened = to_text(text.long.strip() or text.short.strip()) if kind == "push" else None
    said = f"{content.subject}\n{content.text}" + (f"\n{opened}" if opened else "")
    return {
        "language": language,
        "channel": kind,
        "sender": content.sender_name,
        "subject": content.subject,
        "text": content.text,
        "opened": opened,  # what the hint leads to in the app
        "sms_parts": price.chosen.parts if price else None,
        "sha256": hashlib.sha256(said.encode()).hexdigest(),
    }


def _approval(step: Any) -> Part:
    return {
        "at": moment(step.at),
        "what": step.kind,
        "words": str(step.get_kind_display()),
        "by": str(step.by) if step.by else None,
        "why": step.note or None,
        "revision": step.revision,
        "digest": step.digest,
    }


def figures(message: Message) -> list[Part]:
    """For each channel the states and how many deliveries stand in them: the counters, no deliveries."""
    progress = progress_of(message)
    return [
        {
            "channel": tally.kind,
            "total": tally.total,
            "states": {one.name: one.number for one in tally.slices},
        }
        for tally in progress.channels
    ]


def answers(message: Message) -> list[Part]:
    """What providers answered, by class: how often, when first and last."""
    rows = (
        Attempt.objects.filter(delivery__message=message)
        .values_list("delivery__channel", "outcome", "code")
        .annotate(number=Count("pk"), first=Min("at"), last=Max("at"))
        .order_by("delivery__channel", "-number", "outcome", "code")
    )
    return [
        {
            "channel": channel,
            "outcome": outcome,
            "code": code or None,
            "words": code_in_words(channel, code) if code else None,
            "number": number,
            "first_at": moment(first),
            "last_at": moment(last),
        }
        for channel, outcome, code, number, first, last in rows
    ]


def _followed(message: Message) -> Part:
    return {
        "number": message.pk,
        "kind": message.follow_kind,
        "status": message.status,
        "title": message.text.title,
        "ordered_at": moment(message.sent_at),
        "by": str(message.author),
    }


def log_of(message: Message) -> list[Part]:
    """Every entry of the audit log about the message, with its place in the chain."""
    entries = AuditEntry.objects.filter(
        subject=f"messaging.message:{message.pk}", action__startswith="message."
    )
    rows = entries.select_related("actor", "link").order_by("pk")
    return [_entry(entry) for entry in rows]


def _entry(entry: AuditEntry) -> Part:
    link = getattr(entry, "link", None)
    return {
        "at": moment(entry.at),
        "action": entry.action,
        "words": action_words(entry.action),
        "by": str(entry.actor) if entry.actor else None,
        "roles": entry.roles or None,
        "detail": {key: value for key, value in entry.detail.items() if key != "people"},
        "entry": str(entry.uid),
        "mac": bytes(entry.mac).hex(),
        "position": link.position if link else None,
        "digest": bytes(link.digest).hex() if link else None,
    }


def _chain() -> Part:
    """The head of the chain at this moment: everything above stands below it."""
    head = AuditLink.objects.order_by("-position").first()
    return {
        "position": head.position if head else None,
        "digest": bytes(head.digest).hex() if head else None,
    }


def as_json(document: Part) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str).encode() + b"\n"


def moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None
