"""From a coroutine to its result, though Playwright keeps a loop of its own in the test's thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(steps: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own, with an event loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, steps).result()
