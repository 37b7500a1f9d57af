"""From limited Markdown to the HTML of an e-mail, and to plain text that reads as well aloud."""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# No raw HTML, no pictures (a letter that fetches one tells who opened it), no code blocks.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "html_block", "html_inline", "code", "fence", "backticks"]
)
_TAGS = {
    "a", "blockquote", "br", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul",
}  # fmt: skip
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(source: str) -> str:
    """Safe HTML: headings start at h2, for the title is the h1 of what surrounds it."""
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def to_text(source: str) -> str:
    """The same words without marks: links keep their address, lists their bullets and numbers."""
    return _PlainText().read(_MARKDOWN.parse(source))


class _PlainText:
    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.lists: list[int | None] = []  # the next number, or None in a bulleted list
        self.marker = ""
        self.quoted = 0
        self.in_list = False  # the next item goes right under the one before

    def read(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            handler = getattr(self, "_" + token.type, None)
            if handler is not None:
                handler(token)
        return "\n\n".join(self.blocks).strip()

    def _bullet_list_open(self, _token: Token) -> None:
        self.in_list = bool(self.lists)
        self.lists.append(None)

    def _ordered_list_open(self, token: Token) -> None:
        self.in_list = bool(self.lists)
        self.lists.append(int(token.attrs.get("start", 1)))

    def _bullet_list_close(self, _token: Token) -> None:
        self.lists.pop()

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, _token: Token) -> None:
        number = self.lists[-1]
        self.marker = "• " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1

    def _blockquote_open(self, _token: Token) -> None:
        self.quoted += 1

    def _blockquote_close(self, _token: Token) -> None:
        self.quoted -= 1

    def _hr(self, _token: Token) -> None:
        self.blocks.append("—" * 10)

    def _inline(self, token: Token) -> None:
        lead = "  " * (len(self.lists) - 1) + self.marker + "> " * self.quoted
        text = lead + _inline_text(token.children or [])
        if self.lists and self.in_list:
            self.blocks[-1] += "\n" + text
        else:
            self.blocks.append(text)
        self.in_list = bool(self.lists)
        self.marker = ""


def _inline_text(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "text":
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(parts)))
        elif token.type == "link_close":
            address, start = links.pop()
            if address.removeprefix("mailto:").removeprefix("tel:") != "".join(parts[start:]):
                parts.append(f" ({address})")
    return "".join(parts)
