"""From hints of other processes to an event in this one: PostgreSQL's LISTEN, Redis' pub/sub, or nothing.

A listener that loses its connection takes a new one; meanwhile, the hub looks by the clock alone.
"""

import asyncio
import logging

import psycopg
import redis
import redis.asyncio
from django.conf import settings
from django.db import connection

from .waking import CHANNEL

log = logging.getLogger(__name__)
AGAIN = 3.0  # seconds


async def listen(hint: asyncio.Event) -> None:
    """Set `hint` at every hint, until cancelled."""
    how = {"pg_notify": _postgres, "redis": _redis}.get(settings.CHAT_WAKE_UP)
    while how is not None:
        try:
            await how(hint)
        except (psycopg.Error, redis.RedisError, OSError) as error:
            log.warning("Hints of the chat are not heard: %s", type(error).__name__)
            await asyncio.sleep(AGAIN)


async def _postgres(hint: asyncio.Event) -> None:
    """A connection of its own: only LISTEN, no transaction."""
    if connection.vendor != "postgresql":
        await asyncio.Event().wait()
    given = connection.get_connection_params()
    kept = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert")
    parameters = {name: given[name] for name in kept if given.get(name)}
    async with await psycopg.AsyncConnection.connect(
        **parameters, autocommit=True, application_name="icp-chat"
    ) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        hint.set()  # what came while nobody listened
        async for _notify in listener.notifies():
            hint.set()


async def _redis(hint: asyncio.Event) -> None:
    # No time limit on reading: hours may pass without a hint.
    client = redis.asyncio.Redis.from_url(settings.CHAT_REDIS_URL, socket_timeout=None)
    async with client, client.pubsub() as heard:
        await heard.subscribe(CHANNEL)
        hint.set()
        async for message in heard.listen():
            if message["type"] == "message":
                hint.set()
