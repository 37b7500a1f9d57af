"""From the source to the Polish catalogue: gathers msgids with xgettext's own rules, compiles .mo.

`python -m tests.catalogue` updates; `missing()` is what the tests ask.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/pl/LC_MESSAGES/django.po"
PLURALS = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
APPS = ("icp", "admin_module", "recipients", "consents", "messaging", "reports", "conversations")
SINGLE = {"gettext", "gettext_lazy", "_", "pgettext", "pgettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}
Text = tuple[str | None, str, str | None]  # context, singular, plural


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_of_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        strings = [text for text in map(_string, node.args) if text is not None]
        if name in SINGLE and strings:
            context = strings[0] if name.startswith("p") and len(strings) > 1 else None
            yield context, strings[-1] if context else strings[0], None
        elif name in PLURAL and len(strings) >= 2:
            context = strings.pop(0) if name.startswith("np") else None
            yield context, strings[0], strings[1]


TRANSLATE = re.compile(
    r"""\{%\s*trans(?:late)?\s+(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
    r"""(?:\s+(?!%\}).*?context\s+(?P<q2>["'])(?P<context>.*?)(?P=q2))?.*?%\}"""
)
UNDERSCORE = re.compile(r"""\b_\((?P<quote>["'])(?P<text>.*?)(?P=quote)\)""")
BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b(?P<options>.*?)%\}(?P<body>.*?)\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
PLURAL_TAG = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*([\w.]+)[^}]*\}\}")


def texts_of_template(source: str) -> Iterator[Text]:
    for match in TRANSLATE.finditer(source):
        yield match["context"], match["text"], None
    for match in UNDERSCORE.finditer(source):
        yield None, match["text"], None
    for match in BLOCK.finditer(source):
        parts = [_block_text(part, match["options"]) for part in PLURAL_TAG.split(match["body"])]
        yield None, parts[0], parts[1] if len(parts) > 1 else None


def _block_text(body: str, options: str) -> str:
    if re.search(r"\btrimmed\b", options):
        body = " ".join(line.strip() for line in body.splitlines() if line.strip())
    return VARIABLE.sub(r"%(\1)s", body.replace("%", "%%"))


def gather() -> set[Text]:
    """Every translatable text of the project's own Python files and templates."""
    found: set[Text] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "tests" not in path.parts and "migrations" not in path.parts:
                found.update(texts_of_python(path.read_text(encoding="utf-8")))
    for path in ROOT.glob("*/templates/**/*.html"):
        found.update(texts_of_template(path.read_text(encoding="utf-8")))
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"}:
            found.update(texts_of_template(path.read_text(encoding="utf-8")))
    return {text for text in found if text[1]}


def entries(catalogue: polib.POFile) -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}


def translated(entry: polib.POEntry, *, plural: bool) -> bool:
    if "fuzzy" in entry.flags:
        return False
    if plural:
        return len(entry.msgstr_plural) == 3 and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def missing() -> list[str]:
    """The texts of the source with no finished Polish translation."""
    known = entries(polib.pofile(str(CATALOGUE)))
    return sorted(
        singular
        for context, singular, plural in gather()
        if (context, singular) not in known
        or not translated(known[context, singular], plural=plural is not None)
    )


def update() -> list[str]:
    """Take up new texts, drop what the source no longer says, compile; returns what is missing."""
    merged = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    merged.metadata = {
        "Language": "pl",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    known = entries(merged)
    fresh = polib.POFile()
    fresh.metadata = merged.metadata
    for context, singular, plural in sorted(gather(), key=lambda text: (text[1], text[0] or "")):
        entry = known.get((context, singular))
        if entry is None or (plural and not entry.msgid_plural):
            entry = polib.POEntry(msgctxt=context, msgid=singular, msgid_plural=plural or "")
            if plural:
                entry.msgstr_plural = {0: "", 1: "", 2: ""}
        entry.occurrences, entry.comment, entry.tcomment = [], "", ""
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))
    fresh.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return missing()


if __name__ == "__main__":
    left = update()
    print("\n".join(left))
    sys.exit(f"{len(left)} texts have no Polish translation" if left else None)
