"""From words that a clerk wants to use again to a template, its next version, and a draft begun from it."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from consents.models import Topic
from messaging.models import (
    Message,
    MessageTemplate,
    MessageText,
    TemplateFolder,
    TemplateVersion,
    Variants,
)
from messaging.steps import drafting


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that a version of a template keeps."""

    text: MessageText
    variants: Variants = field(default_factory=Variants)
    klass: str = Message.Klass.INFORMATION
    topic: Topic | None = None
    channels: tuple[str, ...] = ()
    escalation: dict[str, Any] = field(default_factory=dict)


class StaleTemplate(Exception):
    """Somebody saved it first; `current` is what stands there now."""

    def __init__(self, current: MessageTemplate) -> None:
        super().__init__("the template was saved by somebody else")
        self.current = current


class CannotUse(Exception):
    """Why the step is not possible; `str` is a sentence for staff."""


def words_of(version: TemplateVersion) -> Words:
    """What this version says."""
    return Words(
        version.text,
        version.variants,
        version.klass,
        version.topic,
        tuple(version.channels),
        version.escalation,
    )


def newest(template: MessageTemplate) -> TemplateVersion:
    """What the template says now."""
    return template.versions.select_related("topic", "made_by").order_by("-number")[0]


@transaction.atomic
def create(
    name: str,
    words: Words,
    *,
    by: User,
    folder: TemplateFolder | None = None,
    form_key: uuid.UUID | None = None,
) -> MessageTemplate:
    """A new template with its first version; a repeated form finds what it made."""
    made = form_key and MessageTemplate.objects.filter(form_key=form_key).first()
    if made:
        return made
    template = MessageTemplate.objects.create(
        name=name, folder=folder, unit=folder.unit if folder else by.unit, form_key=form_key
    )
    _add_version(template, words, 1, by)
    audit.record("template.created", template, by=by)
    return template


@transaction.atomic
def change(
    template: MessageTemplate,
    name: str,
    words: Words,
    *,
    by: User,
    revision: int,
    folder: TemplateFolder | None = None,
) -> MessageTemplate:
    """Save over `revision`; other words are a new version, a name or a folder is not. Messages that were
    begun from an older version keep their words. Raises StaleTemplate."""
    held = _held(template)
    if held.revision != revision:
        raise StaleTemplate(held)
    last = newest(held)
    detail: dict[str, object] = {"version": last.number}
    if words_of(last) != words:
        detail["version"] = _add_version(held, words, last.number + 1, by).number
    held.name, held.folder = name, folder
    held.revision += 1
    held.save(update_fields=["name", "folder", "revision"])
    audit.record("template.changed", held, by=by, detail=detail)
    return held


@transaction.atomic
def restore(template: MessageTemplate, number: int, *, by: User) -> TemplateVersion:
    """Say again what version `number` said, as a new version; nothing is lost in between."""
    held = _held(template)
    old, last = held.versions.get(number=number), newest(held)
    if words_of(old) == words_of(last):
        return last
    added = _add_version(held, words_of(old), last.number + 1, by, restores=number)
    held.revision += 1
    held.save(update_fields=["revision"])
    detail: dict[str, object] = {"version": added.number, "restores": number}
    audit.record("template.restored", held, by=by, detail=detail)
    return added


@transaction.atomic
def archive(template: MessageTemplate, *, by: User, back: bool = False) -> None:
    """Offer it no more, or again (`back`); nothing is deleted."""
    held = _held(template)
    if (held.archived_at is None) == back:
        return
    held.archived_at = None if back else timezone.now()
    held.revision += 1
    held.save(update_fields=["archived_at", "revision"])
    audit.record("template.taken_back" if back else "template.archived", held, by=by)


def begin_message(template: MessageTemplate, *, by: User) -> Message:
    """A draft with the words of the newest version; raises CannotUse."""
    if template.archived_at is not None:
        raise CannotUse(_("This template is archived. Take it back first, or choose another one."))
    version = newest(template)
    words = words_of(version)
    if words.klass == Message.Klass.ALARM and not by.has_perm("messaging.send_alarm"):
        raise CannotUse(_("This is a template of an alarm. Only people on duty may send one."))
    topic = words.topic
    draft = Message(
        klass=words.klass,
        topic=topic if topic and not topic.closed and _is_visible(topic, by) else None,
        channels=list(words.channels),
        text=words.text,
        variants=words.variants,
        escalation=words.escalation,
        template_version=version,
        form_key=uuid.uuid4(),
    )
    return drafting.save(draft, by=by, revision=0)


def _is_visible(topic: Topic, by: User) -> bool:
    return Topic.objects.visible_to(by).filter(pk=topic.pk).exists()


def _held(template: MessageTemplate) -> MessageTemplate:
    return MessageTemplate.objects.select_for_update(no_key=True, of=("self",)).get(pk=template.pk)


def _add_version(
    template: MessageTemplate, words: Words, number: int, by: User, restores: int | None = None
) -> TemplateVersion:
    version = TemplateVersion(
        template=template,
        number=number,
        klass=words.klass,
        topic=words.topic,
        channels=list(words.channels),
        text=words.text,
        variants=words.variants,
        escalation=dict(words.escalation),
        made_by=by,
        restores=restores,
    )
    version.save()
    return version


# --- Folders -----------------------------------------------------------------------------------------------


@transaction.atomic
def name_folder(folder: TemplateFolder | None, name: str, *, by: User) -> TemplateFolder:
    """Make a folder of one's unit, or give one another name; raises CannotUse where there is one."""
    unit = folder.unit if folder else by.unit
    same = TemplateFolder.objects.filter(unit=unit, name__iexact=name)
    if (same.exclude(pk=folder.pk) if folder else same).exists():
        raise CannotUse(_("There is a folder of this name already. Choose another name."))
    if folder is None:
        folder = TemplateFolder.objects.create(unit=unit, name=name)
        audit.record("template_folder.created", folder, by=by)
    elif folder.name != name:
        folder.name = name
        folder.revision += 1
        folder.save(update_fields=["name", "revision"])
        audit.record("template_folder.changed", folder, by=by)
    return folder


@transaction.atomic
def move(template: MessageTemplate, folder: TemplateFolder | None, *, by: User) -> None:
    """Put a template into another folder, or into none."""
    held = _held(template)
    held.folder = folder
    held.revision += 1
    held.save(update_fields=["folder", "revision"])
    detail: dict[str, object] = {"folder": folder.pk if folder else None}
    audit.record("template.moved", held, by=by, detail=detail)


@transaction.atomic
def remove_folder(folder: TemplateFolder, *, by: User) -> int:
    """Take a folder away; its templates stay, in no folder. Returns how many they are."""
    number = folder.templates.update(folder=None)
    audit.record("template_folder.removed", folder, by=by, detail={"templates": number})
    folder.delete()
    return number
