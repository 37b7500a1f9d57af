"""From an accepted SMS to signed status callbacks, posted as Twilio posts them."""

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from twilio.request_validator import RequestValidator

from sandbox.world import World

logger = logging.getLogger(__name__)
NEWS_SECONDS = 0.3  # between acceptance, "sent" and "delivered"
AT_ONCE = 20


class Postman:
    """Posts news with a few connections, in the order in which it falls due."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.validator = RequestValidator(world.accounts.twilio_token)
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.session: ClientSession | None = None
        self.errands: set[asyncio.Task[None]] = set()

    def promise(self, url: str, news: Sequence[dict[str, str]]) -> None:
        """Deliver these news to `url`, one after the other, a little later."""
        errand = asyncio.get_running_loop().create_task(self._walk(url, news))
        self.errands.add(errand)
        errand.add_done_callback(self.errands.discard)

    async def _walk(self, url: str, news: Sequence[dict[str, str]]) -> None:
        for fields in news:
            await self.pause()
            switches = self.world.switches["sms"]
            if switches.forge_callbacks:
                await self._post(url, fields | {"MessageStatus": "failed"}, "Zm9yZ2Vk")
            for _ in range(2 if switches.repeat_callbacks else 1):
                await self._post(url, fields, self.validator.compute_signature(url, fields))

    async def _post(self, url: str, fields: dict[str, str], signature: str) -> None:
        async with self.gate:
            headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
            try:
                async with self.opened().post(url, data=fields, headers=headers) as answer:
                    await answer.read()
            except (ClientError, TimeoutError, ValueError) as error:
                self.nobody(error)

    async def pause(self) -> None:
        """Wait as news do: acceptance comes first."""
        await asyncio.sleep(NEWS_SECONDS)

    def opened(self) -> ClientSession:
        """The session, made at the first use."""
        if self.session is None:
            self.session = ClientSession(
                timeout=ClientTimeout(total=15), connector=TCPConnector(limit=AT_ONCE)
            )
        return self.session

    def nobody(self, error: Exception) -> None:
        """Providers hardly try again; the ICP may simply not be running."""
        logger.info("A status callback found nobody: %s", type(error).__name__)

    async def close(self) -> None:
        """Drop what is still promised."""
        for errand in list(self.errands):
            errand.cancel()
        if self.session:
            await self.session.close()
