"""The published description against the endpoints: whatever it allows and whatever it forbids, by schemathesis.

All its checks: no 5xx, no undocumented answer, shapes, headers, wrong data refused, right data taken, no answer without
a token where one is needed. Each request is undone. A longer run: `ICP_API_EXAMPLES=500 pytest tests/api/test_generated.py`.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis import Case, openapi
from schemathesis.config import SchemathesisConfig

from tests.api.world import COPY, World

EXAMPLES = int(os.environ.get("ICP_API_EXAMPLES", "6"))
_turn = [0]
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0)]

CONFIG = SchemathesisConfig.from_path(Path(__file__).with_name("schemathesis.toml"))
description = openapi.from_path(COPY, config=CONFIG)


@cache
def _handler() -> WSGIHandler:
    """Made once the folder of static files is there."""
    return WSGIHandler()


def _application(environ: Any, start_response: Any) -> Any:
    return _handler()(environ, start_response)


description.app = _application
_said = json.loads(COPY.read_text(encoding="utf-8"))
_calls = {path: rest for path, rest in _said["paths"].items() if path.startswith("/api/v1/calls/")}
of_exchanges = openapi.from_dict(_said | {"paths": _calls}, config=CONFIG)
of_exchanges.app = _application


@contextmanager
def one_connection() -> Iterator[None]:
    """As Django's own test client: what was written in this transaction must be there to be asked for."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        signals.request_started.connect(close_old_connections)
        signals.request_finished.connect(close_old_connections)


def asks_for_a_token(context: Any) -> bool:
    return bool(context.operation.definition.raw.get("security"))


explored = settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


@description.parametrize()
@explored
def test_a_paired_device_gets_what_is_described(case: Case, world: World) -> None:
    ask(case, world, world.ours.token)


@description.include(asks_for_a_token).parametrize()
@explored
def test_an_unpaired_device_gets_what_is_described(case: Case, world: World) -> None:
    ask(case, world, world.tokens["an unpaired device"])


@of_exchanges.parametrize()
@explored
def test_an_exchange_gets_what_is_described(case: Case, world: World) -> None:
    ask(case, world, world.exchange)


def ask(case: Case, world: World, token: str) -> None:
    """Ask and check; where an address names a thing, every other time one that is there."""
    _turn[0] += 1
    named = case.path_parameters or {}
    if _turn[0] % 2 and "uid" in named and case.meta and case.meta.generation.mode.is_positive:
        uid, photo = world.ids(f"{case.path}")
        case.path_parameters = {
            **named,
            "uid": uid,
            **({"photo": photo} if "photo" in named else {}),
        }
    with one_connection(), transaction.atomic():
        try:
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
        finally:
            transaction.set_rollback(True)
