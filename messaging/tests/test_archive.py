"""From a list of messages to what somebody looks for: filters, words, views, files, old drafts, one delivery."""

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module import audit
from admin_module.models import AuditEntry, User
from messaging.archive import delivery_export, exporting, finding
from messaging.forms.archive import ArchiveForm
from messaging.models import Attempt, Delivery, Message, MessageText, SavedView
from messaging.steps import binning, old_drafts
from messaging.tests.conftest import Fake
from messaging.tests.flow import drain, sent
from messaging.trace import tracing
from recipients import jobs
from recipients.account import rights
from recipients.models import Export, Job
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    settings.FILES_DIR = str(tmp_path)


@pytest.fixture
def author() -> User:
    return make.staff("unit_manager", "recipients_clerk", last_name="Autorska")


@pytest.fixture
def desk(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


def message(author: User, title: str, **fields: Any) -> Message:
    text = MessageText(title=title, short="Krótko.", long=fields.pop("long", "Długo."))
    return make.message(author=author, text=text, **fields)


def titles(client: Client, **query: Any) -> list[str]:
    rows = client.get(reverse("message-list"), query).context["rows"]
    return [one.text.title for one, _tally in rows]


def run(job: Job) -> Job:
    assert jobs.run(job.pk)
    job.refresh_from_db()
    return job


def read(job: Job) -> list[list[Any]]:
    assert job.result is not None
    sheet = openpyxl.load_workbook(BytesIO(job.result.read())).active
    assert sheet is not None
    return [list(row) for row in sheet.values]


# --- The list -------------------------------------------------------------------------------------


def test_words_are_found_in_title_and_text_whatever_their_marks(desk: Client, author: User) -> None:
    message(author, "Przerwa w dostawie wody")
    message(author, "Zbiórka odpadów", long="Wystaw **żółty** worek do 7 rano.")
    message(author, "Remont ulicy")
    assert titles(desk, text="ZOLTY worek") == ["Zbiórka odpadów"]
    assert titles(desk, text="wody przerwa") == ["Przerwa w dostawie wody"]
    assert titles(desk, text="wody worek") == []
    assert len(titles(desk)) == 3


def test_every_filter_narrows_the_list(desk: Client, author: User) -> None:
    other = make.staff("editor", last_name="Inna")
    topic = make.topic("Drogi")
    alarm = message(author, "Alarm", klass="alarm", channels=("sms",))
    road = message(other, "Droga", about=topic, channels=("push", "email"))
    drill = message(author, "Ćwiczenie", drill=True)
    Message.objects.filter(pk=alarm.pk).update(due_at=timezone.now() - timedelta(days=40))
    asked: list[tuple[dict[str, Any], set[Message]]] = [
        ({"klass": "alarm"}, {alarm}),
        ({"channel": "sms"}, {alarm}),
        ({"channel": "email"}, {road, drill}),
        ({"topic": topic.pk}, {road}),
        ({"author": other.pk}, {road}),
        ({"unit": author.unit_id, "drills": "only"}, {drill}),
        ({"drills": "without"}, {alarm, road}),
        ({"until": (timezone.localdate() - timedelta(days=30)).isoformat()}, {alarm}),
        ({"since": timezone.localdate().isoformat()}, {road, drill}),
        ({"status": "szkice", "klass": "warning"}, set()),
    ]
    for query, wanted in asked:
        rows = desk.get(reverse("message-list"), query).context["rows"]
        assert {one for one, _tally in rows} == wanted, query


def test_an_address_that_makes_no_sense_is_answered(desk: Client, author: User) -> None:
    message(author, "Woda")
    for query in (
        {"since": "wczoraj", "topic": "x", "author": "-1", "klass": "?", "unit": "99999999999"},
        {"before": "9" * 30},
        {"before": "²"},
        {"text": "a" * 500},
        {"status": "nic", "channel": "fax"},
    ):
        assert desk.get(reverse("message-list"), query).status_code == 200


def test_a_search_looks_through_a_bounded_number_of_texts_and_says_so(
    desk: Client, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = message(author, "Igła")
    for number in range(4):
        message(author, f"Siano {number}")
    monkeypatch.setattr(finding, "MOST_OPENED", 3)
    answer = desk.get(reverse("message-list"), {"text": "igla"})
    assert (answer.context["rows"], answer.context["cut"]) == ([], True)
    again = desk.get(reverse("message-list"), {"text": "igla", "before": answer.context["next"]})
    assert [one for one, _tally in again.context["rows"]] == [oldest]


def test_pages_of_a_search_do_not_overlap(author: User) -> None:
    for number in range(7):
        message(author, f"Woda {number}")
    wanted = {"text": "woda"}
    first = finding.page(author, wanted, before=None, size=3)
    second = finding.page(author, wanted, before=first.before, size=3)
    third = finding.page(author, wanted, before=second.before, size=3)
    found = [one.text.title for page in (first, second, third) for one in page.messages]
    assert found == [f"Woda {number}" for number in range(6, -1, -1)]
    assert third.before is None


# --- Views of one's own ---------------------------------------------------------------------------


def test_a_view_is_kept_sealed_and_only_for_its_owner(desk: Client, author: User) -> None:
    message(author, "Woda")
    asked = {"name": "Moja woda", "query": "text=woda&before=5&zle=1"}
    answer = desk.post(reverse("message-view-save"), asked)
    assert answer.headers["Location"].endswith("?text=woda")
    view = SavedView.objects.get()
    assert (view.words.name, view.words.query) == ("Moja woda", "text=woda")
    assert "Moja woda" in desk.get(reverse("message-list")).content.decode()
    desk.post(reverse("message-view-save"), {"name": "Moja woda", "query": "klass=alarm"})
    assert SavedView.objects.get().words.query == "klass=alarm"
    stranger = Client()
    stranger.force_login(make.staff("editor"))
    assert "Moja woda" not in stranger.get(reverse("message-list")).content.decode()
    stranger.post(reverse("message-view-remove"), {"view": view.pk})
    assert SavedView.objects.exists()
    desk.post(reverse("message-view-remove"), {"view": view.pk})
    assert not SavedView.objects.exists()


def test_views_without_a_name_and_too_many_are_refused(desk: Client, author: User) -> None:
    for name in ("", "x" * 41):
        desk.post(reverse("message-view-save"), {"name": name, "query": "klass=alarm"})
    assert not SavedView.objects.exists()
    for number in range(22):
        desk.post(reverse("message-view-save"), {"name": f"widok {number}", "query": ""})
    assert SavedView.objects.count() == 20


# --- Files ----------------------------------------------------------------------------------------


def test_the_list_as_a_file_says_what_the_page_shows(desk: Client, author: User) -> None:
    message(author, "Woda")
    message(author, "Prąd")
    page = reverse("message-list-export") + "?text=woda"
    assert desk.get(page).context["number"] == 1
    assert desk.post(page, {"form_key": "nic"}).status_code == 422
    answer = desk.post(page, {"form_key": str(uuid.uuid4()), "layout": "xlsx"})
    job = run(Job.objects.get())
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    rows = read(job)
    assert [row[1] for row in rows[1:]] == ["Woda"]
    assert "woda" not in str(job.detail).lower()
    assert len(rows[0]) == len(exporting.COLUMNS)


def test_a_file_holds_nothing_of_other_units(author: User) -> None:
    school = make.staff("unit_manager", unit=make.municipal_unit())
    message(author, "Urzędowa")
    message(school, "Szkolna")
    wanted = ArchiveForm({}, by=school).wanted
    job = run(exporting.order(wanted, "xlsx", by=school, form_key=uuid.uuid4()))
    assert [row[1] for row in read(job)[1:]] == ["Szkolna"]


@pytest.fixture
def delivered(author: User, fake: Fake) -> Message:
    topic = make.topic()
    for name in ("Adamska", "Bobrowska", "Cicha"):
        make.recipient(topics=(topic,), last_name=name)
    fake("email")
    one = sent(message(author, "Woda", about=topic))
    drain()
    return one


def wanted(**fields: str) -> delivery_export.Wanted:
    given = {"channel": "", "group": "", "layout": "xlsx", "reason": "telefony do pominiętych"}
    return delivery_export.Wanted(**(given | fields))


def test_what_became_of_a_message_as_a_file_with_a_reason(delivered: Message) -> None:
    officer = make.staff("data_protection_officer")
    client = Client()
    client.force_login(officer)
    page = reverse("message-deliveries-export", args=[delivered.pk])
    assert page in client.get(reverse("message-deliveries", args=[delivered.pk])).content.decode()
    assert client.post(page, {"form_key": str(uuid.uuid4()), "reason": "bo"}).status_code == 422
    asked = {"form_key": str(uuid.uuid4()), "layout": "xlsx", "reason": "telefony do pominiętych"}
    client.post(page, asked)
    client.post(page, asked)
    job = run(Job.objects.get())
    rows = read(job)
    assert [row[1] for row in rows[1:]] == ["Adamska", "Bobrowska", "Cicha"]
    assert "@" not in str(rows)
    entry = AuditEntry.objects.get(action="message.deliveries_exported")
    assert entry.reason.startswith("mac:")
    assert "Woda" in client.get(reverse("export-list")).content.decode()


def test_the_file_holds_only_the_channel_and_state_that_were_chosen(delivered: Message) -> None:
    officer = make.staff("data_protection_officer")
    first = Delivery.objects.filter(message=delivered).order_by("pk").first()
    assert first is not None
    Delivery.objects.filter(pk=first.pk).update(state="failed", code="550")
    order = delivery_export.order(
        delivered, wanted(group="failed"), by=officer, form_key=uuid.uuid4()
    )
    rows = read(run(order))
    assert len(rows) == 2
    assert rows[1][6] == "550"


def test_whoever_is_erased_is_in_no_file(delivered: Message) -> None:
    officer = make.staff("data_protection_officer")
    job = run(delivery_export.order(delivered, wanted(), by=officer, form_key=uuid.uuid4()))
    person = Delivery.objects.filter(message=delivered).first()
    assert person is not None
    rights.erase(person.recipient, by=make.clerk(), reason="na wniosek osoby")
    job.refresh_from_db()
    assert job.result is None
    assert Export.objects.get().stale


def test_an_editor_takes_no_names_out(delivered: Message, client: Client) -> None:
    client.force_login(make.staff("editor"))
    page = reverse("message-deliveries-export", args=[delivered.pk])
    assert client.get(page).status_code == 403
    assert (
        page not in client.get(reverse("message-deliveries", args=[delivered.pk])).content.decode()
    )


# --- Old drafts -----------------------------------------------------------------------------------


def test_only_drafts_that_nobody_touched_are_put_away(desk: Client, author: User) -> None:
    old, touched, fresh = (message(author, title) for title in ("Stary", "Ruszany", "Nowy"))
    long_ago = timezone.now() - timedelta(days=120)
    Message.objects.filter(pk__in=[old.pk, touched.pk]).update(created_at=long_ago)
    audit.record("message.changed", touched, by=author)
    assert old_drafts.of(author) == [old]
    page = reverse("draft-cleanup")
    assert "Stary" in desk.get(page).content.decode()
    desk.post(page, {"draft": [old.pk, touched.pk, fresh.pk, "x"]})
    assert set(Message.objects.binned(author)) == {old}
    assert binning.take_out(old, by=author)


# --- One delivery ---------------------------------------------------------------------------------


def attempt(delivery: Delivery, outcome: str, code: str = "", minutes: int = 0) -> None:
    at = timezone.now() + timedelta(minutes=minutes)
    Attempt.objects.create(delivery=delivery, at=at, outcome=outcome, code=code)


def test_late_and_repeated_news_is_shown_and_said_to_change_nothing(
    delivered: Message, client: Client
) -> None:
    delivery = Delivery.objects.filter(message=delivered).first()
    assert delivery is not None
    for outcome in ("news:delivered", "news:undelivered", "news:delivered", "news:read"):
        attempt(delivery, outcome)
    steps = tracing.steps_of(delivery)
    assert [(one.outcome, one.late) for one in steps] == [
        ("accepted", False),
        ("news:delivered", False),
        ("news:undelivered", True),
        ("news:delivered", True),
        ("news:read", False),
    ]
    client.force_login(make.staff("editor"))
    body = client.get(reverse("delivery-detail", args=[delivery.pk])).content.decode()
    assert body.count("timeline") == 1


def test_a_person_s_correction_stands_beside(delivered: Message, author: User) -> None:
    first = Delivery.objects.filter(message=delivered).order_by("pk").first()
    assert first is not None
    follow = message(author, "Sprostowanie", follows=delivered, follow_kind="correction")
    now = timezone.now()
    second = Delivery.objects.create(
        message=follow,
        recipient=first.recipient,
        channel="email",
        lane=3,
        due_at=now,
        changed_at=now,
    )
    assert [one.delivery for one in tracing.related(first)] == [second]
    assert [(one.delivery, one.kind) for one in tracing.related(second)] == [(first, "")]
    others = Delivery.objects.filter(message=delivered).exclude(pk=first.pk)
    assert all(not tracing.related(other) for other in others)
