"""Keyrings for these tests."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from icp.encryption import keyring, pages

Change = Callable[[keyring.Document], Any]


class Ring:
    """The test ring, to be changed step by step as an operator changes the real one."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.document: keyring.Document = json.loads(keyring.read_source())

    def change(self, *changes: Change) -> None:
        for change in changes:
            change(self.document)
        self.settings.KEYRING = json.dumps(self.document)
        keyring.forget()
        pages.forget()

    def rotate(self, section: str) -> int:
        key_id = keyring.add_key(self.document, section)
        self.change(lambda document: keyring.promote(document, section, key_id))
        return key_id


@pytest.fixture
def ring(settings: Any) -> Iterator[Ring]:
    yield Ring(settings)
    keyring.forget()
    pages.forget()


@pytest.fixture(autouse=True)
def _fresh_ring() -> Iterator[None]:
    yield
    keyring.forget()
