"""From the description to a page that a person reads, and from the type of a problem to what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .openapi import description
from .problems import PROBLEMS, Kind

DEEPEST = 4
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a table of members: its path ("items[].id"), type, and what is said of it."""

    path: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: the status, the words, the members; of a problem its kinds."""

    status: str
    about: str
    members: list[Member]
    slugs: list[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    who: bool  # whether it asks for a token
    old: bool
    parameters: list[Member]
    media_type: str
    takes: list[Member]
    answers: list[Answer]


@require_safe
@login_not_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """The whole description on one page: it can be searched, printed and read aloud."""
    said = description()
    titles = {tag["name"]: tag["description"] for tag in said["tags"]}
    groups: dict[str, tuple[str, list[Operation]]] = {name: (titles[name], []) for name in titles}
    for name, operation in _operations(said):
        groups.setdefault(name, (name, []))[1].append(operation)
    context = {
        "info": said["info"],
        "groups": [group for group in groups.values() if group[1]],
        "problems": PROBLEMS,
    }
    return render(request, "api/docs.html", context)


@require_safe
@login_not_required
def problem_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the `type` of an error leads (RFC 9457, section 3.1.1)."""
    kind: Kind | None = PROBLEMS.get(slug)
    if kind is None:
        raise Http404
    return render(request, "api/problem.html", {"slug": slug, "kind": kind})


def _operations(said: Node) -> Iterator[tuple[str, Operation]]:
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            yield operation["tags"][0], _operation(said, path, method, operation)


def _operation(said: Node, path: str, method: str, operation: Node) -> Operation:
    media_type, schema = _content(operation.get("requestBody", {}))
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        who=bool(operation.get("security")),
        old=operation.get("deprecated", False),
        parameters=[_parameter(row) for row in operation.get("parameters", [])],
        media_type=media_type,
        takes=list(_members(said, schema)),
        answers=[_answer(said, *row) for row in sorted(operation["responses"].items())],
    )


def _parameter(row: Node) -> Member:
    schema = row.get("schema", {})
    words = " ".join(filter(None, (row.get("description", ""), _bounds(schema))))
    return Member(f"{row['name']} ({row['in']})", _kind(schema), row.get("required", False), words)


def _answer(said: Node, status: str, row: Node) -> Answer:
    media_type, schema = _content(row)
    about = row.get("description", "")
    if media_type == "application/problem+json":
        return Answer(status, "", [], [slug.strip() for slug in about.split(",")])
    return Answer(status, about, list(_members(said, schema)), [])


def _content(row: Node) -> tuple[str, Node]:
    for media_type, content in row.get("content", {}).items():
        return media_type, content.get("schema", {})
    return "", {}


def _members(said: Node, schema: Node, at: str = "", depth: int = 0) -> Iterator[Member]:
    """The members of an object, inner ones with their paths."""
    schema, at = _opened(said, schema, at)
    if depth > DEEPEST:
        return
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        path = f"{at}{'.' if at else ''}{name}"
        shown, deeper = _opened(said, inner, path)
        words = " ".join(filter(None, (shown.get("description", ""), _bounds(shown))))
        yield Member(path, _kind(inner, shown), name in required, words)
        yield from _members(said, shown, deeper, depth + 1)


def _opened(said: Node, schema: Node, at: str) -> tuple[Node, str]:
    """Behind references and into the items of a list."""
    for _step in range(DEEPEST):
        if "$ref" in schema:
            schema = said["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "items" in schema:
            schema, at = schema["items"], f"{at}[]"
        elif "type" not in schema and ("allOf" in schema or "oneOf" in schema):
            schema = (schema.get("allOf") or schema["oneOf"])[0]
        else:
            break
    return schema, at


def _kind(schema: Node, opened: Node | None = None) -> str:
    if schema.get("type") == "array":
        return "array"
    shown = opened or schema
    kind = shown.get("type", "object" if "properties" in shown else "")
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{kinds}, {shown['format']}" if "format" in shown else kinds


def _bounds(schema: Node) -> str:
    """The limits of a value, in signs that need no language."""
    names = (
        ("minLength", "≥ {} zn."), ("maxLength", "≤ {} zn."), ("minimum", "≥ {}"), ("maximum", "≤ {}"),
        ("maxItems", "≤ {} el."), ("pattern", "{}"), ("default", "= {}"),
    )  # fmt: skip
    said = [words.format(schema[name]) for name, words in names if name in schema]
    if "enum" in schema and "oneOf" not in schema:
        said.append(" | ".join(str(value) for value in schema["enum"]))
    return "; ".join(said)
