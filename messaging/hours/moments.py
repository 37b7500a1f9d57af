"""From what a clock on the wall shows to a moment, also in the two nights when the clocks are changed."""

from datetime import UTC, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

FIRST, SECOND = "first", "second"  # of an hour that comes twice
TWICE = "twice"  # the code of the question which one is meant


class NoSuchHour(ValueError):
    """The clocks are put forward over it; `str` says what to choose instead."""


class HourComesTwice(ValueError):
    """The clocks are put back over it, and nobody said which of the two is meant."""


def moment_of(wall: datetime, which: str = "") -> datetime:
    """The moment of a naive time on the wall of the town; `which` of two, where there are two.

    Raises NoSuchHour and HourComesTwice.
    """
    zone = timezone.get_default_timezone()
    early, late = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return early
    if early.astimezone(UTC) > late.astimezone(UTC):  # a gap: the later offset comes first
        before, after = _edges_of_gap(wall)
        raise NoSuchHour(
            _(
                "There is no such hour that night: the clocks go from %(before)s straight to %(after)s. "
                "Choose an hour before %(before)s or from %(after)s on."
            )
            % {"before": f"{before:%-H:%M}", "after": f"{after:%-H:%M}"}
        )
    if which not in {FIRST, SECOND}:
        raise HourComesTwice(
            _(
                "This hour comes twice that night, because the clocks are put back. Choose whether the "
                "first or the second one is meant."
            )
        )
    return late if which == SECOND else early


def _edges_of_gap(wall: datetime) -> tuple[datetime, datetime]:
    """What the clock shows last before the gap, and first after it, to the minute."""
    zone = timezone.get_default_timezone()
    at = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = at.astimezone(zone).utcoffset()
    while at.astimezone(zone).utcoffset() == offset:
        at -= timedelta(minutes=1)
    at += timedelta(minutes=1)
    after = at.astimezone(zone)
    before = after - (after.utcoffset() or timedelta()) + (_offset_before(at) or timedelta())
    return before, after


def _offset_before(at: datetime) -> timedelta | None:
    return (at - timedelta(minutes=1)).astimezone(timezone.get_default_timezone()).utcoffset()


def which_of_two(moment: datetime | None) -> str:
    """FIRST or SECOND for a moment within an hour that comes twice; else empty."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    try:
        moment_of(local.replace(tzinfo=None, fold=0))
    except HourComesTwice:
        return SECOND if local.fold else FIRST
    return ""


def words_of(moment: datetime) -> str:
    """Day, month and hour; in an hour that comes twice also which of the two."""
    words = formats.date_format(timezone.localtime(moment), "j E Y, H:i")
    which = which_of_two(moment)
    if not which:
        return words
    season = _("summer time") if which == FIRST else _("winter time")
    return f"{words} ({season})"
