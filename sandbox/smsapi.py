"""From SMSAPI's REST calls to arrivals, and back with reports to the address that each of them names.

Refusals come with HTTP 200 and an error in the body, as the real one's may.
"""

import json
from itertools import count
from secrets import token_hex
from urllib.parse import urlencode

from aiohttp import ClientError, web

from sandbox.callbacks import Postman
from sandbox.http import cut, held
from sandbox.world import Verdict, World

REFUSALS = {
    Verdict.THROTTLE: (203, "Too many requests"),
    Verdict.REFUSE_NOW: (201, "Internal system error"),
    Verdict.REFUSE_FOREVER: (11, "Too long message or there is no message"),
}
NO_CREDIT = (103, "Insufficient credits on Your account")
UNAUTHORIZED = (101, "Authorization failed")
BAD_NUMBER = (13, "No correct phone numbers")
BAD_SENDER = (14, "Wrong sender name")
NO_TEXT = (11, "Too long message or there is no message")
REPEATED = (53, "Not unique idx parameter")
KNOWN_STATES = {
    "sent": ("403", "SENT"),
    "good": ("404", "DELIVERED"),
    "bad": ("405", "UNDELIVERED"),
}


def routes(world: World) -> list[web.RouteDef]:
    """Serve the three questions that ICP asks."""
    smsapi = SmsApi(world)
    world.closers.append(smsapi.reporter.close)
    return [
        web.post("/sms.do", smsapi.take),
        web.get("/sms.do", smsapi.status),
        web.get("/profile", smsapi.profile),
    ]


class SmsApi:
    """One account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reporter = Reporter(world)
        self.run = token_hex(8)
        self.numbers = count(1)
        self.states: dict[str, tuple[str, str]] = {}  # id → idx, state
        self.seen: set[str] = set()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take one SMS, once for each idx."""
        fields = {name: str(value) for name, value in (await request.post()).items()}
        await held(self.world, "smsapi")
        if self.world.switches["smsapi"].off:
            return cut(request)
        problem = self.problem_of(request, fields)
        if problem:
            return refusal(problem)
        verdict = self.world.judge("smsapi")
        if verdict in REFUSALS:
            return refusal(REFUSALS[verdict])
        if self.world.switches["smsapi"].no_credit:
            return refusal(NO_CREDIT)
        return self.taken(request, fields, verdict)

    def taken(
        self, request: web.Request, fields: dict[str, str], verdict: Verdict
    ) -> web.StreamResponse:
        """Remember it, promise the reports, answer."""
        idx, mine = fields.get("idx", ""), f"{self.run}{next(self.numbers):08x}"
        raw = {"Body": fields["message"], "From": fields.get("from", ""), **fields}
        self.world.remember(
            "smsapi", idx, "+" + fields["to"], json.dumps(raw, ensure_ascii=False).encode()
        )
        self.seen.add(idx)
        switches = self.world.switches["smsapi"]
        share = switches.undelivered
        lost = bool(share and self.world.falls_due("smsapi", "undelivered", share))
        self.states[mine] = (idx, KNOWN_STATES["bad" if lost else "good"][1])
        url = fields.get("notify_url", "")
        if url and not switches.silent:
            news = [KNOWN_STATES["sent"][0], KNOWN_STATES["bad" if lost else "good"][0]]
            rows = [
                {"MsgId": mine, "status": state, "idx": idx, "points": "0.16"} for state in news
            ]
            self.reporter.promise(url, rows)
        if verdict is Verdict.DROP:
            return cut(request)
        if verdict is Verdict.NONSENSE:
            return web.Response(text="<html>banan", content_type="text/html")
        row = {"id": mine, "number": fields["to"], "status": "QUEUE", "error": None, "idx": idx}
        return web.json_response({"count": 1, "list": [row | {"points": 0.16}]})

    async def status(self, request: web.Request) -> web.StreamResponse:
        """What became of some, by their ids."""
        if not self.is_known(request):
            return refusal(UNAUTHORIZED)
        rows = []
        for asked in request.query.get("status", "").split("|"):
            idx, state = self.states.get(asked, ("", "NOT_FOUND"))
            rows.append({"id": asked, "status": state, "idx": idx or None, "error": None})
        return web.json_response({"count": len(rows), "list": rows})

    async def profile(self, request: web.Request) -> web.StreamResponse:
        """Describe the account, which is how a client tries its token and reads the balance."""
        if not self.is_known(request):
            return web.json_response(
                {"error": UNAUTHORIZED[0], "message": UNAUTHORIZED[1]}, status=401
            )
        points = 0 if self.world.switches["smsapi"].no_credit else 1234.5
        return web.json_response({"username": "piaskownica", "points": points})

    def is_known(self, request: web.Request) -> bool:
        """Check the token."""
        wanted = f"Bearer {self.world.accounts.smsapi_token}"
        return request.headers.get("Authorization") == wanted

    def problem_of(self, request: web.Request, fields: dict[str, str]) -> tuple[int, str] | None:
        """Say what SMSAPI would refuse about the request itself."""
        to, sender = fields.get("to", ""), fields.get("from", "")
        idx = fields.get("idx", "")
        repeated = fields.get("check_idx") == "1" and idx in self.seen
        checks = (
            (self.is_known(request), UNAUTHORIZED),
            (to.isdigit() and 8 <= len(to) <= 15, BAD_NUMBER),  # noqa: PLR2004 - E.164
            (fields.get("message"), NO_TEXT),
            (fields.get("encoding") == "utf-8", NO_TEXT),
            (len(sender) <= 11, BAD_SENDER),  # noqa: PLR2004 - GSM
            (not repeated, REPEATED),
        )
        return next((problem for fine, problem in checks if not fine), None)


class Reporter(Postman):
    """Asks the address of each report as SMSAPI does: GET, unsigned, wants to hear OK."""

    async def _walk(self, url: str, news: list[dict[str, str]]) -> None:  # type: ignore[override]
        for fields in news:
            await self.pause()
            switches = self.world.switches["smsapi"]
            if switches.forge_callbacks:
                forged = url.rstrip("/").rpartition("/")[0] + "/" + "0" * 32 + "/"
                await self._report(forged, fields | {"status": "405"})
            for _ in range(2 if switches.repeat_callbacks else 1):
                await self._report(url, fields)

    async def _report(self, url: str, fields: dict[str, str]) -> None:
        async with self.gate:
            try:
                async with self.opened().get(f"{url}?{urlencode(fields)}") as answer:
                    await answer.read()
            except (ClientError, TimeoutError, ValueError) as error:
                self.nobody(error)


def refusal(problem: tuple[int, str]) -> web.Response:
    """Shape an error as SMSAPI does."""
    return web.json_response({"error": problem[0], "message": problem[1]})
