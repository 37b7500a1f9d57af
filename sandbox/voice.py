"""From Twilio's Voice REST calls and a caller's wishes to walked calls, recordings and their end.

A caller is asked for over JSON: POST /voice/calls. Every request to the application is signed with
Twilio's own validator; faults are asked for by name (Wish.faults, POST /voice/faults).
"""

import asyncio
import base64
import io
import wave
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from secrets import token_hex
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from twilio.request_validator import RequestValidator

from sandbox.http import cut
from sandbox.voice_legs import Behaviour, Fields, HungUp, Leg, Recording, Walk, behaviour
from sandbox.world import World

RATE = 8000
UNAUTHORIZED = {"code": 20003, "message": "Authenticate", "status": 401}
NOT_FOUND = {"code": 20404, "message": "The requested resource was not found", "status": 404}
FORGED = "Zm9yZ2VkIHNpZ25hdHVyZQ=="


@dataclass(slots=True)
class Wish:
    """A call that somebody makes; `faults`: twice, forged, early, silent."""

    url: str
    to: str
    from_: str = "+48601234567"
    status_url: str = ""
    faults: list[str] = field(default_factory=list)
    caller: dict[str, Any] = field(default_factory=dict)


def routes(world: World) -> list[web.RouteDef]:
    """Serve what ICP uses of the API, and what tests ask for."""
    voice = Voice(world)
    base = "/2010-04-01/Accounts/{account}"
    world.closers.append(voice.close)
    return [
        web.post(base + "/Calls.json", voice.start),
        web.get(base + "/Calls/{sid}.json", voice.call),
        web.get(base + "/Recordings.json", voice.listed),
        web.get(base + "/Recordings/{sid}.wav", voice.media),
        web.delete(base + "/Recordings/{sid}.json", voice.delete),
        web.post("/voice/calls", voice.wished),
        web.post("/voice/phones", voice.set_phones),
        web.post("/voice/faults", voice.set_faults),
        web.post("/voice/recordings", voice.put),
        web.get("/voice.json", voice.state),
        web.delete("/voice", voice.forget),
    ]


class Voice:
    """The calls and recordings of one account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.validator = RequestValidator(world.accounts.twilio_token)
        self.session: ClientSession | None = None
        self.errands: set[asyncio.Task[None]] = set()
        self.run, self.numbers = token_hex(8), count(1)
        self._empty()

    def _empty(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.recordings: dict[str, Recording] = {}
        self.sounds: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.phones: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, list[Any]] = {}
        self.refused: list[int] = []

    def sid_of(self, prefix: str) -> str:
        return f"{prefix}{self.run}{next(self.numbers):016x}"

    # --- what tests ask for -----------------------------------------------------------------------

    async def wished(self, request: web.Request) -> web.StreamResponse:
        """Let somebody call, and answer when the call is over and all its news were told."""
        wish = Wish(**await request.json())
        call = await self.walked(wish, self.sid_of("CA"), "inbound", behaviour(wish.caller))
        return web.json_response(call)

    async def set_phones(self, request: web.Request) -> web.StreamResponse:
        """Say how the people behind numbers behave: {number: Behaviour}."""
        self.phones |= await request.json()
        return web.json_response({})

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        """Say what goes wrong at the next requests: {"delete" | "media" | "api": [status or word, …]}."""
        self.faults |= await request.json()
        return web.json_response({})

    async def put(self, request: web.Request) -> web.StreamResponse:
        """Put a recording there that nobody heard of."""
        made = Recording(self.sid_of("RE"), **await request.json())
        self.keep(made)
        return web.json_response({"sid": made.sid})

    async def state(self, _request: web.Request) -> web.StreamResponse:
        """Calls with what happened in them, recordings that are still there, deleted ones, refusals."""
        return web.json_response(
            {
                "calls": self.calls,
                "recordings": {sid: asdict(made) for sid, made in self.recordings.items()},
                "deleted": self.deleted,
                "refused": self.refused,
            }
        )

    async def forget(self, _request: web.Request) -> web.StreamResponse:
        self._empty()
        return web.json_response({})

    # --- a call -----------------------------------------------------------------------------------

    async def walked(
        self, wish: Wish, sid: str, direction: str, caller: Behaviour
    ) -> dict[str, Any]:
        """One call from its first request to its last news."""
        log: list[str] = []
        call = {"sid": sid, "status": "in-progress", "duration": 0, "log": log}
        self.calls[sid] = call
        fields: Fields = {
            "AccountSid": self.world.accounts.twilio_account,
            "ApiVersion": "2010-04-01",
            "CallSid": sid,
            "CallStatus": "ringing" if direction == "inbound" else "in-progress",
            "Direction": direction,
            "From": wish.from_,
            "To": wish.to,
        }
        leg = Leg(sid, wish.to, caller, fields, log)

        async def post(url: str, sent: Fields) -> bytes:
            return await self.told(url, sent, wish.faults, log)

        phones = {number: behaviour(wished) for number, wished in self.phones.items()}
        walk = Walk(post, self.sid_of, phones, early="early" in wish.faults)
        call["status"] = caller.answers
        if caller.answers == "completed":
            try:
                await walk.run(leg, wish.url)
            except HungUp:
                log.append("end")
        await self.finish(wish, leg, walk, call)
        return call

    async def finish(self, wish: Wish, leg: Leg, walk: Walk, call: dict[str, Any]) -> None:
        """Keep what was recorded; the news tell the call's end first, the recordings after it."""
        for made in walk.recordings:
            if made.status == "in-progress":  # nobody came to the talk
                made.status = "absent"
            self.keep(made)
        call["duration"] = sum(made.seconds for made in walk.recordings) or 1
        if "silent" not in wish.faults:
            with suppress(HungUp):  # news that nobody takes are lost
                await self.tell(wish, leg, walk, str(call["status"]))

    async def tell(self, wish: Wish, leg: Leg, walk: Walk, status: str) -> None:
        if wish.status_url:
            ended = leg.fields | {"CallStatus": status, "CallDuration": "1"}
            await walk.post(wish.status_url, ended)
        for made in walk.recordings:
            if not walk.early or "twice" in wish.faults:
                await walk.tell(leg, made)

    def keep(self, made: Recording) -> None:
        if made.status == "completed":
            self.recordings[made.sid] = made
            self.sounds[made.sid] = sound(made.seconds)

    async def told(self, url: str, fields: Fields, faults: list[str], log: list[str]) -> bytes:
        """Post signed fields; with faults also twice, or first from somebody who cannot sign."""
        if "forged" in faults:
            status, _body = await self._post(url, fields | {"Digits": "9"}, FORGED)
            self.refused.append(status)
        signature = self.validator.compute_signature(url, fields)
        status, body = await self._post(url, fields, signature)
        if status >= 400:  # noqa: PLR2004
            log.append(f"error {status}")
            raise HungUp
        if "twice" in faults:
            again = await self._post(url, fields, signature)
            log.append("same" if again == (status, body) else "differs")
        return body or b"<Response/>"

    async def _post(self, url: str, fields: Fields, signature: str) -> tuple[int, bytes]:
        headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
        if self.session is None:
            self.session = ClientSession(timeout=ClientTimeout(total=15))
        async with self.session.post(url, data=fields, headers=headers) as answer:
            return answer.status, await answer.read()

    # --- the API ----------------------------------------------------------------------------------

    async def start(self, request: web.Request) -> web.StreamResponse:
        """An outgoing call: the phone of the agent rings; the rest happens while this is answered."""
        problem = self.problem_of(request, "api")
        if isinstance(problem, web.Response):
            return problem
        form = {name: str(value) for name, value in (await request.post()).items()}
        sid = self.sid_of("CA")
        wish = Wish(form["Url"], form["To"], form["From"], form.get("StatusCallback", ""))
        wish.faults = list(self.faults.get("outgoing", []))
        agent = behaviour(self.phones.get(form["To"], {}))
        errand = asyncio.get_running_loop().create_task(self._later(wish, sid, agent))
        self.errands.add(errand)
        errand.add_done_callback(self.errands.discard)
        self.calls[sid] = {"sid": sid, "status": "queued", "duration": 0, "log": []}
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    async def _later(self, wish: Wish, sid: str, agent: Behaviour) -> None:
        await self.walked(wish, sid, "outbound-api", agent)
        self.calls[sid]["over"] = True

    async def call(self, request: web.Request) -> web.StreamResponse:
        problem = self.problem_of(request, "api")
        if isinstance(problem, web.Response):
            return problem
        call = self.calls.get(request.match_info["sid"])
        if call is None:
            return web.json_response(NOT_FOUND, status=404)
        return web.json_response(
            {"sid": call["sid"], "status": call["status"], "duration": str(call["duration"])}
        )

    async def listed(self, request: web.Request) -> web.StreamResponse:
        problem = self.problem_of(request, "api")
        if isinstance(problem, web.Response):
            return problem
        rows = [
            {"sid": made.sid, "call_sid": made.call_sid, "status": made.status,
             "duration": str(made.seconds)}
            for made in self.recordings.values()
        ]  # fmt: skip
        return web.json_response({"recordings": rows, "next_page_uri": None})

    async def media(self, request: web.Request) -> web.StreamResponse:
        """The sound; or what "media" faults make of it: cut, empty, garbage, short, moved, a status."""
        problem = self.problem_of(request, "media", ("cut", "empty", "garbage", "short", "moved"))
        if isinstance(problem, web.Response):
            return problem
        whole = self.sounds.get(request.match_info["sid"])
        if whole is None:
            return web.json_response(NOT_FOUND, status=404)
        if problem == "cut":
            answer = web.StreamResponse(headers={"Content-Length": str(len(whole))})
            await answer.prepare(request)
            await answer.write(whole[: len(whole) // 2])
            return cut(request)
        if problem == "moved":
            raise web.HTTPFound("http://127.0.0.1:1/elsewhere")
        shapes = {"empty": b"", "garbage": b"<html>" + bytes(500), "short": sound(1)}
        return web.Response(body=shapes.get(str(problem), whole), content_type="audio/x-wav")

    async def delete(self, request: web.Request) -> web.StreamResponse:
        problem = self.problem_of(request, "delete")
        if isinstance(problem, web.Response):
            return problem
        sid = request.match_info["sid"]
        if self.recordings.pop(sid, None) is None:
            return web.json_response(NOT_FOUND, status=404)
        self.sounds.pop(sid, None)
        self.deleted.append(sid)
        return web.Response(status=204)

    def problem_of(
        self, request: web.Request, what: str, words: tuple[str, ...] = ()
    ) -> web.Response | str | None:
        """What is wrong with this request, or is to go wrong now; None for nothing."""
        accounts = self.world.accounts
        pair = f"{accounts.twilio_account}:{accounts.twilio_token}".encode()
        if request.headers.get("Authorization") != "Basic " + base64.b64encode(pair).decode():
            return web.json_response(UNAUTHORIZED, status=401)
        fault = self.faults[what].pop(0) if self.faults.get(what) else None
        if fault is None:
            return None
        if fault in words:
            return str(fault)
        return web.json_response({"code": 20500, "status": fault}, status=int(fault))

    async def close(self) -> None:
        """Drop what is still under way."""
        for errand in list(self.errands):
            errand.cancel()
        if self.session:
            await self.session.close()


def sound(seconds: int) -> bytes:
    """Two channels of silence in 16-bit PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(seconds * RATE * 4))
    return file.getvalue()


def signed(token: str, url: str, fields: Fields, *, sha256: bool = False) -> dict[str, str]:
    """The headers by which Twilio proves itself, by either of its two algorithms."""
    validator = RequestValidator(token)
    if not sha256:
        return {"X-Twilio-Signature": validator.compute_signature(url, fields)}
    return {
        "X-Twilio-Signature": validator.compute_signature(url, fields, "HMAC_SHA256"),
        "X-Twilio-Webhooks-Signature-Settings": "key=auth_token,algorithm=HMAC_SHA256",
    }
