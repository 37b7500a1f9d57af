"""Every action that the code records has words, and every word an action."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from admin_module.templatetags import audit_words
from admin_module.templatetags.audit_words import ACTIONS, action_words, role_words

THINGS = {code.partition(".")[0] for code in ACTIONS}
APPS = ("admin_module", "consents", "messaging", "recipients", "reports", "sandbox")


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


def test_every_thing_that_is_recorded_has_a_name() -> None:
    assert {code.partition(".")[0] for code in ACTIONS} == set(audit_words.THINGS)


def test_reads_are_actions() -> None:
    assert set(ACTIONS) >= audit_words.READS


@pytest.mark.django_db
def test_things_lead_to_their_pages() -> None:
    assert audit_words.subject_url("recipients.recipient:12") == "/odbiorcy/12/"
    for subject in ("recipients.recipient", "admin_module.auditentry:all", "x.y:1", ""):
        assert audit_words.subject_url(subject) == ""
    for name in audit_words.PAGES.values():
        assert reverse(name, args=[1])


def test_details_and_reasons_are_short_and_say_no_secret() -> None:
    assert audit_words.detail_words([1, 2]) == "1, 2"
    assert audit_words.detail_words(list(range(30))) == "30 (0, 1, 2, 3, 4…)"
    assert audit_words.detail_words("law") == "law"
    assert "ab" not in audit_words.reason_words("mac:ab12")
    assert audit_words.reason_words("law") == "law"
