"""Every fault that is tried has its page, every page says how it was tried, and the panel leads there."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import handbook
from messaging.models import Delivery, Message
from messaging.trace import remedies
from tests import make

ROOT = Path(__file__).parent.parent
PAGES = (*sorted((ROOT / "docs" / "runbook").glob("*.md")),)
TRIED = re.compile(r"`([\w/.]+\.py)::(test_\w+)`")
PARTS = ("**Seen**", "**Why**", "**Do**", "**Tried**")


def sections() -> dict[str, str]:
    found: dict[str, str] = {}
    for page in PAGES:
        _lead, *parts = page.read_text(encoding="utf-8").split("\n## ")
        found |= {part.partition("\n")[0]: part for part in parts}
    return found


def found_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.dry
def test_every_fault_that_is_tried_has_its_page() -> None:
    told = {(path, name) for part in sections().values() for path, name in TRIED.findall(part)}
    tried = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "tests" / "faults").glob("test_*.py")
        for name in found_in(path)
    }
    assert tried - told == set(), "add a section to docs/runbook"


@pytest.mark.dry
@pytest.mark.parametrize("name", sections())
def test_a_section_says_what_is_seen_why_what_to_do_and_how_it_was_tried(name: str) -> None:
    part = sections()[name]
    assert [one for one in PARTS if one not in part] == []
    tried = TRIED.findall(part)
    assert tried
    gone = [f"{path}::{test}" for path, test in tried if test not in found_in(ROOT / path)]
    assert gone == []


@pytest.mark.dry
def test_every_metric_that_is_named_is_measured() -> None:
    gauges = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "icp" / "metrics").glob("*.py")
    )
    named = {name for part in sections().values() for name in re.findall(r"`(icp_[a-z_]+)`", part)}
    assert {name for name in named if f'"{name}"' not in gauges} == set()


@pytest.mark.dry
def test_every_remedy_is_a_heading_of_the_handbook() -> None:
    chapter = next(
        one for part in handbook.contents() for one in part.chapters if one.slug == remedies.CHAPTER
    )
    headings = {section.anchor for section in chapter.sections}
    named = {
        *remedies.OF_MESSAGE.values(),
        *remedies.OF_REASON.values(),
        *remedies.OF_STATE.values(),
    }
    assert named - headings == set()


@pytest.mark.django_db
def test_the_words_of_a_fault_lead_to_the_handbook(client: Client) -> None:
    author = make.staff("editor", "recipients_clerk")
    client.force_login(author)
    message = make.message(author=author, status=Message.Status.EXPIRED, problem="late")
    chapter = reverse("handbook-page", args=[remedies.CHAPTER])
    body = client.get(reverse("message-progress", args=[message.pk])).content.decode()
    assert f"{chapter}#{remedies.OF_MESSAGE['late']}" in body
    now = timezone.now()
    delivery = Delivery.objects.create(
        message=message, recipient=make.recipient(), channel="sms", lane=3,
        state="unknown", due_at=now, changed_at=now,
    )  # fmt: skip
    body = client.get(reverse("delivery-detail", args=[delivery.pk])).content.decode()
    assert f"{chapter}#{remedies.OF_STATE['unknown']}" in body
