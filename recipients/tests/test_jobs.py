"""Work that outlives its page and its worker: taken once, cancelled, taken over, begun anew."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from admin_module.models import AuditEntry, User
from messaging import sweeping, tasks
from messaging.dispatching import Dispatcher
from messaging.ledger import waking
from recipients import jobs
from recipients.address_register import address_import, address_reading
from recipients.models import AddressPoint, Job, OfficeFile, Street
from recipients.upkeep import address_job
from tests import make

pytestmark = pytest.mark.django_db

STREETS = "teryt,prefix,name\n00001,ul.,Sportowa\n00002,al.,Lipowa\n"
POINTS = (
    "teryt,number,letter,postal_code,district,latitude,longitude\n"
    "00001,1,,00-002,Słoneczne,52.3,22.0\n"
    "00002,3,,00-001,Śródmieście,52.3,22.0\n"
)


def order(
    streets: str = STREETS,
    points: str = POINTS,
    *,
    by: User | None = None,
    form_key: uuid.UUID | None = None,
) -> Job:
    return address_job.order(
        {"streets": streets, "points": points},
        by=by or make.staff("administrator"),
        form_key=form_key or uuid.uuid4(),
    )


def test_a_job_is_done_and_forgets_its_files() -> None:
    job = order()
    assert (job.state, job.total) == ("waiting", 4)
    assert jobs.waiting() == [job.pk]
    assert jobs.run(job.pk)
    job = Job.objects.get()
    assert (job.state, job.done, job.result) == ("done", 4, None)
    assert not OfficeFile.objects.exists()
    assert job.counts == {
        "streets": 2,
        "points": 2,
        "added": 4,
        "changed": 0,
        "moved": 0,
        "gone": 0,
        "back": 0,
        "lived_in": 0,
        "wrong": 0,
        "north": 523000,
        "east": 220000,
    }
    assert AddressPoint.objects.count() == 2
    assert jobs.waiting() == []
    assert not jobs.run(job.pk)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "job.ordered",
        "job.ended",
    ]


def test_repeating_an_import_changes_nothing_and_uses_up_no_ids() -> None:
    jobs.run(order().pk)
    for _repetition in range(3):
        jobs.run(order().pk)
        assert Job.objects.latest("pk").counts["added"] == 0
        assert Job.objects.latest("pk").counts["changed"] == 0
    jobs.run(order(STREETS + "00003,ul.,Nowa\n").pk)
    assert Street.objects.get(teryt="00003").pk == Street.objects.get(teryt="00002").pk + 1


def test_the_files_lie_sealed() -> None:
    """Perhaps somebody chose a list of people by mistake."""
    job = order(points=f"{POINTS}Gżegżółka,1,,,X,52,22\n")
    sources = list(OfficeFile.objects.all())
    assert "Gżegżółka".encode() in b"".join(file.read() for file in sources)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result is not None
    assert "Gżegżółka".encode() in job.result.read()
    assert "Gżegżółka".encode() not in job.result.path.read_bytes()
    assert list(OfficeFile.objects.all()) == [job.result]  # the sources are forgotten
    entry = AuditEntry.objects.get(action="job.ended")
    assert entry.detail["wrong"] == 1
    assert "Gżegżółka" not in str(entry.detail)


def test_only_one_import_at_a_time() -> None:
    job = order()
    with pytest.raises(jobs.AlreadyUnderWay):
        order()
    assert OfficeFile.objects.count() == 2  # what was refused left nothing
    jobs.cancel(job, by=make.clerk())
    order()


def test_one_form_makes_one_job() -> None:
    key, by = uuid.uuid4(), make.clerk()
    made = [order(by=by, form_key=key) for _ in "ab"]
    assert made[0] == made[1]
    assert OfficeFile.objects.count() == 2
    jobs.run(made[0].pk)
    assert order(by=by, form_key=key) == made[0]
    assert not OfficeFile.objects.exists()


def test_a_cancelled_job_stops_at_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_reading, "CHUNK", 1)
    job = order()
    keep = address_import.Streets.keep

    def cancelled_meanwhile(streets: address_import.Streets, chunk: list[Street]) -> None:
        keep(streets, chunk)
        jobs.cancel(Job.objects.get(), by=make.clerk())

    monkeypatch.setattr(address_import.Streets, "keep", cancelled_meanwhile)
    jobs.run(job.pk)
    job = Job.objects.get()
    assert job.state == "cancelled"
    assert not OfficeFile.objects.exists()
    assert Street.objects.count() == 1
    assert AddressPoint.objects.count() == 0
    assert not jobs.cancel(job, by=make.clerk())


def test_a_job_whose_worker_is_gone_is_taken_over() -> None:
    job = order()
    Job.objects.update(state="running", alive_at=timezone.now(), runs=1)
    assert jobs.waiting() == []
    assert not jobs.run(job.pk)
    Job.objects.update(alive_at=timezone.now() - jobs.SILENCE - timedelta(seconds=1))
    late = jobs.Work(Job.objects.get(), threading.Event())
    assert jobs.run(job.pk)
    assert Job.objects.get().state == "done"
    # The one that was thought gone wakes up: its word counts no more.
    with pytest.raises(jobs.Stopped):
        late.step(1)
    late.end(Job.State.FAILED)
    assert Job.objects.get().state == "done"


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job = order()
    Job.objects.update(runs=jobs.MOST_RUNS)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "gave_up")
    assert not OfficeFile.objects.exists()


def test_a_process_that_is_stopped_leaves_the_job_for_the_next() -> None:
    job, stop = order(), threading.Event()
    stop.set()
    jobs.run(job.pk, stop)
    job.refresh_from_db()
    assert (job.state, job.runs) == ("waiting", 0)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "done"


@pytest.mark.parametrize(
    ("fault", "problem"), [(OverflowError, "register_full"), (RuntimeError, "fault")]
)
def test_a_fault_ends_the_job_in_words(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception], problem: str
) -> None:
    def fail(*_arguments: object) -> None:
        raise fault("x")

    monkeypatch.setattr(address_import.Streets, "keep", fail)
    job = order()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", problem)
    assert jobs.problem_of(job)


def test_a_waiting_job_is_hinted_at_where_there_is_a_broker(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    job = order()
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(sweeping, "wake", lambda *words, **_lane: told.append(words))
    sweeping.start_jobs()
    assert told == []
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    sweeping.start_jobs()
    assert told == [("run_job", job.pk)]
    with waking.muted():
        sweeping.start_jobs()
    assert len(told) == 1


def test_the_task_and_the_dispatcher_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    tasks.run_job(order().pk)
    assert Job.objects.get().state == "done"
    second = order()
    dispatcher = Dispatcher()
    monkeypatch.setattr("messaging.dispatching.TICK_SECONDS", 0)
    dispatcher.steps()["clerk"]()
    assert Job.objects.get(pk=second.pk).state == "done"


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> jobs.Kind:
    """A kind that another app adds: of one's own only, many at once."""
    label = gettext_lazy("import of the address register")
    made = jobs.Kind("counting", label, "recipients.import_addresses", _count, own=True)
    monkeypatch.setitem(jobs.KINDS, made.name, made)
    return made


def _count(work: jobs.Work) -> None:
    work.step(work.job.detail["to"], 7)


def test_a_kind_of_another_app(kind: jobs.Kind) -> None:
    me, colleague = make.staff("administrator"), make.staff("administrator")
    made = [
        jobs.order(kind.name, {"to": 7}, by=me, form_key=uuid.uuid4(), turn=turn)
        for turn in ("", "", "mine")
    ]
    with pytest.raises(jobs.AlreadyUnderWay):
        jobs.order(kind.name, {"to": 7}, by=colleague, form_key=uuid.uuid4(), turn="mine")
    for job in made:
        jobs.run(job.pk)
    assert {(job.state, job.done, job.total) for job in Job.objects.all()} == {("done", 7, 7)}
    assert set(jobs.seen_by(me)) == set(made)
    assert not jobs.seen_by(colleague)
    assert not jobs.seen_by(make.staff("editor"))


def test_the_clock_orders_too(kind: jobs.Kind, client: Client) -> None:
    job = jobs.order("address_import", by=None, form_key=uuid.uuid4())
    jobs.run(job.pk)
    client.force_login(make.staff("administrator"))
    for page in ("/odbiorcy/zadania/", f"/odbiorcy/zadania/{job.pk}/"):
        assert client.get(page).status_code == 200
