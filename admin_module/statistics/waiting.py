"""From the rows of every app to what waits for one member of staff; each number leads to its list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module import reviewing
from admin_module.models import User
from consents import late
from conversations.calls import health, jobs
from conversations.retention import checking, overview
from messaging.ledger.progress import needing_decision
from messaging.models import ChannelPause, Message
from messaging.steps import alone
from messaging.trace import unknowns
from recipients.contacts import address_health
from recipients.models import EpuapDocument, Recipient, RightsRequest
from reports.showing import statistics as reports

SOON = timedelta(days=7)  # days to the deadline of an answer
SENDERS = 4  # exchanges that are shown
LATELY = timedelta(days=7)  # since a message ended


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number that leads to the list behind it; `tone` is "", ok, warn or danger."""

    icon: str
    number: int
    label: str
    url: str
    tone: str = ""
    note: str = ""


def waiting(user: User) -> list[Waiting]:
    return [
        *_messages(user),
        *_ahead_and_behind(user),
        *_reports(user),
        *_people(user),
        *_requests(user),
        *_documents(user),
        *_retention(user),
        *_exchanges(user),
        *_office(user),
    ]


def _messages(user: User) -> Iterator[Waiting]:
    if not user.has_perm("messaging.view_message"):
        return
    address = reverse("message-list")
    mine = Message.objects.visible_to(user)
    numbers = mine.aggregate(
        drafts=Count("pk", filter=Q(status=Message.Status.DRAFT)),
        approvals=Count("pk", filter=Q(status=Message.Status.WAITING) & ~Q(author=user)),
    )
    if user.has_perm("messaging.approve_message"):
        n, queue = numbers["approvals"], reverse("approval-queue")
        label = ngettext("message waits for approval", "messages wait for approval", n)
        yield Waiting("clipboard-check", n, label, queue, "warn" if n else "")
        yield from _alarms(user, f"{queue}#alarms")
    if user.has_perm("messaging.add_message"):
        n = numbers["drafts"]
        label = ngettext("draft of a message", "drafts of messages", n)
        yield Waiting("pencil", n, label, f"{address}?status=szkice")
    if user.has_perm("messaging.send_message"):
        n = needing_decision(mine).count()
        label = ngettext("message needs a decision", "messages need a decision", n)
        url = f"{address}?status=do-decyzji"
        yield Waiting("circle-question-mark", n, label, url, "warn" if n else "")
        if n := unknowns.number(user):
            label = ngettext("unknown delivery", "unknown deliveries", n)
            yield Waiting("circle-question-mark", n, label, reverse("unknown-list"), "warn")


def _ahead_and_behind(user: User) -> Iterator[Waiting]:
    """The next message that is planned, and those of a week that did not reach everybody."""
    if not user.has_perm("messaging.view_message"):
        return
    now, mine = timezone.now(), Message.objects.visible_to(user).real()
    scheduled = Q(status=Message.Status.SCHEDULED, due_at__gt=now)
    badly = Q(status=Message.Status.SENT_WITH_FAILURES, finished_at__gte=now - LATELY)
    planned, due, failed = mine.aggregate(
        planned=Count("pk", filter=scheduled),
        due=Min("due_at", filter=scheduled),
        failed=Count("pk", filter=badly),
    ).values()
    if planned:
        label = ngettext("planned message", "planned messages", planned)
        at = formats.date_format(timezone.localtime(due), "d.m, H:i")
        note = _("the next on %(at)s") % {"at": at}
        yield Waiting("calendar-clock", planned, label, reverse("message-calendar"), note=note)
    if failed:
        label = ngettext(
            "message of this week did not reach everybody",
            "messages of this week did not reach everybody",
            failed,
        )
        url = f"{reverse('message-list')}?status=z-niepowodzeniami"
        yield Waiting("circle-x", failed, label, url, "warn")


def _alarms(user: User, address: str) -> Iterator[Waiting]:
    """Alarms that went without a second person and wait for somebody's word."""
    days = list(alone.to_review(user).values_list("due_on", flat=True))
    if days:
        n, late = len(days), days[0] < timezone.localdate()
        label = ngettext("alarm sent alone to look at", "alarms sent alone to look at", n)
        yield Waiting("siren", n, label, address, "danger" if late else "warn")


def _reports(user: User) -> Iterator[Waiting]:
    """New, late and disputed reports, and like ones that may be worth a notice."""
    if not user.has_perm("reports.handle_report"):
        return
    address, found = reverse("report-list"), reports.waiting(user)
    label = ngettext("new report", "new reports", found.new)
    yield Waiting("map-pinned", found.new, label, f"{address}?widok=nowe")
    if found.late:
        label = ngettext("report past its deadline", "reports past their deadline", found.late)
        yield Waiting("clock", found.late, label, f"{address}?widok=po-terminie", "danger")
    if found.disputed:
        label = ngettext("disputed report", "disputed reports", found.disputed)
        yield Waiting("gavel", found.disputed, label, f"{address}?widok=reklamacje", "warn")
    if found.clusters:
        n = found.clusters
        label = ngettext("proposal of a notice", "proposals of notices", n)
        yield Waiting("megaphone", n, label, address, "warn")


def _people(user: User) -> Iterator[Waiting]:
    if not user.has_perm("recipients.view_recipient"):
        return
    address = reverse("recipient-list")
    states = (Recipient.State.PENDING, Recipient.State.ACTIVE)
    # Group by group, so that the index by state answers and no row is read.
    rows = Recipient.objects.visible_to(user).filter(state__in=states).values_list("state")
    numbers = dict(rows.annotate(people=Count("pk")).order_by())
    pending, active = (numbers.get(state, 0) for state in states)
    label = ngettext("person waits for the signed form", "people wait for the signed form", pending)
    yield Waiting("signature", pending, label, f"{address}?stan=pending")
    if pending and user.has_perm("consents.view_consentform"):
        yield from _late_forms(user)
    if user.has_perm("recipients.view_suppressedaddress"):
        n = address_health.seen_by(user).count()
        label = ngettext("address to check", "addresses to check", n)
        yield Waiting("mail", n, label, reverse("suppressed-list"), "warn" if n else "")
    label = ngettext("active recipient", "active recipients", active)
    yield Waiting("users", active, label, f"{address}?stan=active")


def _late_forms(user: User) -> Iterator[Waiting]:
    """People whose form was printed long ago and is not back; some of them never will sign."""
    sums = late.sums(user)
    if not sums.late:
        return
    label = ngettext("form is not back in time", "forms are not back in time", sums.late)
    n = sums.to_erase
    note = ngettext("%(n)d proposed for erasing", "%(n)d proposed for erasing", n) % {"n": n}
    yield Waiting("hourglass", sums.late, label, reverse("form-late"), "warn", note if n else "")


def _requests(user: User) -> Iterator[Waiting]:
    """What people asked for about their data: the month runs (RODO art. 12)."""
    if not user.has_perm("recipients.view_rightsrequest"):
        return
    today = timezone.localdate()
    n, late, soon = (
        RightsRequest.objects.visible_to(user)
        .open()
        .aggregate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__lt=today + SOON)),
        )
        .values()
    )
    if not n:
        return
    label = ngettext("request of a person is open", "requests of persons are open", n)
    note = ngettext("%(n)d past the deadline", "%(n)d past the deadline", late) % {"n": late}
    tone = "danger" if late else "warn" if soon else ""
    url = reverse("request-list") + ("?stan=po-terminie" if late else "?stan=otwarte")
    yield Waiting("inbox", n, label, url, tone, note if late else "")


def _documents(user: User) -> Iterator[Waiting]:
    """What came by ePUAP and cannot be carried out by itself."""
    if not user.has_perm("recipients.review_epuap"):
        return
    n = EpuapDocument.objects.filter(state=EpuapDocument.State.REVIEW).count()
    if n:
        label = ngettext(
            "document from ePUAP waits for a decision",
            "documents from ePUAP wait for a decision",
            n,
        )
        yield Waiting("landmark", n, label, reverse("epuap-queue"), "warn")


def _retention(user: User) -> Iterator[Waiting]:
    """What the last check of § 6 found, and who waits for this person's word about a conversation."""
    if not user.has_perm("conversations.view_retention"):
        return
    check = checking.newest()
    if check is not None:
        n = sum(check.problems.values())
        label = ngettext(
            "finding about the deletion of conversations",
            "findings about the deletion of conversations",
            n,
        )
        icon, tone = ("shield-alert", "danger") if n else ("shield-check", "ok")
        yield Waiting(icon, n, label, reverse("retention"), tone)
    if n := overview.waiting(user):
        label = ngettext(
            "hold or early deletion waits for you", "holds or early deletions wait for you", n
        )
        yield Waiting("hourglass", n, label, reverse("hold-list"), "warn")


def _exchanges(user: User) -> Iterator[Waiting]:
    """What telephone exchanges sent and nobody looked at, and when each of them brought its last call."""
    if not user.has_perm("conversations.manage_exchange"):
        return
    if n := jobs.waiting(user):
        label = ngettext(
            "recording of an exchange was put aside", "recordings of exchanges were put aside", n
        )
        yield Waiting("inbox", n, label, reverse("ingest-list") + "?stan=quarantined", "danger")
    for sender in health.senders()[:SENDERS]:
        words = ngettext(
            "call within 24 hours: %(name)s", "calls within 24 hours: %(name)s", sender.today
        )
        last = (
            formats.date_format(timezone.localtime(sender.last), "j E, H:i") if sender.last else ""
        )
        note = _("last one %(moment)s") % {"moment": last} if last else _("none yet")
        tone = "warn" if sender.silent else ""
        label = words % {"name": sender.name}
        yield Waiting("phone-incoming", sender.today, label, reverse("exchange-list"), tone, note)


def _office(user: User) -> Iterator[Waiting]:
    if user.has_perm("admin_module.reopen_channel"):
        n = ChannelPause.objects.count()
        if n:
            label = ngettext("paused channel", "paused channels", n)
            yield Waiting("circle-pause", n, label, "#gateways", "danger")
    if user.has_perm("admin_module.add_accessreview") and reviewing.is_due(user):
        label = ngettext("yearly review of access is due", "yearly reviews of access are due", 1)
        yield Waiting("shield-alert", 1, label, reverse("access-review"), "warn")
