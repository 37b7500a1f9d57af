"""From lines that record to the staff who must be told that they are recorded, too (Kodeks pracy, art. 22³)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from admin_module import audit
from admin_module.models import User
from conversations.models import Acknowledgement, Kind, Line, NoticeVersion, RecordingMode

from . import notices

TALKS = "conversations.register_call"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who talks on the telephone, on which recording lines, and when they confirmed the words in force."""

    user: User
    lines: tuple[Line, ...]
    at: datetime | None
    is_outdated: bool  # they confirmed older words

    @property
    def owes(self) -> bool:
        return bool(self.lines) and self.at is None


def words() -> NoticeVersion:
    """What staff confirm today."""
    return notices.current(Kind.CALL, NoticeVersion.Part.STAFF)


def recording_lines() -> list[Line]:
    """Lines that may record now."""
    lines = Line.objects.filter(closed_at=None).exclude(recording_mode=RecordingMode.OFF)
    return [line for line in lines.select_related("legal_basis", "unit") if line.records]


def owes(user: User) -> bool:
    """Whether this person talks on a line that records and has not confirmed today's words."""
    if not user.has_perm(TALKS):
        return False
    lines = recording_lines()
    return bool(_lines_of(user, lines)) and not _confirmed(user)


def _confirmed(user: User) -> bool:
    return Acknowledgement.objects.filter(user=user, notice=words()).exists()


def _lines_of(user: User, lines: list[Line]) -> tuple[Line, ...]:
    """The lines of their unit, and of whatever stands below it."""
    if not lines:
        return ()
    reach = user.unit.subtree()
    return tuple(line for line in lines if line.unit_id in reach)


def given(user: User, notice: NoticeVersion) -> Acknowledgement | None:
    """When this person confirmed these words, if they did."""
    return Acknowledgement.objects.filter(user=user, notice=notice).first()


def lines_of(user: User) -> tuple[Line, ...]:
    """The recording lines that this person answers."""
    return _lines_of(user, recording_lines())


@transaction.atomic
def acknowledge(user: User, notice: NoticeVersion) -> Acknowledgement:
    """Keep that they were told these words; once for each version."""
    User.objects.select_for_update().get(pk=user.pk)
    known = given(user, notice)
    if known is not None:
        return known
    made = Acknowledgement.objects.create(user=user, notice=notice)
    audit.record("acknowledgement.given", made, by=user, detail={"notice": notice.pk})
    return made


def agents() -> list[Agent]:
    """Everybody who talks on the telephone; first those who owe a confirmation."""
    lines, now = recording_lines(), words()
    newest: dict[int, Acknowledgement] = {}
    for row in Acknowledgement.objects.order_by("at", "id"):
        newest[row.user_id] = row
    found = [_agent(user, lines, newest.get(user.pk), now) for user in talking()]
    return sorted(found, key=lambda one: (not one.owes, str(one.user)))


def _agent(
    user: User, lines: list[Line], given: Acknowledgement | None, now: NoticeVersion
) -> Agent:
    fresh = given is not None and given.notice_id == now.pk
    return Agent(
        user,
        _lines_of(user, lines),
        given.at if given is not None and fresh else None,
        given is not None and not fresh,
    )


def talking() -> list[User]:
    """Active staff whose roles let them register calls."""
    held = Permission.objects.filter(
        content_type__app_label="conversations", codename=TALKS.partition(".")[2]
    )
    rows = User.objects.filter(Q(groups__permissions__in=held), is_active=True)
    return list(rows.select_related("unit").distinct())
