"""Every key has words in each of the three languages, with the same places to fill and the right plurals."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.dry
ROOT = Path(settings.BASE_DIR) / "static" / "js" / "resident"
# The categories of CLDR 46 that whole numbers fall into, and what fractions need.
PLURALS = {
    "pl": {"one", "few", "many", "other"},
    "uk": {"one", "few", "many", "other"},
    "en": {"one", "other"},
}
ENTRY = re.compile(r'^ {2}"?([\w.-]+)"?: (.+),$', re.MULTILINE)
FORM = re.compile(r'(\w+): "((?:[^"\\]|\\.)*)"')
# Keys that are put together from a value of the API: prefix → what may follow.
MADE = {
    "channel.": ("email", "sms", "epuap", "push"),
    "class.": ("alarm", "warning", "information"),
    "platform.": ("web", "android", "ios"),
    "push.": ("on", "denied", "unavailable"),
    "mine.": ("suspend", "suspend.done", "resume", "resume.done"),
    "outbox.kind.": ("report", "replies", "confirm", "dispute", "withdraw", "follow"),
}


def words(language: str) -> dict[str, str]:
    files = (ROOT / "words" / name for name in (f"{language}.js", f"{language}_reports.js"))
    return {
        key: text for file in files for key, text in ENTRY.findall(file.read_text(encoding="utf-8"))
    }


def forms(text: str) -> dict[str, str]:
    return dict(FORM.findall(text)) if text.startswith("{") else {}


def places(text: str) -> set[str]:
    inner = " ".join(forms(text).values()) if text.startswith("{") else text
    return set(re.findall(r"\{(\w+)\}", inner))


@pytest.mark.parametrize("language", ["uk", "en"])
def test_no_key_is_missing_and_none_is_left_over(language: str) -> None:
    assert words(language).keys() == words("pl").keys()
    assert len(words("pl")) > 250


@pytest.mark.parametrize("language", ["uk", "en"])
def test_translations_fill_in_the_same_things(language: str) -> None:
    polish, other = words("pl"), words(language)
    assert [key for key in polish if places(polish[key]) != places(other[key])] == []


@pytest.mark.parametrize("language", PLURALS)
def test_plurals_have_every_form_of_their_language(language: str) -> None:
    found = {key: set(forms(text)) for key, text in words(language).items() if text[0] == "{"}
    assert found
    assert {key: rest for key, rest in found.items() if rest != PLURALS[language]} == {}
    plural = {key for key, text in words("pl").items() if text[0] == "{"}
    assert found.keys() == plural


def test_what_the_screens_say_is_in_the_dictionary() -> None:
    modules = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.js"))
    asked = set(re.findall(r'\bt\(\s*"([\w.-]+)"', modules))
    asked |= {prefix + rest for prefix, rests in MADE.items() for rest in rests}
    assert sorted(asked - words("pl").keys()) == []


def test_every_state_and_reason_of_a_report_has_plain_words() -> None:
    """The API's own description names them."""
    described = (Path(settings.BASE_DIR) / "docs" / "api" / "openapi.json").read_text("utf-8")
    states = re.findall(r'"(awaiting_verification|needs_info|in_progress|resolved)"', described)
    assert states
    for state in (
        "received", "awaiting_verification", "accepted", "needs_info", "scheduled", "in_progress",
        "forwarded", "resolved", "rejected", "duplicate", "disputed", "withdrawn",
    ):  # fmt: skip
        assert {f"state.{state}", f"state.{state}.next"} <= words("pl").keys()


def test_ukrainian_is_written_in_its_own_letters() -> None:
    """A Latin letter among Cyrillic ones, or a Russian one, looks right and is not."""
    names = re.compile(r"\b[A-Za-z0-9][\w.-]*\b")
    for key, text in words("uk").items():
        assert not re.search("[ёъыэЁЪЫЭ]", text), key
        for mixed in re.findall(r"\w*[а-яіїєґ]\w*", text, re.IGNORECASE):
            assert not names.search(mixed) or not re.search("[a-z]", mixed, re.IGNORECASE), mixed
