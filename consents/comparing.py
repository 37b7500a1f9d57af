"""From two versions of the words of the consent to what was taken out and what was put in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from admin_module.templatetags.icp_ui import channel_name
from recipients.models import CONTACT_KINDS

from .models import ConsentText, Topic

SAME, GONE, NEW = "same", "gone", "new"
WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the words: its title, and (SAME, GONE or NEW; words) in the order of reading."""

    title: str
    pieces: list[tuple[str, str]]

    @property
    def changed(self) -> bool:
        return any(kind != SAME for kind, _words in self.pieces)


def compare(old: ConsentText, new: ConsentText) -> list[Part]:
    """Every part of either version, in the order of the newer one."""
    before, after = parts(old), parts(new)
    titles = [*after, *(title for title in before if title not in after)]
    return [
        Part(title, list(differences(before.get(title, ""), after.get(title, ""))))
        for title in titles
    ]


def parts(text: ConsentText) -> dict[str, str]:
    """The words of a version by the titles of their parts."""
    found = {_("Statement"): text.statement}
    names = Topic.objects.in_bulk()
    for topic in names.values():
        found[_("Topic: %(name)s") % {"name": topic.name}] = text.words_of_topic(topic.pk)
    for kind in CONTACT_KINDS:
        found[_("Channel: %(name)s") % {"name": channel_name(kind)}] = text.words_of_channel(kind)
    for title, body in notice_parts(text):
        found[title] = body
    return {title: words for title, words in found.items() if words}


def notice_parts(text: ConsentText) -> Iterator[tuple[str, str]]:
    """Title and body of each paragraph of the notice."""
    for paragraph in text.privacy_notice.split("\n\n"):
        title, _colon, body = paragraph.strip().partition(": ")
        if title:
            yield title, body.replace("\n", " ")


def differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Runs of words that stayed, went or came."""
    before, after = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield SAME, "".join(after[start:end])
            continue
        if high > low:
            yield GONE, "".join(before[low:high])
        if end > start:
            yield NEW, "".join(after[start:end])
