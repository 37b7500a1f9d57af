"""From a change in a chat to a hint for the readers of every process: look now.

A hint may be lost without harm: readers look by themselves now and then. ICP_CHAT_WAKE_UP says how it travels:
`poll` not at all between processes, `pg_notify` in the transaction itself, `redis` by publish after it.
"""

import logging
from collections.abc import Callable
from functools import partial

import redis
from django.conf import settings
from django.db import connection, transaction

log = logging.getLogger(__name__)
CHANNEL = "icp_chat"
# What listens in this process: the hub puts itself here, where there is one.
LISTENERS: list[Callable[[], None]] = []


def wake(conversation_id: int) -> None:
    """Something in this chat changed; call it inside of the transaction that changed it."""
    if settings.CHAT_WAKE_UP == "pg_notify" and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(conversation_id)])
    transaction.on_commit(partial(_after, conversation_id))


def _after(conversation_id: int) -> None:
    for listener in LISTENERS:
        listener()
    if settings.CHAT_WAKE_UP == "redis":
        try:
            _client().publish(CHANNEL, str(conversation_id))
        except redis.RedisError as error:
            log.warning("The chat's hint was not published: %s", type(error).__name__)


def _client() -> "redis.Redis":
    if settings.CHAT_REDIS_URL not in _clients:
        _clients[settings.CHAT_REDIS_URL] = redis.Redis.from_url(
            settings.CHAT_REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        )
    return _clients[settings.CHAT_REDIS_URL]


_clients: "dict[str, redis.Redis]" = {}
