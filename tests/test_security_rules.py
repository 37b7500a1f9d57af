"""Rules of the house that keep whole kinds of weaknesses out, read from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.hashers import identify_hasher, make_password

from tests.test_house import ROOT, tracked

APPS = ("icp", "admin_module", "recipients", "consents", "messaging")
SECRET_WORDS = re.compile(r"(?:^|_)(?:mac|digest|token|signature|code|secret|password|hash)$")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for app in APPS:
        for path in tracked(f"{app}/*.py"):
            if "tests" not in path.parts and "migrations" not in path.parts and path.exists():
                yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_unpickles_or_evaluates() -> None:
    bad = {"eval", "exec", "compile", "__import__", "pickle.loads", "pickle.load", "marshal.loads"}
    bad |= {"yaml.load", "yaml.unsafe_load", "shelve.open", "dill.loads", "jsonpickle.decode"}
    assert [
        (path, name) for path, tree in sources() for name, _call in calls(tree) if name in bad
    ] == []


def test_no_shell_is_started() -> None:
    found = []
    for path, tree in sources():
        for name, call in calls(tree):
            shell = any(
                keyword.arg == "shell" and ast.unparse(keyword.value) != "False"
                for keyword in call.keywords
            )
            if shell or name in {"os.system", "os.popen"}:
                found.append(f"{path}: {name}")
    # The command that prints the keyring is the operator's own (docs/encryption.md).
    assert [line for line in found if "icp/encryption/keyring.py" not in line] == []


def test_nothing_random_is_guessable() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert "random" not in [alias.name for alias in node.names], path
            if isinstance(node, ast.ImportFrom):
                assert node.module != "random", path


# The handbook's chapters, which we wrote; texts that messaging/texts/formatting.py has escaped and marked up.
OUR_OWN_HTML = {"{{ chapter.html|safe }}", "{{ one.html|safe }}", "{{ body|safe }}"}
OUR_OWN_HTML |= {"{{ html|safe }}", "{{ sample_html|safe }}"}


def test_nothing_is_marked_safe_without_a_reason() -> None:
    """mark_safe is only called on what we wrote ourselves; each place is listed."""
    known = {
        "admin_module/handbook/rendering.py",
        "admin_module/templatetags/icp_ui.py",
        "admin_module/views/second_factor.py",  # segno's QR code
        "messaging/texts/formatting.py",
        "messaging/templatetags/texts_ui.py",  # escaped before, or cleaned by nh3
    }
    found = {
        str(path)
        for path, tree in sources()
        for name, _call in calls(tree)
        if name.rpartition(".")[2] in {"mark_safe", "SafeString"}
    }
    assert found <= known, found - known
    filters = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in tracked("templates/*.html")
        for text in re.findall(
            r"{{[^}]*\|\s*safe\b[^}]*}}|{% autoescape off", path.read_text("utf-8")
        )
        if text not in {*OUR_OWN_HTML, "{{ field.help_text|safe }}"}
    ]
    assert filters == []


def test_secrets_are_compared_in_constant_time() -> None:
    """`==` on something called token, mac, digest… stops at the first byte that differs."""
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
                continue
            for side in (node.left, *node.comparators):
                name = ast.unparse(side).rpartition(".")[2]
                if isinstance(side, ast.Name | ast.Attribute) and SECRET_WORDS.search(name):
                    found.append(f"{path}:{node.lineno}: {ast.unparse(node)}")
    assert [line for line in found if not KNOWN_COMPARISONS.search(line)] == []


# Codes of outcomes, channels, sections; digests of files and wordings; a password typed twice in one form.
KNOWN_COMPARISONS = re.compile(
    r"\.code == '|== '\w+'|\bcode == |\.code != |_code == |password != again|admin_module/backups/|admin_module/audit/"
    r"|approved_digest|\.digest [!=]= |code != (?:Language|right)|status_code"
)


# SHA-256 or keyed, as hexadecimal digits that people compare: of wordings, files, mails.
DIGESTS_OF_CONTENT = {
    "messaging.Message.approved_digest",
    "messaging.ApprovalStep.digest",
    "messaging.EvidenceFile.digest",
    "messaging.ReturnedMail.digest",
}


def test_tokens_of_links_are_kept_as_digests() -> None:
    """A column called token is a blind token, a digest or a MAC: bytes, never the text of a link."""
    from django.apps import apps
    from django.db import models

    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if str(field) in DIGESTS_OF_CONTENT or model._meta.app_label not in APPS:
                continue
            if re.search(r"(?:token|digest|mac)$", field.name):
                assert not isinstance(field, models.CharField | models.TextField), field


def test_passwords_are_hashed_by_scrypt() -> None:
    hashed = make_password("zielona-żaba-nad-wodą")
    assert identify_hasher(hashed).algorithm == "scrypt"
    _algorithm, work, salt, block, parallel, _hash = hashed.split("$")
    assert (int(work), int(block)) >= (2**14, 8)
    assert int(parallel) >= 1
    assert len(salt) >= 22  # 128 bits


def test_requirements_are_locked_by_hashes() -> None:
    for path in tracked("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(r"^[\w.\[\],-]+==", text, re.MULTILINE)) > 0
        for block in re.split(r"\n(?=[a-zA-Z])", text):
            if "==" in block.split("\n")[0] and not block.startswith("#"):
                assert "--hash=sha256:" in block, (path.name, block[:60])
        assert "index-url" not in text


def test_no_secret_stands_in_the_repository() -> None:
    patterns = re.compile(
        rb"-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{100,}"
        rb"|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bSK[0-9a-f]{32}\b"
    )
    found = [
        path.relative_to(ROOT)
        for path in tracked()
        if path.is_file() and patterns.search(path.read_bytes())
    ]
    assert found == []
