"""Every line of the log is one object: which request, which task, who; never more about a person."""

import io
import json
import logging
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from celery._state import _task_stack
from celery.signals import setup_logging, task_postrun, task_prerun
from django.test import Client

from admin_module import audit, request_ids
from admin_module.models import AuditEntry
from icp import logs
from icp.celery import app
from messaging import tasks
from tests import make


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written with the filters that the settings give the console."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonFormatter())
    console = next(one for one in logging.getLogger().handlers if one.name == "console")
    for filter_ in console.filters:
        handler.addFilter(filter_)
    log = logging.getLogger("icp.tests.logs")
    log.addHandler(handler)
    log.setLevel("INFO")
    yield out
    log.removeHandler(handler)


def last(lines: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def say(*words: object, **more: Any) -> None:
    logging.getLogger("icp.tests.logs").info(*words, **more)


def test_a_line_outside_of_any_request(lines: io.StringIO) -> None:
    say("%s deliveries, żółw", 3)
    found = last(lines)
    assert datetime.fromisoformat(found.pop("time")).utcoffset() is not None
    assert found == {"level": "INFO", "logger": "icp.tests.logs", "message": "3 deliveries, żółw"}


@pytest.mark.django_db
def test_a_request_names_itself_and_the_member_of_staff(
    client: Client, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = make.staff("editor", login="zofia@zazolcin.example")
    client.force_login(clerk)

    def board(*_arguments: object, **_more: object) -> None:
        say("here")
        raise LookupError("zofia@zazolcin.example 44051401359")

    monkeypatch.setattr("admin_module.statistics.board", board)
    client.raise_request_exception = False
    answer = client.get("/")
    found = last(lines)
    assert found["user_id"] == clerk.pk
    assert found["request_id"] == answer["X-Request-ID"]
    assert "zofia" not in lines.getvalue()
    assert request_ids.user_id() is None


def test_an_exception_stands_in_the_same_line_without_the_person(lines: io.StringIO) -> None:
    try:
        raise LookupError("zofia@zazolcin.example")
    except LookupError:
        logging.getLogger("icp.tests.logs").exception("It failed.")
    assert len(lines.getvalue().splitlines()) == 1
    assert "LookupError" in last(lines)["exception"]
    assert "zofia" not in lines.getvalue()


@pytest.mark.django_db
def test_a_task_works_under_its_own_id(lines: io.StringIO) -> None:
    task_id = str(uuid.uuid4())
    task = tasks.close_messages
    task_prerun.send(sender=task, task_id=task_id, task=task)
    task.push_request(id=task_id)
    _task_stack.push(task)
    try:
        say("at work")
        audit.record("message.sent", "messaging.message:1", by=None)
    finally:
        _task_stack.pop()
        task.pop_request()
        task_postrun.send(sender=task, task_id=task_id, task=task)
    found = last(lines)
    assert (found["task"], found["task_id"]) == ("messaging.tasks.close_messages", task_id)
    assert found["request_id"] == task_id
    assert str(AuditEntry.objects.get().request_id) == task_id
    say("after it")
    assert "task_id" not in last(lines)


def test_celery_leaves_our_logging_alone() -> None:
    before = logging.getLogger().handlers[:]
    app.log.setup_logging_subsystem(loglevel="DEBUG")
    assert logging.getLogger().handlers == before
    assert setup_logging.receivers
