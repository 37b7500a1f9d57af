"""From the newest attempts, tests and pauses to how each channel's gateway is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import GatewayCheck
from admin_module.settings_forms import PAGES
from messaging.channels import explain
from messaging.models import Attempt, ChannelPause
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

    @property
    def slug(self) -> str:
        """Its page among the settings."""
        return SLUGS[self.kind]

    @property
    def state(self) -> tuple[str, Promise, str]:
        """Words, tone and icon of its pill; the worst that is known comes first."""
        if self.pause:
            return "danger", _("put on hold"), "circle-pause"
        if self._fails:
            return "warn", _("last try failed"), "triangle-alert"
        if self.worked_at or (self.check and self.check.ok):
            return "ok", _("works"), "circle-check"
        return "", _("nothing sent lately"), "circle-dashed"

    @property
    def _fails(self) -> bool:
        tries = [(self.worked_at, True), (self.failed_at, False)]
        if self.check:
            tries.append((self.check.at, self.check.ok))
        known = sorted((at, well) for at, well in tries if at is not None)
        return bool(known) and not known[-1][1]

    @property
    def words(self) -> str:
        """What the last trouble means, in words."""
        return explain(self.kind, self.pause.code if self.pause else self.failed_code)


def gateways() -> list[Gateway]:
    """Every channel, in the order of channels; four queries whatever was sent."""
    newest = Attempt.objects.aggregate(newest=Max("pk"))["newest"] or 0
    recent = Attempt.objects.filter(pk__gt=newest - RECENT)
    found = recent.values_list("delivery__channel", "outcome", "code").annotate(at=Max("at"))
    rows = list(found)
    checks = {check.channel: check for check in GatewayCheck.objects.all()}
    pauses = {pause.channel: pause for pause in ChannelPause.objects.all()}
    return [
        _one(kind, [row[1:] for row in rows if row[0] == kind], checks.get(kind), pauses.get(kind))
        for kind in CONTACT_KINDS
    ]


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
