"""From the devices that a person holds the app on to the one line of text they are kept as, and back.

A contact point of the kind "push" is the app of one person. Its value has one line a target:
`fcm:<token>` (Firebase), `webpush:<JSON of a browser's subscription>`, and always one `app:<owner>`:
the person has the app, whether or not a device of theirs can be woken. The owner (the uid of the
person) makes the value theirs alone: equal values mean the same address elsewhere, and two people
who merely both have the app must not look like that. A line without a known prefix is a Firebase
token, as older rows have it.
"""

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class TargetKind(StrEnum):
    """How a device is told that something waits for it."""

    FCM = "fcm"  # Firebase Cloud Messaging: the native apps
    WEBPUSH = "webpush"  # RFC 8030: the web app
    APP = "app"  # not at all: the app looks by itself


KINDS = frozenset(kind.value for kind in TargetKind)


class Target(NamedTuple):
    """One way to wake a device; its line is what `split` gives and what an answer calls dead."""

    kind: TargetKind
    value: str

    @property
    def line(self) -> str:
        """The target as it is kept."""
        return f"{self.kind}:{self.value}"

    def __repr__(self) -> str:
        return f"Target({self.kind})"


class Subscription(NamedTuple):
    """A browser's subscription (W3C Push API); `p256dh` and `auth` are base64url."""

    endpoint: str
    p256dh: str
    auth: str

    def __repr__(self) -> str:
        return "Subscription()"


def fcm(token: str) -> Target:
    """Name a device by its token at Firebase."""
    return Target(TargetKind.FCM, token)


def webpush(endpoint: str, p256dh: str, auth: str) -> Target:
    """Name a browser by its subscription; `push.webpush.allowed(endpoint)` is asked before."""
    keys = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    return Target(TargetKind.WEBPUSH, json.dumps(keys, separators=(",", ":")))


def app(owner: UUID) -> Target:
    """Say that a person has the app; `owner` is the uid of the person."""
    return Target(TargetKind.APP, owner.hex)


def join(targets: Iterable[Target], *, owner: UUID) -> str:
    """Write what a person's contact point keeps; the same devices give the same text."""
    lines = sorted({target.line for target in targets if target.kind is not TargetKind.APP})
    return "\n".join([*lines, app(owner).line])


def split(text: str) -> list[Target]:
    """Read what a contact point keeps."""
    return [_target(line) for line in text.split("\n") if line]


def subscription(target: Target) -> Subscription:
    """Read a browser's subscription; raises ValueError where it is none."""
    keys = json.loads(target.value)
    if not isinstance(keys, dict):
        raise ValueError("not a subscription")
    try:
        found = Subscription(keys["endpoint"], keys["p256dh"], keys["auth"])
    except KeyError as error:
        raise ValueError("not a subscription") from error
    if not all(isinstance(part, str) for part in found):
        raise ValueError("not a subscription")
    return found


def _target(line: str) -> Target:
    kind, colon, value = line.partition(":")
    if colon and kind in KINDS:
        return Target(TargetKind(kind), value)
    return Target(TargetKind.APP, "") if line == TargetKind.APP else fcm(line)
