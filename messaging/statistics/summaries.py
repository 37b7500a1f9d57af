"""From a month that is over to one letter for each member of staff who was chosen: figures only."""

from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from messaging.correspondence import letters
from messaging.models import LetterText, SummaryReader, SummaryRound
from messaging.templatetags.messages_ui import zloty

from . import figures, figures_page
from .figures import HEADS, Line, Span

MAY_READ = "messaging.view_message"


def month_before(today: date) -> Span:
    last = today.replace(day=1) - timedelta(days=1)
    return Span(last.replace(day=1), last)


def post_due(today: date | None = None) -> int:
    """Daily: the month before this one, once; returns how many letters there were."""
    span = month_before(today or timezone.localdate())
    if SummaryRound.objects.filter(month=span.first).exists():
        return 0
    readers = [one.user for one in SummaryReader.objects.select_related("user").order_by("pk")]
    chosen = [user for user in readers if user.is_active and user.has_perm(MAY_READ)]
    if not chosen:
        return 0
    try:
        with transaction.atomic():
            round_ = SummaryRound.objects.create(
                month=span.first, posted_at=timezone.now(), letters=len(chosen)
            )
            for user in chosen:
                letters.post_to_staff(user, text_for(user, span))
            audit.record("summary.posted", round_, by=None, detail={"letters": len(chosen)})
    except IntegrityError:  # another process was faster
        return 0
    return len(chosen)


def text_for(user: User, span: Span) -> LetterText:
    """What is `user`'s to see of the month, beside as many days before."""
    found = figures.facts(figures.seen(user, span))
    now = figures.total(found)
    before = figures.total(figures.facts(figures.seen(user, span.before)))
    month = formats.date_format(span.first, "F Y").lower()
    address = settings.PUBLIC_URL + reverse("message-statistics")
    link = f"<{address}?since={span.first}&until={span.last}>"
    parts = [
        _("What the office told residents in %(month)s:") % {"month": month},
        "\n".join(_compared(now, before)),
        _("By channel, confirmed of what was handed over, and not delivered:"),
        "\n".join(_channel(line) for line in figures.table(found, "channel")) or "–",
        _("More, with a chart and files to download: %(link)s") % {"link": link},
        _(
            "You get this letter because somebody at the office chose you; ask them to take you off."
        ),
    ]
    return LetterText(
        subject=_("Messages in %(month)s: summary") % {"month": month},
        short="",
        long="\n\n".join(parts),
    )


def _compared(now: Line, before: Line) -> list[str]:
    rows = []
    for one in figures_page.changes(now, before):
        value, was = (
            (zloty(one.now), zloty(one.before))  # type: ignore[arg-type]  # that column is money
            if one.name == "cost"
            else (f"{one.now:,}".replace(",", " "), f"{one.before:,}".replace(",", " "))
        )
        words = _("%(value)s (before: %(was)s)") % {"value": value, "was": was}
        rows.append(f"- {HEADS[one.name]}: **{words}**")
    return rows


def _channel(line: Line) -> str:
    return f"- {line.name}: {line.delivered} / {line.handed_over}, {HEADS['failed']}: {line.failed}"


def readers_of(by: User) -> set[int]:
    """Ids of those whom `by` may choose and who are chosen."""
    mine = candidates(by)
    return set(SummaryReader.objects.filter(user__in=mine).values_list("user_id", flat=True))


def candidates(by: User) -> list[User]:
    """Active staff whom `by` may see and who may read messages."""
    staff = User.objects.visible_to(by).filter(is_active=True).select_related("unit")
    return sorted((one for one in staff if one.has_perm(MAY_READ)), key=str)


@transaction.atomic
def choose(wanted: Collection[int], *, by: User) -> tuple[int, int]:
    """Let exactly these of the candidates get the summary; returns how many were added and taken off."""
    mine = {user.pk for user in candidates(by)}
    present = readers_of(by)
    added, gone = (set(wanted) & mine) - present, present - set(wanted)
    SummaryReader.objects.filter(user__in=gone).delete()
    SummaryReader.objects.bulk_create(
        SummaryReader(user_id=pk, added_by=by) for pk in sorted(added)
    )
    if added or gone:
        detail: dict[str, object] = {"added": sorted(added), "removed": sorted(gone)}
        audit.record("summary.readers_changed", "messaging.summaryreader", by=by, detail=detail)
    return len(added), len(gone)
