"""From a changed section to its next version, with an entry in the audit log that tells no secret."""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.audit.recording import CODE
from admin_module.models import ConfigurationVersion, GatewayCheck, User
from icp.encryption import tokens

from . import reading
from .sections import SECTIONS, Section, code_of

HIDDEN = "hidden"
# Apps above that act on a change, in its transaction: each is told the section's code.
LISTENERS: list[Callable[[str], None]] = []
LABEL = "configuration.value"


class StaleConfiguration(Exception):
    """Somebody saved the section meanwhile; `current` is what holds, `revision` its number."""

    def __init__(self, current: Section, revision: int) -> None:
        super().__init__("the section was saved by somebody else")
        self.current, self.revision = current, revision


def newest(code: str) -> ConfigurationVersion | None:
    """The version of a section that holds now."""
    found: ConfigurationVersion | None = (
        ConfigurationVersion.objects.filter(section=code).order_by("-version").first()
    )
    return found


def write(
    section: Section, *, by: User | None, revision: int, reason: str = "", restored: int = 0
) -> bool:
    """Save a section over version `revision` (0: the environment's); False where nothing changed.

    Raises StaleConfiguration.
    """
    return _add(code_of(type(section)), section, by, revision, reason, restored)


def reset(code: str, *, by: User | None, revision: int, reason: str = "") -> bool:
    """Go back to what the environment says, as a new version."""
    return _add(code, None, by, revision, reason, 0)


def restore(code: str, version: int, *, by: User | None, revision: int) -> bool:
    """Make an earlier version the newest one; raises ConfigurationVersion.DoesNotExist."""
    old = ConfigurationVersion.objects.get(section=code, version=version)
    return _add(code, reading.opened(old), by, revision, old.reason or "", version)


def _add(
    code: str,
    section: Section | None,
    by: User | None,
    revision: int,
    reason: str,
    restored: int,
) -> bool:
    kind = SECTIONS[code]
    with transaction.atomic():
        head = newest(code)
        standing = reading.opened(head) if head else None
        before = standing or kind.from_environment()
        if (head.version if head else 0) != revision:
            raise StaleConfiguration(before, head.version if head else 0)
        after = section or kind.from_environment()
        if before == after and (section is not None or standing is None):
            return False
        row = ConfigurationVersion(
            section=code,
            version=revision + 1,
            document=None if section is None else reading.CODECS[code][0](section),
            by=by,
            at=timezone.now(),
            reason=reason or None,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            won = newest(code)
            assert won is not None  # noqa: S101 - it took our number
            raise StaleConfiguration(
                reading.opened(won) or kind.from_environment(), won.version
            ) from None
        # What was tested held before: a gateway's section is called like its channel.
        GatewayCheck.objects.filter(channel=code).delete()
        detail = {"section": code, "version": row.version, **changes(before, after)}
        if restored:
            detail["restored"] = restored
        if section is None:
            detail["source"] = "environment"
        audit.record(
            "configuration.changed",
            row,
            by=by,
            detail=detail,
            reason=reason,
            states=(asdict(before), asdict(after)),
        )
        reading.forget()
        for listener in LISTENERS:
            listener(code)
        transaction.on_commit(reading.forget)
    reading.forget()
    return True


def changes(before: Section, after: Section) -> dict[str, object]:
    """What the log may tell: `{"port": [25, 587], "password": "hidden", "sender": [digest, digest]}`."""
    kind = type(after)
    told: dict[str, object] = {}
    for name in changed_fields(before, after):
        if name in kind.secret:
            told[name] = HIDDEN
        else:
            told[name] = [_told(kind, name, getattr(side, name)) for side in (before, after)]
    return told


def changed_fields(before: Section, after: Section) -> list[str]:
    """The names of the fields that differ, in their order."""
    names = [f.name for f in fields(after)]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _told(kind: type[Section], name: str, value: Any) -> object:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return [_told(kind, name, one) for one in value]
    text = str(value)
    if (name in kind.plain or not isinstance(value, str)) and CODE.fullmatch(text):
        return text
    return tokens.mac(LABEL, text.encode()).hex()
