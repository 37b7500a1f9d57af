"""From invented people and places to reports in every state, so that no screen of them is empty."""

import io
import math
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from admin_module.models import User
from recipients.models import AddressPoint, Recipient
from reports.models import Origin, OutsideBody, Report, ReportCategory, State
from reports.models.routing import BodyContact
from reports.pictures import photos
from reports.steps import answering, moves, publishing, submitting
from reports.steps.acting import Actor
from reports.steps.submitting import NewReport

_NAMESPACE = uuid.UUID("6f0c7a0e-0d2e-4a53-9c0e-3d6d5f1f9a11")
SIZE = (960, 720)
# Category, what was written, the way the report has gone.
STORIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("dziura_w_jezdni", "Głęboka dziura przy przejściu, auta ją omijają.", ()),
    ("dziura_w_jezdni", "Zapadnięta studzienka na środku pasa.", ("accept",)),
    ("dziura_w_jezdni", "Wyrwa po zimie, na całą szerokość jezdni.", ("accept", "start")),
    ("dziura_w_jezdni", "Dziura przy szkole, dzieci wchodzą na jezdnię.", ("accept", "resolve")),
    ("chodnik", "Wystające płyty, łatwo się przewrócić.", ("accept", "plan")),
    ("chodnik", "Brakuje kawałka krawężnika.", ("accept", "resolve", "confirm")),
    ("chodnik", "Płyty naprawione tylko do połowy.", ("accept", "resolve", "dispute")),
    ("znak_sygnalizacja", "Znak stop leży w trawie.", ("accept", "late")),
    ("chodnik", "Zaklinowany rower na ścieżce, nie da się przejść.", ("withdraw",)),
    ("dziura_w_jezdni", "Ta sama dziura przy przejściu.", ("join",)),
    ("chodnik", "Nierówno koło sklepu.", ("ask",)),
    ("znak_sygnalizacja", "Światła pokazują czerwone bez przerwy.", ("forward",)),
    ("znak_sygnalizacja", "Proszę o znak zakazu dla sąsiadów.", ("reject",)),
)
GREY, DARK, SKY = "#8b9199", "#3d4248", "#c4d4e0"


def load(people: Sequence[Recipient], staff: dict[str, User]) -> int:
    """Make those reports of the town that are not there yet; returns how many were made."""
    if not people or Report.objects.exists():
        return 0
    return len(list(_made(people, staff)))


def _made(people: Sequence[Recipient], staff: dict[str, User]) -> Iterator[Report]:
    points = list(AddressPoint.objects.filter(gone_since=None).order_by("pk"))
    first: Report | None = None
    for order, (code, words, way) in enumerate(STORIES):
        category = ReportCategory.objects.filter(code=code).first()
        if category is None:
            continue
        point = points[(order * 251 + 40) % len(points)]
        person = people[order % len(people)]
        report = _submit(order, category, words, point, person)
        for step in way:
            WAYS[step](report, staff, first)
        if not way or way[0] in {"accept", "forward"}:
            _let_out(report, staff["unit_manager"])
        first = first or report
        yield report


def _submit(
    order: int, category: ReportCategory, words: str, point: AddressPoint, person: Recipient
) -> Report:
    device = person.devices.first()
    pictures = []
    if device is not None and order % 4 == 0:
        drawn = ContentFile(draw(order), name="zdjecie.jpg")
        pictures.append(photos.keep(drawn, device=device).uid)
    new = NewReport(
        category=category,
        description=words,
        latitude=point.latitude,
        longitude=point.longitude,
        address=str(point),
        answers={
            question.code: _answer(question) for question in category.asked if question.required
        },
        photos=tuple(pictures),
        wants_public=True,
    )
    return submitting.submit(
        new,
        origin=Origin.APP,
        client_uuid=uuid.uuid5(_NAMESPACE, str(order)),
        device=device,
        reporter=person,
    )


def _answer(question: Any) -> object:
    """The first choice that leads on."""
    if question.choices:
        return next(choice.code for choice in question.choices if not choice.stop)
    return "nie wiem"


def _let_out(report: Report, user: User) -> None:
    report.refresh_from_db()
    publishing.show(report, by=user, version=report.version)


def _by(staff: dict[str, User]) -> Actor:
    return Actor.staff(staff["reports_handler"])


def _reporter(report: Report) -> Actor:
    return Actor.reporter(recipient=report.reporter, device=report.device)


def _accept(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    unit = report.unit or staff["reports_handler"].unit
    moves.move(report, State.ACCEPTED, by=_by(staff), version=None, unit=unit)


def _start(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    moves.move(report, State.IN_PROGRESS, by=_by(staff), version=None)


def _plan(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    day = timezone.localdate() + timedelta(days=6)
    moves.move(report, State.SCHEDULED, by=_by(staff), version=None, scheduled_on=day)


def _ask(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    words = "Po której stronie ulicy to jest? Prosimy o zdjęcie z szerszym widokiem."
    moves.move(report, State.NEEDS_INFO, by=_by(staff), version=None, public_text=words)


def _resolve(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    words = "Naprawione, nawierzchnia jest równa."
    moves.move(
        report,
        State.RESOLVED,
        by=_by(staff),
        version=None,
        public_text=words,
        work_order="118/2026",
    )


def _confirm(report: Report, _staff: dict[str, User], _first: Report | None) -> None:
    answering.confirm(report, True, by=_reporter(report))


def _dispute(report: Report, _staff: dict[str, User], _first: Report | None) -> None:
    answering.confirm(report, False, by=_reporter(report), text="Druga połowa nadal wystaje.")


def _reject(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    words = "To droga wewnętrzna wspólnoty. Znak może postawić jej zarządca."
    moves.move(
        report,
        State.REJECTED,
        by=_by(staff),
        version=None,
        public_text=words,
        reason="private_ground",
    )


def _forward(report: Report, staff: dict[str, User], _first: Report | None) -> None:
    body = OutsideBody.objects.get_or_create(
        name="Zarząd Dróg Powiatowych w Zażółcinie",
        defaults={"contact": BodyContact(email="drogi@powiat.example")},
    )[0]
    day = timezone.localdate() + timedelta(days=14)
    moves.move(
        report,
        State.FORWARDED,
        by=_by(staff),
        version=None,
        public_text="Sygnalizacją zajmuje się powiat.",
        outside=body,
        back_on=day,
        by_letter=False,
    )


def _join(report: Report, staff: dict[str, User], first: Report | None) -> None:
    moves.move(report, State.DUPLICATE, by=_by(staff), version=None, lead=first)


def _withdraw(report: Report, _staff: dict[str, User], _first: Report | None) -> None:
    answering.withdraw(report, by=_reporter(report))


def _late(report: Report, _staff: dict[str, User], _first: Report | None) -> None:
    """Its last day was yesterday; the clock writes the rest down."""
    day = timezone.localdate() - timedelta(days=1)
    Report.objects.filter(pk=report.pk).update(due_on=day)


Way = Callable[[Report, dict[str, User], Report | None], None]
WAYS: dict[str, Way] = {
    "accept": _accept,
    "start": _start,
    "plan": _plan,
    "ask": _ask,
    "resolve": _resolve,
    "confirm": _confirm,
    "dispute": _dispute,
    "reject": _reject,
    "forward": _forward,
    "join": _join,
    "withdraw": _withdraw,
    "late": _late,
}


def draw(order: int) -> bytes:
    """A JPEG of a road with a hole: drawn, no two alike, nobody in it."""
    picture = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    pen.polygon([(0, height), (width, height), (width * 0.62, 250), (width * 0.38, 250)], fill=GREY)
    for stripe in range(5):
        top = 280 + stripe * 90
        pen.rectangle((width / 2 - 6, top, width / 2 + 6, top + 45), fill="white")
    middle = 300 + (order * 137) % 360, 430 + (order * 71) % 180
    corners = []
    for step in range(24):
        angle = step * math.tau / 24
        reach = 70 + 26 * math.sin(order + step * 2.3)
        corners.append(
            (middle[0] + reach * math.cos(angle), middle[1] + reach / 2 * math.sin(angle))
        )
    pen.polygon(corners, fill=DARK)
    raw = io.BytesIO()
    picture.save(raw, "JPEG", quality=80)
    return raw.getvalue()
