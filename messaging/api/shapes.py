"""The shapes in which messages are given to devices and to everybody."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from icp.api.cursors import CursorField
from messaging.models import Message
from messaging.public.bulletin import ACTIVE, CANCELLED, ENDED, Item
from messaging.public.inbox import ACCEPTED, IGNORED, Letter
from messaging.steps.follow_ups import Mark
from messaging.texts.opened_texts import Attached
from recipients.models import Language

MOST_RECEIPTS = 200
MOST_ITEMS = 100
CLASSES = [str(klass) for klass in Message.Klass.values]
FOLLOW_KINDS = [str(kind) for kind in Message.FollowKind.values]
_EVENTS = ["delivered", "read"]


class FollowsSerializer(serializers.Serializer[Any]):
    """The message that this one corrects or calls off."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(FOLLOW_KINDS)


class FollowedSerializer(serializers.Serializer[Any]):
    """The message that corrects or calls off this one: the text of this one holds no more since `at`. `id` is
    null where not everybody may read that message."""

    id = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(FOLLOW_KINDS)
    at = serializers.DateTimeField()


class HeadSerializer(serializers.Serializer[Any]):
    """A message without its full text. `class`: alarm, warning or information; take others for the last."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    sender = serializers.CharField()
    topic = serializers.IntegerField(allow_null=True)
    public = serializers.BooleanField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    follows = FollowsSerializer(allow_null=True)
    followed_by = FollowedSerializer(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`class` is no name in Python."""
        return {"id": (fields := super().get_fields()).pop("id"), "class": _klass(), **fields}


def _klass() -> serializers.ChoiceField:
    return serializers.ChoiceField(CLASSES, source="klass")


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file that goes along; `size` in bytes."""

    number = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()


class LetterSerializer(HeadSerializer):
    """A message to this person, in `language`. `text` is plain, `body` limited Markdown, `html` is sanitised;
    `attachments_url` is a page for people, empty where nothing is attached."""

    text = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(Language.choices)
    attachments = AttachmentSerializer(many=True)
    attachments_url = serializers.CharField(allow_blank=True)


class InboxSerializer(serializers.Serializer[Any]):
    """Messages, the latest first."""

    items = HeadSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class PublicSerializer(serializers.Serializer[Any]):
    """A message that everybody may read. `areas`: ids of /areas, none for the whole town; `status`: active,
    ended or cancelled, which counts when it was given."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True)
    html = serializers.CharField(allow_blank=True)
    sender = serializers.CharField()
    areas = serializers.ListField(child=serializers.IntegerField())
    public = serializers.BooleanField(default=True)
    status = serializers.ChoiceField([ACTIVE, ENDED, CANCELLED])
    published_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    attachments = AttachmentSerializer(many=True)
    attachments_url = serializers.CharField(allow_blank=True)
    follows = FollowsSerializer(allow_null=True)
    followed_by = FollowedSerializer(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`class` is no name in Python."""
        return {"id": (fields := super().get_fields()).pop("id"), "class": _klass(), **fields}


class PublicListSerializer(serializers.Serializer[Any]):
    """Published messages, the latest first."""

    items = PublicSerializer(many=True)
    cursor = serializers.CharField(allow_null=True)


class PageSerializer(serializers.Serializer[Any]):
    """Which part of a list."""

    cursor = CursorField()
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MOST_ITEMS)


class AlertsAskedSerializer(serializers.Serializer[Any]):
    """Which alerts. `bbox`: west,south,east,north in degrees (RFC 7946, section 5)."""

    active = serializers.ChoiceField(["0", "1"], required=False)
    area = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    bbox = serializers.CharField(required=False, max_length=100)

    def validate_bbox(self, text: str) -> tuple[float, float, float, float]:
        """Four numbers in order, on the globe."""
        return box(text)


class ReceiptSerializer(serializers.Serializer[Any]):
    """What a device saw. `at` by its own clock, which need not be right."""

    id = serializers.UUIDField()
    event = serializers.ChoiceField(_EVENTS)
    at = serializers.DateTimeField()


class ReceiptsSerializer(serializers.Serializer[Any]):
    """At most 200 at once."""

    receipts = serializers.ListField(
        child=ReceiptSerializer(), min_length=1, max_length=MOST_RECEIPTS
    )


class ReceiptAnswerSerializer(serializers.Serializer[Any]):
    """`ignored`: there is no such message of this person; do not send it again."""

    id = serializers.UUIDField()
    event = serializers.ChoiceField(_EVENTS)
    result = serializers.ChoiceField([ACCEPTED, IGNORED])


class ReceiptAnswersSerializer(serializers.Serializer[Any]):
    """One answer for each receipt, in order."""

    items = ReceiptAnswerSerializer(many=True)


def box(text: str) -> tuple[float, float, float, float]:
    """Raises ValidationError for what is no box."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise serializers.ValidationError(_four()) from None
    on_globe = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004
    if not on_globe:
        raise serializers.ValidationError(_four())
    return west, south, east, north


def _four() -> str:
    return _("Write west,south,east,north in degrees, e.g. 22.2,52.1,22.4,52.2.")


def letter_data(letter: Letter) -> dict[str, Any]:
    """A LetterSerializer's shape, written down directly: a phone may ask for hundreds."""
    return head_data(letter) | {
        "text": letter.text,
        "body": letter.body,
        "html": letter.html,
        "language": letter.language,
        **_attached(letter.attachments, letter.attachments_url),
    }


def _attached(rows: Iterable[Attached], url: str) -> dict[str, Any]:
    items = [
        {"number": row.number, "name": row.name, "media_type": row.media_type, "size": row.size}
        for row in rows
    ]
    return {"attachments": items, "attachments_url": url}


def head_data(letter: Letter) -> dict[str, Any]:
    """A HeadSerializer's shape."""
    return {
        "id": letter.id,
        "class": letter.klass,
        "title": letter.title,
        "summary": letter.summary,
        "sender": letter.sender,
        "topic": letter.topic,
        "public": letter.public,
        "sent_at": letter.sent_at,
        "expires_at": letter.expires_at,
        "read_at": letter.read_at,
        "follows": _follows(letter.follows),
        "followed_by": _followed_by(letter.followed_by),
    }


def _follows(followed: tuple[UUID, str] | None) -> dict[str, Any] | None:
    return {"id": followed[0], "kind": followed[1]} if followed else None


def _followed_by(mark: Mark | None, *, everybody: bool = False) -> dict[str, Any] | None:
    if mark is None:
        return None
    shown = mark.public or not everybody
    return {"id": mark.uid if shown else None, "kind": mark.kind, "at": mark.at}


def public_data(item: Item) -> dict[str, Any]:
    """A PublicSerializer's shape."""
    return {
        "id": item.id,
        "class": item.klass,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "body": item.body,
        "html": item.html,
        "sender": item.sender,
        "areas": list(item.areas),
        "public": True,
        "status": item.status,
        "published_at": item.published_at,
        "expires_at": item.expires_at,
        "withdrawn_at": item.withdrawn_at,
        **_attached(item.attachments, item.attachments_url),
        "follows": _follows(item.follows),
        "followed_by": _followed_by(item.followed_by, everybody=True),
    }
