"""An import that is stopped, goes on, is given up or taken back; two at once; the next like it."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from consents.models import ConsentForm
from recipients import jobs
from recipients.models import (
    Job,
    OfficeFile,
    PeopleImport,
    Recipient,
)
from recipients.people_import import arriving, checking, lasting, steps, undoing
from tests import make

from .sheets import checked, clerk, csv_of, imported, person, refused

pytestmark = pytest.mark.django_db


def test_a_stopped_import_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    order = checked(csv_of([person(number) for number in range(6)] + [person(9, pesel="1")]))
    job = steps.confirm(order, by=clerk())
    stop = threading.Event()
    register = arriving.register

    def killed_after(*arguments: Any, **named: Any) -> Any:
        """The worker dies while the second part is written."""
        if Recipient.objects.count() == 2:
            raise SystemExit
        return register(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(arriving, "register", killed_after)
        with pytest.raises(SystemExit):
            jobs.run(job.pk, stop)
    assert Recipient.objects.count() == 2
    # A minute later somebody else takes it.
    Job.objects.filter(pk=job.pk).update(alive_at=timezone.now() - jobs.SILENCE * 2)
    assert jobs.run(job.pk)
    order.refresh_from_db()
    assert (order.counts["new"], order.counts["wrong"]) == (6, 1)
    assert Recipient.objects.count() == 6
    assert ConsentForm.objects.count() == 6
    assert list(refused(order)) == [8]


def test_a_cancelled_import_keeps_who_came_and_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    order = checked(csv_of([person(number) for number in range(6)]))
    job = steps.confirm(order, by=clerk())
    read = checking.Checker.read

    def cancelled_meanwhile(checker: checking.Checker, rows: Any) -> Any:
        if Recipient.objects.count() == 2:
            jobs.cancel(Job.objects.get(pk=job.pk), by=clerk())
        return read(checker, rows)

    with monkeypatch.context() as patch:
        patch.setattr(checking.Checker, "read", cancelled_meanwhile)
        jobs.run(job.pk)
    assert Recipient.objects.count() == 2  # the part under way was undone
    jobs.run(steps.confirm(order, by=clerk()).pk)
    order.refresh_from_db()
    assert (order.state, order.counts["new"]) == ("imported", 6)
    assert Recipient.objects.count() == 6


def test_one_worker_at_a_file() -> None:
    order = checked(csv_of([person(1)]))
    steps.confirm(order, by=clerk())
    with pytest.raises(steps.CannotImport):
        steps.confirm(order, by=clerk())
    with pytest.raises(steps.CannotImport):
        steps.drop(order, by=clerk())


def test_two_imports_of_the_same_people_make_them_once() -> None:
    first, second = checked(csv_of([person(1)])), checked(csv_of([person(1)]))
    for order in (first, second):
        jobs.run(steps.confirm(order, by=clerk()).pk)
    second.refresh_from_db()
    assert second.counts["known"] == 1
    assert Recipient.objects.count() == 1


def test_a_given_up_file_is_forgotten() -> None:
    order = checked(csv_of([person(1, pesel="1")]))
    steps.drop(order, by=clerk())
    assert PeopleImport.objects.get().state == "dropped"
    # The report of the check stays until its day.
    assert [file.purpose for file in OfficeFile.objects.all()] == ["report"]


def test_a_file_that_expired_is_said_so() -> None:
    order = checked(csv_of([person(1)]))
    job = steps.confirm(order, by=clerk())
    OfficeFile.objects.all().forget()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "file_gone")
    assert jobs.problem_of(job)


def test_a_mistaken_import_is_taken_back_but_not_who_was_touched() -> None:
    order = imported(csv_of([person(number) for number in range(3)]))
    touched = Recipient.objects.order_by("pk")[0]
    form = ConsentForm.objects.get(recipient=touched)
    form.received_at = timezone.now()
    form.save()
    job = undoing.undo(order, by=clerk())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.counts == {"taken_back": 2, "stayed": 1}
    assert sorted(Recipient.objects.values_list("state", flat=True)) == [
        "erased", "erased", "pending",
    ]  # fmt: skip
    order.refresh_from_db()
    assert order.state == "undone"
    with pytest.raises(steps.CannotImport):
        undoing.undo(order, by=clerk())


def test_after_a_day_an_import_stays() -> None:
    order = imported(csv_of([person(1)]))
    order.imported_at = timezone.now() - lasting.WITHIN
    order.save()
    with pytest.raises(steps.CannotImport):
        undoing.undo(order, by=clerk())


def test_the_next_sheet_with_the_same_head_is_read_in_the_same_way() -> None:
    order = checked(csv_of([person(1)]))
    chosen = ("first_name", "last_name", "pesel", "street", "house", "", "email")
    jobs.run(
        steps.check(
            order,
            replace(order.plan, columns=chosen),
            arrive="pending",
            codes=True,
            by=clerk(),
        ).pk
    )
    assert steps.start(csv_of([person(2)]), by=clerk()).plan.columns == chosen
    assert steps.imported_before(steps.start(csv_of([person(1)]), by=clerk())) is None
    imported(csv_of([person(1)]))
    assert steps.imported_before(steps.start(csv_of([person(1)]), by=clerk())) is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_two_files_of_the_same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock lets one part after the other look for doubles and then write."""
    monkeypatch.setattr(checking, "CHUNK", 3)
    make.consent_text()
    by = clerk()
    orders = [checked(csv_of([person(n) for n in range(12)]), by=by) for _each in "ab"]
    ordered = [steps.confirm(order, by=by).pk for order in orders]

    def work(pk: int) -> None:
        jobs.run(pk)
        connection.close()

    workers = [threading.Thread(target=work, args=(pk,)) for pk in ordered]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(Job.objects.filter(pk__in=ordered).values_list("state", flat=True)) == {"done"}
    assert Recipient.objects.count() == 12
    assert ConsentForm.objects.count() == 12
    sums = [PeopleImport.objects.get(pk=order.pk).counts for order in orders]
    assert sum(one["new"] for one in sums) == sum(one["known"] for one in sums) == 12
