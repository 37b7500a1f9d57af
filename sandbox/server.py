"""From a world to open ports: one asyncio process with all the stand-ins."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from sandbox import api, epuap, esp, fcm, page, smsapi, twilio, voice, webpush
from sandbox.mailbox import MailboxServers
from sandbox.smtp import MailServer
from sandbox.store import Store
from sandbox.world import World

# Each gives the routes of one stand-in or page.
HTTP_PARTS = (
    page.routes,
    api.routes,
    twilio.routes,
    smsapi.routes,
    esp.routes,
    fcm.routes,
    webpush.routes,
    epuap.routes,
    voice.routes,
)


@dataclass(slots=True)
class Running:
    """The open ports, and how to close them."""

    world: World
    http_port: int
    mail: MailServer
    boxes: MailboxServers
    _runner: web.AppRunner
    _store: Store
    _saving: asyncio.Task[None]

    async def stop(self) -> None:
        """Close the ports and keep what arrived."""
        await self.mail.stop()
        await self.boxes.stop()
        await self._runner.cleanup()
        for close in self.world.closers:
            await close()
        self._saving.cancel()
        await self._store.keep(self.world)
        self._store.close()


async def start(world: World, *, host: str, http_port: int, smtp_port: int, file: str) -> Running:
    """Open the ports (0: any free one); `file` is the SQLite file, empty for none."""
    store = Store(file)
    world.recall(store.load())
    app = web.Application(client_max_size=32 * 2**20, middlewares=[api.own_pages_only])
    for part in HTTP_PARTS:
        app.router.add_routes(part(world))
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, host, http_port, backlog=1024).start()
    mail = MailServer(world, host, smtp_port)
    await mail.start()
    above = smtp_port + 1 if smtp_port else 0
    boxes = MailboxServers(world.mailbox, host, above, above + 1 if above else 0)
    await boxes.start()
    saving = asyncio.get_running_loop().create_task(store.follow(world))
    return Running(world, runner.addresses[0][1], mail, boxes, runner, store, saving)
