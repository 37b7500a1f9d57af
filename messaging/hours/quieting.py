"""From a message's class and moment to the end of the quiet hours that it has to wait for."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from admin_module.configuration import QuietHours, read
from messaging.models import Message


def quiet_until(klass: str, at: datetime, hours: QuietHours | None = None) -> datetime | None:
    """When something of this class that is due at `at` may go out; None: at once.

    By the clock on the wall, so that a night with a change of the clocks ends at the same hour. An
    alarm never waits.
    """
    hours = read(QuietHours) if hours is None else hours
    waits = {Message.Klass.INFORMATION: hours.information, Message.Klass.WARNING: hours.warning}
    if not (hours.enabled and waits.get(Message.Klass(klass), False)):
        return None
    zone = timezone.get_default_timezone()
    local = at.astimezone(zone)
    clock, day = local.time(), local.date()
    if hours.begin <= hours.end:
        quiet = hours.begin <= clock < hours.end
    else:
        quiet = clock >= hours.begin or clock < hours.end
        day += timedelta(days=clock >= hours.begin)
    if not quiet:
        return None
    end = datetime.combine(day, hours.end, tzinfo=zone)
    # In autumn one hour comes twice; the end must not be the one that has passed.
    first, second = (end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first if first > at else second
