"""From a chapter's Markdown to clean HTML with anchors, and to sections for the search."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nh3
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from icp.encryption import canon

PICTURES = settings.BASE_DIR / "docs" / "podrecznik" / "obrazy"
TAGS = {
    "a", "blockquote", "code", "div", "em", "h2", "h3", "hr", "img", "li", "ol", "p", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "table": {"class"},
    "th": {"scope"},
}
# A wide table scrolls by itself, also by the keyboard.
FRAME = (
    '<div class="table-frame" role="group" aria-label="Tabela" tabindex="0"><table class="table">'
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the plain words under it; the words before the first heading have none."""

    anchor: str
    title: str
    level: int
    text: str


def rendered(text: str) -> tuple[str, tuple[Section, ...]]:
    """Return the HTML of a chapter without its title, and its sections in order."""
    tokens = _MARKDOWN.parse(_without_title(text))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(tokens[place + 1].content))
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        for child in token.children or ():
            _resolve(child)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    html = html.replace("<table>", FRAME).replace("</table>", "</table></div>")
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "mailto"})
    return clean, tuple(_sections(tokens))


def anchor_of(title: str) -> str:
    """The part of an address behind #: the title's letters without accents, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", canon.fold(title)))


def _without_title(text: str) -> str:
    """The page has the title as its h1 already."""
    return re.sub(r"\A# .+\n", "", text)


def _resolve(token: Token) -> None:
    """Point links at pages of the panel and pictures at static files."""
    if token.type == "link_open":
        link = str(token.attrGet("href"))
        if found := re.fullmatch(r"([a-z0-9-]+)\.md(#.+)?", link):
            token.attrSet("href", reverse("handbook-page", args=[found[1]]) + (found[2] or ""))
    elif token.type == "image":
        _place(token, PICTURES / str(token.attrGet("src")).removeprefix("obrazy/"))


def _place(token: Token, picture: Path) -> None:
    """Give a picture its address and its size, so that the text does not jump when it comes."""
    if not picture.is_file():  # its description still helps
        token.type, token.tag = "text", ""
        return
    with Image.open(picture) as opened:
        width, height = opened.size
    token.attrs = {
        "src": static(f"podrecznik/{picture.name}"),
        "alt": "",  # the renderer fills it in from the token's children
        "width": width,
        "height": height,
        "loading": "lazy",
    }


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    title, level, words = "", 1, list[str]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            yield Section(anchor_of(title), title, level, " ".join(words))
            title, level, words = tokens[place + 1].content, int(token.tag[1]), []
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            words.append(
                "".join(child.content or " " * _is_break(child) for child in token.children or ())
            )
    yield Section(anchor_of(title), title, level, " ".join(words))


def _is_break(token: Token) -> bool:
    return token.type in {"softbreak", "hardbreak"}


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
