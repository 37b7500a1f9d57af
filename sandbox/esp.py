"""From an e-mail provider's API (as Brevo's) to arrivals, and back with webhooks of each mail."""

import json
from base64 import b64encode
from itertools import count

from aiohttp import ClientError, web

from sandbox.callbacks import Postman
from sandbox.http import cut, held
from sandbox.world import Verdict, World

REFUSALS = {
    Verdict.THROTTLE: (429, "too_many_requests", "Rate limit exceeded"),
    Verdict.REFUSE_NOW: (503, "internal_error", "Out of service"),
    Verdict.REFUSE_FOREVER: (400, "invalid_parameter", "email is not valid in to"),
}
UNAUTHORIZED = (401, "unauthorized", "Key not found")
NO_CREDIT = (402, "not_enough_credits", "You have no credits left")


def routes(world: World) -> list[web.RouteDef]:
    """Serve the two questions that ICP asks."""
    esp = Esp(world)
    world.closers.append(esp.poster.close)
    return [web.post("/v3/smtp/email", esp.take), web.get("/v3/account", esp.account)]


class Esp:
    """One account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.poster = Webhooks(world)
        self.numbers = count(1)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take one mail."""
        raw = await request.read()
        await held(self.world, "esp")
        if self.world.switches["esp"].off:
            return cut(request)
        if not self.is_known(request):
            return refusal(UNAUTHORIZED)
        verdict = self.world.judge("esp")
        if verdict in REFUSALS:
            return refusal(REFUSALS[verdict])
        if self.world.switches["esp"].no_credit:
            return refusal(NO_CREDIT)
        return self.taken(request, raw, verdict)

    def taken(self, request: web.Request, raw: bytes, verdict: Verdict) -> web.StreamResponse:
        """Remember it, promise the news, answer."""
        mail = json.loads(raw)
        custom = mail.get("headers", {}).get("X-Mailin-custom", "{}")
        address, mine = mail["to"][0]["email"], f"<{next(self.numbers)}@esp.example>"
        self.world.remember("esp", json.loads(custom).get("reference", ""), address, raw)
        url = self.world.accounts.esp_webhook_url
        if url and not self.world.switches["esp"].silent:
            self.poster.promise(url, self.news(mine, address, custom))
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(text="<html>banan", content_type="text/html", status=201)
        return web.json_response({"messageId": mine}, status=201)

    async def account(self, request: web.Request) -> web.StreamResponse:
        """Describe the account, which is how a client tries its key."""
        if not self.is_known(request):
            return refusal(UNAUTHORIZED)
        return web.json_response({"email": "urzad@zazolcin.example"})

    def is_known(self, request: web.Request) -> bool:
        """Check the key."""
        return request.headers.get("api-key") == self.world.accounts.esp_key

    def news(self, mine: str, address: str, custom: str) -> list[dict[str, str]]:
        """What the webhooks will say."""
        share = self.world.switches["esp"].undelivered
        lost = share and self.world.falls_due("esp", "undelivered", share)
        common = {"message-id": mine, "email": address, "X-Mailin-custom": custom}
        return [
            common | {"event": "request"},
            common | {"event": "hard_bounce" if lost else "delivered"},
        ]


class Webhooks(Postman):
    """Posts JSON with the password that the office gave to the provider."""

    async def _walk(self, url: str, news: list[dict[str, str]]) -> None:  # type: ignore[override]
        pair = f"icp:{self.world.accounts.esp_webhook_secret}".encode()
        for fields in news:
            await self.pause()
            for _ in range(2 if self.world.switches["esp"].repeat_callbacks else 1):
                await self._event(url, fields, "Basic " + b64encode(pair).decode())

    async def _event(self, url: str, fields: dict[str, str], proof: str) -> None:
        async with self.gate:
            try:
                headers = {"Authorization": proof}
                async with self.opened().post(url, json=fields, headers=headers) as answer:
                    await answer.read()
            except (ClientError, TimeoutError, ValueError) as error:
                self.nobody(error)


def refusal(problem: tuple[int, str, str]) -> web.Response:
    """Shape an error as Brevo does."""
    status, code, words = problem
    return web.json_response({"code": code, "message": words}, status=status)
