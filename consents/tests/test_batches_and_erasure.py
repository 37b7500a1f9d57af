"""A file of many forms ends when somebody in it is erased, ready or not."""

import uuid
from collections.abc import Sequence

import pytest

from admin_module.models import AuditEntry
from consents import batches
from recipients import jobs
from recipients.account import rights
from recipients.models import Job, OfficeFile, Recipient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def ordered(people: Sequence[Recipient]) -> Job:
    make.consent_text()
    return batches.order(
        [person.pk for person in people],
        reminding=False,
        by=make.staff("recipients_clerk"),
        form_key=uuid.uuid4(),
    )


def test_a_ready_file_ends_with_anybody_in_it() -> None:
    gone, stays, other = (make.recipient(active=False) for _each in range(3))
    holding, apart = ordered([gone, stays]), ordered([other])
    for job in (holding, apart):
        assert jobs.run(job.pk)
        job.refresh_from_db()
    path = holding.result.path if holding.result else None
    rights.erase(gone, by=make.clerk(), reason="wniosek")
    holding.refresh_from_db()
    apart.refresh_from_db()
    assert holding.result is None
    assert apart.result is not None
    assert path is not None
    assert not path.exists()
    assert AuditEntry.objects.filter(action="job.ended_by_erasure").count() == 1


def test_a_file_that_is_being_made_is_stopped_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone, stays = make.recipient(active=False), make.recipient(active=False)
    job = ordered([gone, stays])
    typeset = batches._while_alive

    def erase_meanwhile(*arguments: object, **options: object) -> batches.Printed:
        made = typeset(*arguments, **options)  # type: ignore[arg-type]
        rights.erase(gone, by=make.clerk(), reason="wniosek")
        return made

    monkeypatch.setattr(batches, "_while_alive", erase_meanwhile)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, None)
    assert not OfficeFile.objects.exists()
