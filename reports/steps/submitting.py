"""From what somebody tells the city to a report with a number, a unit and a word back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module import audit
from admin_module.models import User
from recipients.models import AddressPoint, Device, Recipient
from reports.intake import near, numbering, questions, routing
from reports.intake.questions import BadAnswers, Stopped
from reports.models import Details, Origin, Report, ReportCategory, ReporterContact, State, rounded
from reports.pictures import photos

from . import publishing, recording, telling, verifying
from .acting import Actor, person_of
from .guards import Wish

LONGEST = 4000
A_DAY = 30  # reports of one device, and of one person on all their devices
CLOCK_TRUST = timedelta(days=30)  # a report may have waited in an outbox for so long
POLE = 90.0
FAR_M = 10_000.0  # from the nearest house of the register

WORDS: Mapping[str, str | Promise] = {
    "category_closed": _("This category is not offered any more. Choose another one."),
    "description_missing": _("Describe what is wrong."),
    "description_long": _("Write at most 4000 characters."),
    "place_missing": _("Show the place on the map, or write the street and the number."),
    "too_far": _("This place is not in our municipality. Move the pin."),
    "contact_missing": _("Write your e-mail address: we will send a link to confirm the report."),
    "too_many_today": _(
        "You have sent %(number)s reports within a day. Please send the next one tomorrow; in danger "
        "call 112."
    ),
    "too_many_photos": _("Add at most %(number)s photos."),
    "uuid_taken": _("This report was sent from somewhere else already. Begin a new one."),
}
NUMBERS = {"too_many_today": A_DAY, "too_many_photos": photos.PER_STEP}


class Refused(Exception):
    """What came in is no report; `code` is a key of WORDS, `str` its sentence, `field` where it belongs."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field

    def __str__(self) -> str:
        words = str(WORDS[self.code])
        return words % {"number": NUMBERS[self.code]} if self.code in NUMBERS else words


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody tells. Degrees are WGS 84; `answers` as questions.checked reads them."""

    category: ReportCategory
    description: str = field(repr=False)
    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    accuracy_m: int = 0
    address: str = field(default="", repr=False)
    photos: tuple[UUID, ...] = ()  # uids of photos that wait for a report
    captured_at: datetime | None = None  # by the sender's clock, which may be wrong
    wants_public: bool = True
    contact: ReporterContact | None = field(default=None, repr=False)


def submit(
    new: NewReport,
    *,
    origin: str,
    client_uuid: UUID,
    device: Device | None = None,
    reporter: Recipient | None = None,
    user: User | None = None,
) -> Report:
    """Keep a report, once for each `client_uuid`: sent again by the same sender, the first is returned
    (`report.replayed` is true then).

    A report from the website by nobody we know waits for a click on the link sent to its e-mail. `user`:
    who takes it down at the desk. Raises Refused, questions.Stopped, questions.BadAnswers and
    photos.UnknownPhotos.
    """
    if reporter is None and device is not None:
        reporter = person_of(device)
    try:
        with transaction.atomic():
            _hold(device, reporter)
            known = _sent_before(client_uuid, device, reporter)
            if known is not None:
                return known
            return _keep(new, origin, client_uuid, Sender(device, reporter, user))
    except IntegrityError:  # the same report came in twice at the same moment
        known = _sent_before(client_uuid, device, reporter)
        if known is None:
            raise
        return known


@dataclass(frozen=True, slots=True)
class Sender:
    device: Device | None
    reporter: Recipient | None
    user: User | None

    @property
    def known(self) -> bool:
        return any((self.device, self.reporter, self.user))


def _hold(device: Device | None, reporter: Recipient | None) -> None:
    """One report of a device (or of a person at the desk) at a time, so that the daily limit holds."""
    if device is not None:
        Device.objects.select_for_update(no_key=True, of=("self",)).filter(pk=device.pk).first()
    elif reporter is not None:
        rows = Recipient.objects.select_for_update(no_key=True, of=("self",))
        rows.filter(pk=reporter.pk).first()


def _sent_before(
    client_uuid: UUID, device: Device | None, reporter: Recipient | None
) -> Report | None:
    known: Report | None = Report.objects.filter(client_uuid=client_uuid).first()
    if known is None:
        return None
    same_device = known.device_id == (device.pk if device else None)
    same_person = reporter is not None and known.reporter_id == reporter.pk
    if not (same_device or same_person):
        raise Refused("uuid_taken", "client_uuid")
    known.replayed = True
    return known


def _keep(new: NewReport, origin: str, client_uuid: UUID, sender: Sender) -> Report:
    answers = _checked(new, origin, sender)
    _within_a_day(sender)
    now = timezone.now()
    row = Report(
        number=numbering.next_number(timezone.localdate(now).year),
        category=new.category,
        client_uuid=client_uuid,
        origin=origin,
        reporter=sender.reporter,
        device=sender.device,
        district=near.district_at(new.latitude, new.longitude),
        created_at=now,
        captured_at=clamped(new.captured_at, now),
        details=_details(new, answers),
    )
    row.lat, row.lon = rounded(new.latitude, new.longitude)
    publishing.decide(row, wants_public=new.wants_public, with_photos=bool(new.photos))
    rule = routing.rule_for(new.category, row.district)
    row.unit, row.assigned_to = routing.whose(new.category, rule)
    if origin == Origin.WEB and not sender.known:
        return verifying.keep_waiting(row, new.photos)
    row.save(force_insert=True)
    by = Actor.staff(sender.user) if sender.user else Actor.reporter(
        recipient=sender.reporter, device=sender.device
    )  # fmt: skip
    arrive(row, by, new.photos, rule_id=rule.pk if rule else None)
    if rule is not None and rule.accepts:
        recording.record_move(row, State.ACCEPTED, Actor.rule(), Wish())
    return row


def arrive(
    row: Report, by: Actor, photo_uids: Collection[UUID], *, rule_id: int | None = None
) -> None:
    """The first event of a report, its photos, and the word back that it came in."""
    event = recording.first(row, by)
    if photo_uids:
        photos.attach(photo_uids, row, event, device=by.device, user=by.user)
    detail: dict[str, object] = {
        "category": row.category_id,
        "origin": row.origin,
        "unit": row.unit_id,
        "rule": rule_id,
    }
    audit.record("report.received", row, by=by.user, detail=detail)
    telling.tell(row, event)


def _checked(new: NewReport, origin: str, sender: Sender) -> dict[str, Any]:
    """Answers as they are kept; danger first, for who must call 112 need not correct the form."""
    if new.category.closed_at is not None:
        raise Refused("category_closed", "category")
    answers = questions.checked(new.category, new.answers)
    text = new.description.strip()
    if not text and not new.answers and not new.photos:
        raise Refused("description_missing", "description")
    if len(text) > LONGEST or "\0" in text:
        raise Refused("description_long", "description")
    if len(new.photos) > photos.PER_STEP:
        raise Refused("too_many_photos", "photos")
    _check_place(new.latitude, new.longitude)
    anonymous = origin == Origin.WEB and not sender.known
    if anonymous and not (new.contact and new.contact.email):
        raise Refused("contact_missing", "email")
    return answers


def _check_place(latitude: float, longitude: float) -> None:
    on_earth = abs(latitude) <= POLE and abs(longitude) <= 2 * POLE  # NaN is not
    if not on_earth or (latitude, longitude) == (0, 0):
        raise Refused("place_missing", "place")
    around = near.box(latitude, longitude, FAR_M)
    houses = AddressPoint.objects.filter(gone_since=None)
    if not near.within(houses, around, "latitude", "longitude").exists() and houses.exists():
        raise Refused("too_far", "place")


def _within_a_day(sender: Sender) -> None:
    """A member of staff takes down what people tell them: no limit for the desk."""
    if sender.user is not None:
        return
    recent = Report.objects.filter(created_at__gt=timezone.now() - timedelta(days=1))
    counted = [
        recent.filter(device=sender.device).count() if sender.device else 0,
        recent.filter(reporter=sender.reporter).count() if sender.reporter else 0,
    ]
    if max(counted) >= A_DAY:
        raise Refused("too_many_today")


def clamped(captured_at: datetime | None, now: datetime) -> datetime:
    """When it was seen, if the sender's clock can be right; else now."""
    if captured_at is None or not now - CLOCK_TRUST <= captured_at <= now:
        return now
    return captured_at


def _details(new: NewReport, answers: dict[str, Any]) -> Details:
    return Details(
        description=new.description.strip(),
        answers=answers,
        latitude=new.latitude,
        longitude=new.longitude,
        accuracy_m=max(0, min(new.accuracy_m, 100_000)),
        address=new.address.strip()[:200],
        contact=new.contact,
    )


__all__ = ["BadAnswers", "NewReport", "Refused", "Stopped", "arrive", "submit"]
