"""From the name of a push service to a kept connection to it, and never into the internal network.

The name is looked up for each new connection, what it means is checked, and the connection is made to
the very address that was checked: a name that changes its mind in between leads nowhere.
"""

import socket
from collections.abc import Callable

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

CONNECT_SECONDS = 5.0
LookUp = Callable[[str, int], str]


def _nobody(_host: str, _port: int) -> str:
    raise OSError("nobody said how names are looked up")


class _Guide:
    """Who checks what a name means; the app above takes the place (messaging/apps.py)."""

    look_up: LookUp = staticmethod(_nobody)


def look_up_by(look_up: LookUp) -> None:
    """Ask `look_up(host, port)` for the IP address to connect to; it raises ValueError or OSError."""
    _Guide.look_up = staticmethod(look_up)


def _socket(connection: HTTPConnection) -> socket.socket:
    host = connection.host
    try:
        address = _Guide.look_up(host, connection.port)
    except (OSError, ValueError) as error:
        reason = socket.gaierror(type(error).__name__)
        raise NameResolutionError(host, connection, reason) from error
    try:
        return create_connection(
            (address, connection.port),
            CONNECT_SECONDS,
            socket_options=connection.socket_options,
        )
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from error


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _socket(self)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _socket(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def connections(width: int, seconds: float) -> PoolManager:
    """Give connections for so many threads: nothing is repeated, no redirect followed, no proxy."""
    manager = PoolManager(
        num_pools=16,
        maxsize=width,
        retries=Retry(total=False, redirect=False, raise_on_status=False),
        timeout=Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds),
    )
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager
