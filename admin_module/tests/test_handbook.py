"""The handbook is whole: its links lead somewhere, and it explains what the panel shows."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from admin_module import context, handbook, roles
from admin_module.handbook import chapters, helping
from admin_module.handbook.rendering import PICTURES, rendered
from messaging.models import Delivery, Message
from recipients.models import Recipient
from tests import make
from tests.test_access import OPEN

CHAPTERS = {one.slug: one for part in handbook.contents() for one in part.chapters}
LINK = re.compile(r'href="(?P<link>[^"]+)"')
SOURCE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<path>[^)]+)\)")
MOST_PICTURES = 3 * 1024 * 1024  # bytes, all together


def source(slug: str) -> str:
    return Path(chapters.FOLDER / f"{slug}.md").read_text(encoding="utf-8")


def test_every_file_is_in_the_list_of_chapters() -> None:
    assert {path.stem for path in chapters.FOLDER.glob("*.md")} - {"README"} == set(CHAPTERS)
    assert len(CHAPTERS) > 20


@pytest.mark.parametrize("slug", CHAPTERS)
def test_a_chapter_bears_the_title_of_the_list(slug: str) -> None:
    assert source(slug).splitlines()[0] == f"# {CHAPTERS[slug].title}"


@pytest.mark.parametrize("slug", CHAPTERS)
def test_links_lead_to_chapters_and_headings_that_are_there(slug: str) -> None:
    book = reverse("handbook")
    for link in LINK.findall(CHAPTERS[slug].html):
        assert link.startswith(book), f"{slug}: {link}"
        target, _hash, anchor = link.removeprefix(book).partition("#")
        assert target.strip("/") in CHAPTERS, f"{slug}: {link}"
        headings = {section.anchor for section in CHAPTERS[target.strip("/")].sections}
        assert not anchor or anchor in headings, f"{slug}: {link}"


@pytest.mark.parametrize("slug", CHAPTERS)
def test_pictures_are_there_and_are_described(slug: str) -> None:
    for words, path in SOURCE.findall(source(slug)):
        assert len(words) > 20, f"{slug}: {path} has no description"
        assert (chapters.FOLDER / path).is_file(), f"{slug}: {path}"
        assert finders.find(f"podrecznik/{Path(path).name}")


def test_pictures_are_used_and_light() -> None:
    used = {Path(path).name for slug in CHAPTERS for _words, path in SOURCE.findall(source(slug))}
    drawn = [path for path in PICTURES.iterdir() if path.suffix == ".webp"]
    assert {path.name for path in drawn} == used
    assert sum(path.stat().st_size for path in drawn) < MOST_PICTURES


def test_headings_of_a_chapter_have_different_anchors() -> None:
    for slug, chapter in CHAPTERS.items():
        anchors = [section.anchor for section in chapter.sections]
        assert len(anchors) == len(set(anchors)), slug


def test_every_page_of_the_menu_has_a_chapter() -> None:
    pages = [inner for page in context.MENU for inner in (page, *page.children)]
    for page in filter(lambda page: page.url_name, pages):
        address = handbook.help_for(page.url_name).partition("#")[0]
        assert address.removeprefix(reverse("handbook")).strip("/") in CHAPTERS, page.url_name


# Programs ask there, or people who have no account: nobody needs a chapter.
WITHOUT_HELP = set(OPEN)


def test_every_address_of_the_panel_has_a_chapter_and_no_entry_is_left_over() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    without = {name for name in names if handbook.help_for(name) == reverse("handbook")}
    assert without - WITHOUT_HELP == set()
    for name in helping.HELP:
        assert any(helping.fits(name, one) for one in names), f"{name} in handbook/helping.py"


def test_help_leads_to_headings_that_are_there() -> None:
    for target in helping.HELP.values():
        slug, _hash, anchor = target.partition("#")
        headings = {section.anchor for section in CHAPTERS[slug].sections}
        assert not anchor or anchor in headings, target


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("postep", [*Delivery.State.labels, *Delivery.Reason.labels]),
        ("wiadomosci", [*Message.Status.labels, *Message.Klass.labels]),
        ("odbiorcy", Recipient.State.labels),
        ("pierwsze-kroki", [role.label for role in roles.ROLES.values()]),
    ],
)
def test_every_state_and_role_is_explained(slug: str, names: list[object]) -> None:
    with translation.override("pl"):
        missing = [str(name) for name in names if f"**{name}**" not in source(slug)]
    assert missing == []


def test_the_longest_name_wins_and_unknown_pages_lead_to_the_contents() -> None:
    assert handbook.help_for("recipient-new").endswith("/rejestracja/")
    assert handbook.help_for("recipient-card").endswith("/odbiorcy/")
    assert handbook.help_for("no-such-page") == reverse("handbook")


def test_what_a_chapter_says_cannot_run() -> None:
    html, _sections = rendered("# T\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    assert "<script" not in html
    assert "javascript:" not in re.sub(r"\[x\]\(.*?\)", "", html)


def test_searching_minds_neither_accents_nor_endings() -> None:
    found = [hit.chapter.slug for hit in handbook.find("wycofanie zgoda")]
    assert found[0] == "zgody"
    assert handbook.find("GZEGZOLKA")
    assert handbook.find("") == handbook.find("?!") == handbook.find("xyzzyx") == []


def test_order_and_neighbours() -> None:
    first, *_rest, last = CHAPTERS
    assert handbook.neighbours(first)[0] is None
    assert handbook.neighbours(last)[1] is None
    before, after = handbook.neighbours("zgody")
    assert (before and before.slug, after and after.slug) == ("aplikacja", "formularze")


@pytest.mark.django_db
def test_the_handbook_opens_for_every_role(client: Client) -> None:
    for role in roles.ROLES:
        client.force_login(make.staff(role))
        assert client.get(reverse("handbook")).status_code == 200
    page = client.get(reverse("handbook-page", args=["zgody"])).content.decode()
    assert 'id="formularz-na-papierze"' in page
    assert 'rel="next"' in page
    assert client.get(reverse("handbook-page", args=["nie-ma"])).status_code == 404


@pytest.mark.django_db
def test_the_search_shows_where_and_says_when_there_is_nothing(client: Client) -> None:
    client.force_login(make.staff("editor"))
    found = client.get(reverse("handbook"), {"q": "alarm <b>"}).content.decode()
    assert "alarm &lt;b&gt;" in found
    hits = client.get(reverse("handbook"), {"q": "sprostowanie"}).content.decode()
    assert "<mark>" in hits
    nothing = client.get(reverse("handbook"), {"q": "xyzzyx"}).content.decode()
    assert "Nic nie znaleziono" in nothing


@pytest.mark.django_db
def test_pages_carry_a_link_to_their_chapter(client: Client) -> None:
    client.force_login(make.staff("recipients_clerk"))
    page = client.get(reverse("recipient-new")).content.decode()
    assert f'href="{reverse("handbook-page", args=["rejestracja"])}"' in page
    client.force_login(make.staff())
    assert reverse("handbook") not in client.get(reverse("dashboard")).content.decode()


def test_the_handbook_is_part_of_the_image() -> None:
    ignored = (settings.BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert not {"docs", "docs/", "*.md"} & set(ignored)
    assert "rm -rf sandbox tests benchmarks" in dockerfile
