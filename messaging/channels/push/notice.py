"""From a content to what a device shows and keeps: one notice, in the two shapes that travel.

The web's shape is read by browsers alone (Declarative Web Push, "web_push": 8030) and by the app's
service worker alike. Both shapes carry `id` and `kind`, by which the app fetches what it may see.
"""

import json
import time
from dataclasses import dataclass, field

from messaging.channels.base import Content, Envelope, Hint, fill

DECLARATIVE = 8030
# RFC 8291 § 4: what every service takes, header (86), padding delimiter (1) and tag (16) included.
LARGEST_BODY = 4096
LARGEST_NOTICE = LARGEST_BODY - 86 - 1 - 16
MOST_TITLE, MOST_TEXT = 300, 1800  # bytes
DAY = 86_400
LONGEST_TTL = 28 * DAY  # FCM's limit, and more than the others keep
USUAL_TTL = 7 * DAY
LONGEST_KEY = 32  # of Topic (RFC 8030 § 5.4); the others take more


@dataclass(frozen=True, slots=True)
class Notice:
    """What one envelope tells a device. `ttl` in seconds; `tag` replaces an earlier notice of it."""

    title: str = field(repr=False)
    text: str = field(repr=False)
    kind: str
    uid: str
    link: str
    tag: str
    ttl: int
    urgent: bool
    language: str
    reference: str

    def data(self) -> dict[str, str]:
        """For an app: FCM takes texts only."""
        return {
            "kind": self.kind,
            "id": self.uid,
            "link": self.link,
            "collapse": self.tag,
            "reference": self.reference,
        }

    def json(self) -> bytes:
        """For a browser."""
        shown = {
            "title": self.title,
            "body": self.text,
            "navigate": self.link,
            "lang": self.language,
            "tag": self.tag,
        }
        icp = {"kind": self.kind, "id": self.uid, "reference": self.reference}
        whole = {"web_push": DECLARATIVE, "notification": shown, "icp": icp}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def notice(envelope: Envelope) -> Notice:
    """Put an envelope into the words of a device; long texts are cut, the app has the whole."""
    content, values = envelope.content, envelope.values
    hint = content.hint or Hint("message", content.key, "")
    return Notice(
        title=shortened(fill(content.subject, values), MOST_TITLE),
        text=shortened(fill(content.text, values), MOST_TEXT),
        kind=hint.kind,
        uid=hint.uid,
        link=hint.link,
        tag=hint.uid.replace("-", "")[:LONGEST_KEY],
        ttl=_ttl(content, hint),
        urgent=content.urgent,
        language=content.language,
        reference=envelope.reference,
    )


def shortened(text: str, most: int) -> str:
    """Cut a text at a word so that it takes `most` bytes of UTF-8 at the utmost."""
    whole = text.encode()
    if len(whole) <= most:
        return text
    cut = whole[: most - len("…".encode())].decode(errors="ignore")
    return f"{cut.rpartition(' ')[0] or cut}…"


def _ttl(content: Content, hint: Hint) -> int:
    if hint.until is None:
        return DAY if content.urgent else USUAL_TTL
    return max(0, min(LONGEST_TTL, int(hint.until.timestamp() - time.time())))
