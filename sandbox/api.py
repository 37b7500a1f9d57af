"""From tests and scripts to the world: what arrived, switches and forgetting, as JSON."""

from dataclasses import asdict, fields
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.reading import read
from sandbox.world import Arrival, Switches, World


def routes(world: World) -> list[web.RouteDef]:
    """Serve the machine-readable side."""
    api = Api(world)
    return [
        web.get("/arrived.json", api.arrived),
        web.delete("/arrived", api.forget),
        web.get("/switches.json", api.switches),
        web.post("/switches", api.switch),
    ]


class Api:
    """What tests and scripts ask for."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def arrived(self, request: web.Request) -> web.StreamResponse:
        """List arrivals, oldest first; `texts=0` leaves the words out, which is much faster."""
        query = request.query
        rows = self.world.arrived(query.get("channel", ""), int(query.get("since", "0")))
        texts = query.get("texts", "1") == "1"
        listed = [described(row, texts=texts) for row in rows]
        if query.get("raw") == "1":
            for row, arrival in zip(listed, rows, strict=True):
                row["raw"] = arrival.raw.decode("utf-8", "replace")
        return web.json_response({"total": len(rows), "arrived": listed})

    async def forget(self, request: web.Request) -> web.StreamResponse:
        """Drop everything that arrived."""
        self.world.forget()
        return web.json_response({"total": 0})

    async def switches(self, request: web.Request) -> web.StreamResponse:
        """Show every switch."""
        return web.json_response({name: asdict(s) for name, s in self.world.switches.items()})

    async def switch(self, request: web.Request) -> web.StreamResponse:
        """Turn switches of one channel: JSON `{"channel": "sms", "delay_ms": 80}`, or the form."""
        from_page = request.content_type != "application/json"
        try:
            changes = await self.changes(request, from_page=from_page)
            channel = str(changes.pop("channel", ""))
            switches = self.world.switch(channel, changes)
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        if from_page:
            raise web.HTTPSeeOther(f"/?channel={channel}")
        return web.json_response(asdict(switches))

    async def changes(self, request: web.Request, *, from_page: bool) -> dict[str, object]:
        """Read the changes; a box that is not ticked does not travel in a form."""
        if not from_page:
            return dict(await request.json())
        unticked = {known.name: False for known in fields(Switches) if known.default is False}
        return {**unticked, **dict(await request.post())}


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another web site makes a browser post here."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="Only from this page.")
    return await handler(request)


def described(arrival: Arrival, *, texts: bool) -> dict[str, object]:
    """Describe an arrival for JSON."""
    row: dict[str, object] = {
        "number": arrival.number,
        "channel": arrival.channel,
        "reference": arrival.reference,
        "address": arrival.address,
        "at": arrival.at,
        "copy": arrival.copy,
    }
    if texts:
        words = read(arrival)
        row |= {
            "subject": words.subject,
            "text": words.text,
            "html": words.html,
            "details": dict(words.details),
        }
    return row
