"""From a misbehaving switch to a misbehaving HTTP connection, for every stand-in that speaks HTTP."""

import asyncio

from aiohttp import web

from sandbox.world import World


async def held(world: World, channel: str) -> None:
    """Wait as long as the channel's delay asks."""
    delay = world.switches[channel].delay_ms
    if delay:
        await asyncio.sleep(delay / 1000)


def cut(request: web.Request) -> web.StreamResponse:
    """Break the connection off instead of answering."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
