"""No text that ICP ships tells a resident that their matter is somebody else's business."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

pytestmark = pytest.mark.dry
ROOT = Path(settings.BASE_DIR)
# "Poza kompetencją" in its forms, and the ways around it. Forwarding is the only answer.
WAVED_AWAY = re.compile(
    r"kompeten(?:cj|tn)|niewłaściw\w+ (?:organ|adresat)|nie (?:należy|leży) do (?:zadań|nas)"
    r"|nie (?:nasza|do nas)|not (?:our|within)\s+(?:competence|responsib|business)"
    r"|поза компетенц|не належить до",
    re.IGNORECASE,
)


def shipped() -> dict[str, str]:
    """What residents may read: translations, the app, the first categories, templates."""
    catalogue = polib.pofile(str(ROOT / "locale/pl/LC_MESSAGES/django.po"))
    texts = {
        "locale": "\n".join(f"{one.msgid}\n{one.msgstr}" for one in catalogue if not one.obsolete)
    }
    folders = ("static/js/resident/**/*.js", "templates/reports/**/*.html", "reports/first_*.py")
    for folder in folders:
        for path in ROOT.glob(folder):
            texts[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
    return texts


def test_nobody_is_told_that_it_is_not_our_business() -> None:
    texts = shipped()
    assert len(texts) > 10
    found = {name: hits for name, text in texts.items() if (hits := WAVED_AWAY.findall(text))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "Sprawa poza kompetencją urzędu.",
        "Urząd nie jest organem kompetentnym.",
        "To nie należy do zadań gminy.",
        "This is not our responsibility.",
    ],
)
def test_the_look_finds_it(text: str) -> None:
    assert WAVED_AWAY.search(text)
