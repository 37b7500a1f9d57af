"""From the world to the page "Co dotarło": what arrived, newest first, and the switches."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.reading import Words, read
from sandbox.world import Arrival, World

LOOK = Path(__file__).resolve().parent / "look"
KINDS = {
    "email": "E-mail",
    "sms": "SMS",
    "push": "Aplikacja",
    "epuap": "ePUAP",
    "smsapi": "SMS przez SMSAPI",
    "esp": "E-mail przez API",
}
SWITCHES = {
    "off": "Wyłączony: nie przyjmuje połączeń albo zrywa je bez odpowiedzi",
    "delay_ms": "Opóźnienie odpowiedzi (w milisekundach)",
    "refuse_temporary": "Odmawia na razie (udział od 0 do 1)",
    "refuse_permanent": "Odmawia na zawsze (udział od 0 do 1)",
    "throttle": "Każe zwolnić (udział od 0 do 1)",
    "drop_after_accept": "Przyjmuje i zrywa połączenie bez odpowiedzi (udział od 0 do 1)",
    "nonsense": "Odpowiada bez sensu (udział od 0 do 1)",
    "undelivered": "Donosi później, że nie doręczono (udział od 0 do 1)",
    "silent": "Nie przysyła wiadomości o doręczeniu",
    "repeat_callbacks": "Powtarza wiadomości o doręczeniu",
    "forge_callbacks": "Przysyła też wiadomości o doręczeniu ze złym podpisem",
    "no_credit": "Brak środków na koncie (SMSAPI, e-mail przez API)",
    "hold": "Przetrzymuje dokumenty dla urzędu (ePUAP)",
    "receipt_by_box": "Przysyła UPP później, do skrzynki urzędu (ePUAP)",
}
PAGE_SIZE = 50
CURRENT = ' aria-current="page"'
WARSAW = ZoneInfo("Europe/Warsaw")
STRICT = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# A mail's own look, without scripts, forms, frames or anything fetched from outside.
FOR_MAIL = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def routes(world: World) -> list[web.RouteDef]:
    """Serve the page and its forms."""
    page = Page(world)
    return [
        web.get("/", page.show),
        web.get("/sandbox.css", page.style),
        web.get(r"/arrived/{number:\d+}.html", page.mail),
        web.post("/arrived/forget", page.forget),
    ]


class Page:
    """The page of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.parts = {path.stem: Template(path.read_text("utf-8")) for path in LOOK.glob("*.html")}

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one channel's arrivals, or all."""
        query = request.query
        channel = query.get("channel", "") if query.get("channel") in KINDS else ""
        words = query.get("q", "").strip()
        before = int(query["before"]) if query.get("before", "").isdecimal() else 0
        found, more = self.find(channel, words.casefold(), before)
        older = ""
        if more:
            address = _address(channel, words, found[-1].number)
            older = f'<p><a href="{escape(address)}">Pokaż starsze</a></p>'
        html = self.parts["page"].substitute(
            title=KINDS.get(channel, "Wszystko"),
            tabs=self.tabs(channel),
            channel=channel,
            query=escape(words),
            self=escape(_address(channel, words)),
            summary=_summary(len(found), more=more),
            arrivals="".join(self.arrival(arrival) for arrival in found),
            older=older,
            switches=self.switches(channel) if channel else "",
        )
        return _html(html, STRICT)

    async def style(self, request: web.Request) -> web.StreamResponse:
        """Serve the style sheet."""
        return web.Response(text=(LOOK / "sandbox.css").read_text("utf-8"), content_type="text/css")

    async def mail(self, request: web.Request) -> web.StreamResponse:
        """Show a mail as its reader would see it."""
        number = int(request.match_info["number"])
        for arrival in self.world.arrivals:
            if arrival.number == number:
                return _html(read(arrival).html, FOR_MAIL)
        raise web.HTTPNotFound(text="Nie ma takiej wiadomości.")

    async def forget(self, request: web.Request) -> web.StreamResponse:
        """Drop everything that arrived."""
        self.world.forget()
        raise web.HTTPSeeOther("/")

    def find(self, channel: str, words: str, before: int) -> tuple[list[Arrival], bool]:
        """Look from the newest backwards; says also whether there are more."""
        found: list[Arrival] = []
        for arrival in reversed(self.world.arrivals):
            if channel not in ("", arrival.channel) or (before and arrival.number >= before):
                continue
            if words and words not in _searchable(arrival):
                continue
            if len(found) == PAGE_SIZE:
                return found, True
            found.append(arrival)
        return found, False

    def tabs(self, current: str) -> str:
        """Link the channels, with the number of arrivals in each."""
        counts = Counter(arrival.channel for arrival in self.world.arrivals)
        entries = [("", "Wszystko", counts.total())]
        entries += [(name, kind, counts[name]) for name, kind in KINDS.items()]
        return "".join(
            f'<a href="{escape(_address(name))}"{CURRENT if name == current else ""}>'
            f"{kind} ({number})</a>"
            for name, kind, number in entries
        )

    def arrival(self, arrival: Arrival) -> str:
        """Show one arrival."""
        words = read(arrival)
        when = datetime.fromtimestamp(arrival.at, WARSAW)
        copy = f'<span class="copy">powtórka nr {arrival.copy}</span>' if arrival.copy > 1 else ""
        return self.parts["arrival"].substitute(
            number=arrival.number,
            kind=KINDS.get(arrival.channel, arrival.channel),
            address=escape(arrival.address),
            copy=copy,
            iso=when.isoformat(timespec="seconds"),
            when=when.strftime("%d.%m.%Y, %H:%M:%S"),
            subject=f'<p class="subject">{escape(words.subject)}</p>' if words.subject else "",
            text=escape(words.text),
            reference=escape(arrival.reference),
            details=_details(words),
            html=f'<p><a href="/arrived/{arrival.number}.html">Wersja HTML</a></p>'
            if words.html
            else "",
        )

    def switches(self, channel: str) -> str:
        """Show the form that makes one channel misbehave."""
        values = asdict(self.world.switches[channel])
        fields = "".join(_field(name, label, values[name]) for name, label in SWITCHES.items())
        return self.parts["switches"].substitute(
            kind=KINDS[channel], channel=channel, fields=fields
        )


def _field(name: str, label: str, value: object) -> str:
    if isinstance(value, bool):
        control = f'type="checkbox" value="on"{" checked" if value else ""}'
    else:
        control = f'type="text" inputmode="decimal" size="7" value="{value}"'
    return (
        f'<p><label for="s-{name}">{label}</label><input id="s-{name}" name="{name}" {control}></p>'
    )


def _details(words: Words) -> str:
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in words.details
    )


def _searchable(arrival: Arrival) -> str:
    words = read(arrival)
    return f"{arrival.address} {arrival.reference} {words.subject} {words.text}".casefold()


def _summary(number: int, *, more: bool) -> str:
    if not number:
        return "Nic tu nie ma."
    return f"Najnowsze {number}; są też starsze." if more else f"Na liście: {number}."


def _address(channel: str, words: str = "", before: int = 0) -> str:
    query = {"channel": channel, "q": words, "before": before or ""}
    given = {name: value for name, value in query.items() if value}
    return "/?" + urlencode(given) if given else "/"


def _html(text: str, policy: str) -> web.Response:
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(text=text, content_type="text/html", headers=headers)
