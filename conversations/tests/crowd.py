"""From a step and many who want it to what each was told: in threads, each with a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import close_old_connections, connection

Asked = TypeVar("Asked")
Told = TypeVar("Told")


def at_once(step: Callable[[Asked], Told], asked: Iterable[Asked], connections: int) -> list[Told]:
    """The answers in the order of who asked; as many as there are connections begin in the same moment."""
    together = Barrier(connections)

    def begin() -> None:
        close_old_connections()
        together.wait(30)

    def end(_thread: int) -> None:
        together.wait(30)  # so that each thread closes its own
        connection.close()

    with ThreadPoolExecutor(connections, initializer=begin) as pool:
        told = list(pool.map(step, asked))
        list(pool.map(end, range(connections)))
    return told
