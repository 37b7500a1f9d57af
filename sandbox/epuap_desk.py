"""From a form on the page, or JSON of a test, to a signed document on its way to the office."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from secrets import randbelow
from string import Template
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.epuap_outbox import Outbox, Parcel
from sandbox.forging import HONEST, VARIANTS, signed_form
from sandbox.form_documents import NAMES, Filled, form_document
from sandbox.signing import Person

LOOK = Path(__file__).resolve().parent / "look"
SIGNATURES = {
    "ppzp": "Profil zaufany (PodpisZP)",
    "epsignature": "Profil zaufany (EPSignature)",
    "qualified": "Certyfikat kwalifikowany",
}
WAYS = {"pull": "czeka na pobranie przez ICP", "push": "ePUAP przekazuje od razu"}
FIRST = ("Zofia", "Bożena", "Łucja", "Grażyna", "Żaneta", "Jadwiga")
LAST = ("Gżegżółka", "Śpiewak", "Ćwiek", "Źrebiec", "Łękawa", "Dąbrówka")
MOST_TIMES = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sent; every field has a value that works."""

    purpose: str = "register"
    signature: str = "ppzp"
    variant: str = HONEST
    way: str = "pull"
    times: int = 1
    box: str = "/zazolcin/rejestr"
    first_name: str = "Zofia"
    last_name: str = "Gżegżółka"
    pesel: str = ""
    email: str = ""
    phone: str = ""
    street: str = "Sportowa"
    house: str = "7"
    postal_code: str = "00-001"
    town: str = "Zażółcin"
    topics: str = "Przerwy w dostawach, Odpady komunalne"
    channels: str = "e-mail, ePUAP"
    until: str = ""
    talk: str = "rozmowa telefoniczna"
    called_from: str = ""
    conversation_on: str = ""
    conversation_time: str = "około 10"
    about: str = "Termin wywozu odpadów wielkogabarytowych"
    basis: str = "zarządzenie 308/18"
    justification: str = "Podano mi inny termin niż w harmonogramie."
    requested_form: str = "odsłuchanie lub odczytanie"
    trial: bool = False
    push_url: str = ""


def routes(outbox: Outbox) -> list[web.RouteDef]:
    """The desk of whoever plays the resident."""
    desk = Desk(outbox)
    return [
        web.get("/epuap", desk.page),
        web.get("/epuap.json", desk.state),
        web.post("/epuap", desk.send),
        web.delete("/epuap", desk.clear),
    ]


class Desk:
    """Makes documents and sees them off."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.template = Template((LOOK / "epuap.html").read_text("utf-8"))

    async def state(self, request: web.Request) -> web.StreamResponse:
        """How many wait, how many were confirmed, what the office answered to pushes."""
        handed = [asdict(each) for each in self.outbox.handed]
        counts = {"waiting": len(self.outbox.queue), "confirmed": self.outbox.confirmed}
        return web.json_response(counts | {"handed": handed})

    async def clear(self, request: web.Request) -> web.StreamResponse:
        """Begin anew."""
        self.outbox.queue.clear()
        self.outbox.handed.clear()
        self.outbox.confirmed = 0
        return web.json_response({})

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send what a form of the page, or JSON with some fields of Wish, asks for."""
        from_page = request.content_type != "application/json"
        given = dict(await (request.post() if from_page else request.json()))
        try:
            wish = wish_of(given)
            answers = await self.see_off(wish)
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": str(error)}, status=400)
        if from_page:
            raise web.HTTPSeeOther("/epuap")
        return web.json_response({"handed": answers, "pesel": wish.pesel})

    async def see_off(self, wish: Wish) -> list[dict[str, object]]:
        """Several at once where `times` asks for it: always the very same document."""
        parcel = parcel_of(wish, self.outbox)
        if wish.way == "pull":
            for _each in range(wish.times):
                self.outbox.put(parcel)
            return []
        url = wish.push_url or self.outbox.platform.world.accounts.epuap_push_url
        pushes = (self.outbox.push(parcel, url) for _each in range(wish.times))
        return [asdict(handed) for handed in await asyncio.gather(*pushes)]

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The form, filled in with somebody new, and what became of the last documents."""
        someone = invented()
        fields = {name: escape(str(value)) for name, value in asdict(someone).items()}
        html = self.template.substitute(
            fields,
            purposes=_options({name: words for name, (_file, words) in NAMES.items()}),
            signatures=_options(SIGNATURES),
            variants=_options(VARIANTS),
            ways=_options(WAYS),
            waiting=len(self.outbox.queue),
            confirmed=self.outbox.confirmed,
            handed="".join(
                f"<li>nr {each.number}: HTTP {each.status}, {escape(each.words)}</li>"
                for each in reversed(self.outbox.handed[-20:])
            ),
        )
        policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'"
        return web.Response(
            text=html, content_type="text/html", headers={"Content-Security-Policy": policy}
        )


def wish_of(given: Mapping[str, object]) -> Wish:
    """Raises ValueError or TypeError for what it does not know."""
    fields = {name: str(value).strip() for name, value in given.items()}
    times = int(fields.pop("times", "1") or 1)
    trial = fields.pop("trial", "").lower() in ("1", "on", "true")
    wish = Wish(**fields, times=times, trial=trial)
    known = (wish.purpose in NAMES, wish.way in WAYS, 1 <= times <= MOST_TIMES)
    if not all(known) or (
        wish.push_url and urlsplit(wish.push_url).scheme not in ("http", "https")
    ):
        raise ValueError("Nie wiadomo, co wysłać.")
    if wish.pesel:
        return wish
    return replace(wish, pesel=invented().pesel)


def invented() -> Wish:
    """Somebody whom nobody knows yet."""
    first, last = FIRST[randbelow(len(FIRST))], LAST[randbelow(len(LAST))]
    number = pesel_of(1940 + randbelow(60), 1 + randbelow(12), 1 + randbelow(28))
    return Wish(
        first_name=first,
        last_name=last,
        pesel=number,
        email=f"epuap{number[-5:]}@przyklad.example",
        phone=f"+48 512 {number[2:5]} {number[5:8]}",
    )


def pesel_of(year: int, month: int, day: int) -> str:
    """A number of a woman that is valid in form."""
    digits = f"{year % 100:02d}{month:02d}{day:02d}{randbelow(1000):03d}{randbelow(5) * 2}"
    total = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9) * 3, strict=False))
    return f"{digits}{(10 - total % 10) % 10}"


def parcel_of(wish: Wish, outbox: Outbox) -> Parcel:
    """Fill in, sign, address."""
    other = pesel_of(1971, 3, 4)
    filled = _filled(wish, other if wish.variant == "other_pesel" else wish.pesel)
    person = Person(wish.pesel, wish.first_name, wish.last_name, account=f"konto{wish.pesel[-4:]}")
    content = signed_form(
        form_document(wish.purpose, filled),
        outbox.platform.files,
        person,
        kind=wish.signature,
        variant=wish.variant,
    )
    return Parcel(
        content,
        box=wish.box,
        pesel=other if wish.variant == "other_sender" else wish.pesel,
        first_name=wish.first_name,
        last_name=wish.last_name,
        reply_to=f"/{person.account}/domyslna",
        trial=wish.trial,
        sent_at=datetime.now(UTC),
    )


def _filled(wish: Wish, pesel: str) -> Filled:
    """What the form of this purpose has."""
    person = Filled(pesel=pesel, first_name=wish.first_name, last_name=wish.last_name)
    if wish.purpose == "suspend":
        return replace(person, until=wish.until)
    if wish.purpose not in ("register", "correct", "access"):
        return person
    person = replace(
        person,
        email=wish.email,
        street=wish.street,
        house=wish.house,
        postal_code=wish.postal_code,
        town=wish.town,
    )
    if wish.purpose == "access":
        return replace(person, **_talk(wish))
    person = replace(person, phone=wish.phone)
    if wish.purpose == "correct":
        return person
    return replace(person, topics=_several(wish.topics), channels=_several(wish.channels))


def _talk(wish: Wish) -> dict[str, str]:
    """Which conversation, and what is asked for; yesterday's where no day was typed."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    return {
        "talk": wish.talk,
        "called_from": wish.called_from,
        "conversation_on": wish.conversation_on or yesterday,
        "conversation_time": wish.conversation_time,
        "about": wish.about,
        "basis": wish.basis,
        "justification": wish.justification,
        "requested_form": wish.requested_form,
    }


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _options(names: Mapping[str, str]) -> str:
    return "".join(
        f'<option value="{name}">{escape(words)}</option>' for name, words in names.items()
    )
