"""From the newest attempts, tests and pauses to how each channel's gateway is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import GatewayCheck, User
from admin_module.settings_forms import PAGES
from messaging.channels import explain
from messaging.engine import providers
from messaging.engine.providers import Health
from messaging.models import LANES, Attempt, ChannelPause, Delivery
from recipients.models import CONTACT_KINDS

RECENT = 2_000  # so many of the newest attempts are looked at: a page never reads them all
WELL = ("accepted", "delivered", "news:accepted", "news:delivered", "news:read")
BADLY = ("retry", "unknown", "not_sent")  # not "refused": that is about one address
SLUGS = {page.code: slug for slug, page in PAGES.items()}


@dataclass(frozen=True, slots=True)
class Gateway:
    """One channel. Of its traffic only the newest attempts are known; of tests the last one."""

    kind: str
    worked_at: datetime | None = None
    failed_at: datetime | None = None
    failed_code: str = ""
    check: GatewayCheck | None = None
    pause: ChannelPause | None = None
    providers: tuple[Health, ...] = ()  # where there are several to tell apart, or one rests
    rounds_worked_at: datetime | None = None  # older than the newest attempts of all channels
    waits_since: datetime | None = None  # when the oldest delivery that waits came due

    @property
    def slug(self) -> str:
        """Its page among the settings."""
        return SLUGS[self.kind]

    @property
    def state(self) -> tuple[str, Promise, str]:
        """Words, tone and icon of its pill; the worst that is known comes first."""
        if self.pause:
            return "danger", _("put on hold"), "circle-pause"
        if any(one.rests_now for one in self.providers):
            return "warn", _("one provider rests"), "circle-pause"
        if self._fails:
            return "warn", _("last try failed"), "triangle-alert"
        if self.last_success or (self.check and self.check.ok):
            return "ok", _("works"), "circle-check"
        return "", _("nothing sent lately"), "circle-dashed"

    @property
    def last_success(self) -> datetime | None:
        """Of the newest attempts, else of the last round that had one."""
        return self.worked_at or self.rounds_worked_at

    @property
    def _fails(self) -> bool:
        tries = [(self.last_success, True), (self.failed_at, False)]
        if self.check:
            tries.append((self.check.at, self.check.ok))
        known = sorted((at, well) for at, well in tries if at is not None)
        return bool(known) and not known[-1][1]

    @property
    def words(self) -> str:
        """What the last trouble means, in words."""
        return explain(self.kind, self.pause.code if self.pause else self.failed_code)


def gateways() -> list[Gateway]:
    """Every channel, in the order of channels; a fixed number of queries whatever was sent."""
    newest = Attempt.objects.aggregate(newest=Max("pk"))["newest"] or 0
    recent = Attempt.objects.filter(pk__gt=newest - RECENT)
    found = recent.values_list("delivery__channel", "outcome", "code").annotate(at=Max("at"))
    rows = list(found)
    checks = {check.channel: check for check in GatewayCheck.objects.all()}
    pauses = {pause.channel: pause for pause in ChannelPause.objects.all()}
    every, waits = providers.health(), waiting_since()
    return [
        replace(
            _one(
                kind,
                [row[1:] for row in rows if row[0] == kind],
                checks.get(kind),
                pauses.get(kind),
            ),
            providers=_shown([one for one in every if one.channel == kind]),
            rounds_worked_at=max(
                (
                    one.row.worked_at
                    for one in every
                    if one.channel == kind and one.row.worked_at is not None
                ),
                default=None,
            ),
            waits_since=waits.get(kind),
        )
        for kind in CONTACT_KINDS
    ]


def _shown(every: list[Health]) -> tuple[Health, ...]:
    """Those that the channel sends by, if there are several, one rests or has an account to show."""
    used = [one for one in every if one.among or one.rests_now]
    telling = len(used) > 1 or any(one.rests_now or one.row.balance is not None for one in used)
    return tuple(used) if telling else ()


def waiting_since() -> dict[str, datetime]:
    """By channel, when the oldest delivery that is due and queued came due; the index of the queue says."""
    places = [(kind, lane) for kind in CONTACT_KINDS for lane in LANES]
    # One row of a table that is never empty carries all the questions.
    row = User.objects.order_by("pk").values_list(*(_oldest(*place) for place in places)).first()
    found: dict[str, datetime] = {}
    for (kind, _lane), at in zip(places, row or (), strict=False):
        if at is not None:
            found[kind] = min(at, found.get(kind, at))
    return found


def _oldest(kind: str, lane: int) -> Subquery:
    queued = Delivery.objects.filter(
        channel=kind, lane=lane, state=Delivery.State.QUEUED, due_at__lte=timezone.now()
    )
    return Subquery(queued.order_by("due_at", "id").values("due_at")[:1])


def _one(
    kind: str,
    rows: Iterable[tuple[str, str, datetime]],
    check: GatewayCheck | None,
    pause: ChannelPause | None,
) -> Gateway:
    worked = max((at for outcome, _code, at in rows if outcome in WELL), default=None)
    failed = max(((at, code) for outcome, code, at in rows if outcome in BADLY), default=None)
    return Gateway(
        kind,
        worked,
        failed[0] if failed else None,
        failed[1] if failed else "",
        check,
        pause,
    )
