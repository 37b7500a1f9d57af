"""From the description to a page that a person reads, and from the type of a problem to what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .openapi import description
from .problems import MEDIA_TYPE, PROBLEMS, Kind

Node = dict[str, Any]
STEPS = 4  # through lists and choices to a shape


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a table: the name, the type (`shape`: one described further down), what is said of it."""

    name: str
    kind: str
    shape: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object looks like that goes in or comes out."""

    name: str
    about: str
    members: list[Member]


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: the status, and the shape, a media type, or the kinds of a problem."""

    status: str
    about: str
    shape: str
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
    takes: str
    answers: list[Answer]


@require_safe
@login_not_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """What there is, by groups, and every error."""
    said = description()
    rows = list(_operations(said))
    groups = [(tag, [row for name, row in rows if name == tag["name"]]) for tag in said["tags"]]
    context = {"info": said["info"], "groups": groups, "problems": PROBLEMS}
    return render(request, "api/docs.html", context)


@require_safe
@login_not_required
def api_docs_group(request: HttpRequest, group: str) -> HttpResponse:
    """One group of addresses with everything that goes in and comes out."""
    said = description()
    title = next((tag["description"] for tag in said["tags"] if tag["name"] == group), "")
    if not title:
        raise Http404
    operations = [row for name, row in _operations(said) if name == group]
    schemas = said["components"]["schemas"]
    shapes = [_shape(name, schemas[name]) for name in sorted(_needed(said, group))]
    context = {"info": said["info"], "title": title, "operations": operations, "shapes": shapes}
    return render(request, "api/docs_group.html", context)


def _needed(said: Node, group: str) -> set[str]:
    """Names of the shapes that the group's operations speak of, and of those that stand in them."""
    operations = [row for methods in said["paths"].values() for row in methods.values()]
    waiting = _named([row for row in operations if row["tags"][0] == group])
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _named(said["components"]["schemas"][name]) - found
    return found - {"Problem", "ProblemError"}


def _named(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for inner in node for name in _named(inner)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rpartition("/")[2]} if "$ref" in node else set()
    return own | {name for inner in node.values() for name in _named(inner)}


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
            yield operation["tags"][0], _operation(path, method, operation)


def _operation(path: str, method: str, operation: Node) -> Operation:
    media_type, schema = _content(operation.get("requestBody", {}))
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        who=bool(operation.get("security")),
        old=operation.get("deprecated", False),
        parameters=[
            _member(
                f"{row['name']} ({row['in']})", row.get("schema", {}), row.get("required", False)
            )
            for row in operation.get("parameters", [])
        ],
        media_type=media_type,
        takes=_kind(schema)[1],
        answers=[_answer(*row) for row in sorted(operation["responses"].items())],
    )


def _answer(status: str, row: Node) -> Answer:
    media_type, schema = _content(row)
    about = row.get("description", "")
    if media_type == MEDIA_TYPE:
        return Answer(status, "", "", [slug.strip() for slug in about.split(",")])
    shape = _kind(schema)[1]
    return Answer(status, about if shape else f"{about} {media_type}".strip(), shape, [])


def _content(row: Node) -> tuple[str, Node]:
    for media_type, content in row.get("content", {}).items():
        return media_type, content.get("schema", {})
    return "", {}


def _shape(name: str, schema: Node) -> Shape:
    required = schema.get("required", [])
    members = [
        _member(inner, node, inner in required)
        for inner, node in schema.get("properties", {}).items()
    ]
    return Shape(name, schema.get("description", ""), members)


def _member(name: str, schema: Node, required: bool) -> Member:
    kind, shape = _kind(schema)
    about = " ".join(filter(None, (schema.get("description", ""), _bounds(schema))))
    return Member(name, kind, shape, required, about)


def _kind(schema: Node) -> tuple[str, str]:
    """The type in words, and the name of the shape that stands in it."""
    lists = ""
    for _step in range(STEPS):
        if "$ref" in schema:
            return lists, schema["$ref"].rpartition("/")[2]
        if "items" in schema:
            lists, schema = f"{lists}[] ", schema["items"]
        elif "type" not in schema and (choices := schema.get("allOf") or schema.get("oneOf")):
            schema = choices[0]
        else:
            break
    kind = schema.get("type", "")
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{lists}{kinds}" + (f", {schema['format']}" if "format" in schema else ""), ""


def _bounds(schema: Node) -> str:
    """The limits of a value."""
    names = (
        ("minLength", "≥ {} signs"), ("maxLength", "≤ {} signs"), ("minimum", "≥ {}"), ("maximum", "≤ {}"),
        ("maxItems", "≤ {} items"), ("pattern", "{}"), ("default", "= {}"),
    )  # fmt: skip
    said = [words.format(schema[name]) for name, words in names if name in schema]
    if "enum" in schema and "oneOf" not in schema:
        said.append(" | ".join(str(value) for value in schema["enum"]))
    return "; ".join(said)
