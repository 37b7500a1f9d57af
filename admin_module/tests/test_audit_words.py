"""Every action that the code records has words, and every word an action."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from admin_module.templatetags.audit_words import ACTIONS, action_words, role_words

THINGS = {code.partition(".")[0] for code in ACTIONS}
APPS = ("admin_module", "consents", "messaging", "recipients", "sandbox")


def recorded() -> Iterator[str]:
    """Strings of the form thing.done in modules that record something."""
    for app in APPS:
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "audit" in source and not {"tests", "templatetags"} & set(path.parts):
                yield from actions_in(source)


def actions_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        for value in node.args:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                thing, dot, done = value.value.partition(".")
                if dot and thing in THINGS and done.isidentifier():
                    yield value.value


def test_every_recorded_action_has_words() -> None:
    assert set(recorded()) - set(ACTIONS) - {"consent.typ"} == set()


def test_words_for_codes_and_roles() -> None:
    assert action_words("message.sent") == str(ACTIONS["message.sent"])
    assert action_words("something.new") == "something.new"
    assert ", " in role_words("editor,approver")
    assert role_words("") == ""
