"""The page of drills, its files, the monthly plan, and every place where a drill must not appear."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging import sweeping
from messaging.about_person import sent as sent_to
from messaging.budget import budgeting
from messaging.drills import drilling
from messaging.models import (
    Attempt,
    Delivery,
    DeviceHint,
    DrillPlan,
    DrillTime,
    HintRound,
    Message,
)
from messaging.public import inbox
from messaging.tests import flow
from messaging.tests.reading import Phone
from messaging.tests.test_drills import a_drill
from recipients.models import CONTACT_KINDS, Change
from tests import make

pytestmark = pytest.mark.django_db
Status = Message.Status


def done(**fields: Any) -> Message:
    message = a_drill(**fields)
    for channel in CONTACT_KINDS:
        flow.drain(channel)
    message.refresh_from_db()
    return message


def test_seconds_to_half_and_to_most_are_kept() -> None:
    message = done(number=4, channels=["email"])
    start = drilling.started(message)
    for number, attempt in enumerate(Attempt.objects.order_by("pk"), 1):
        Attempt.objects.filter(pk=attempt.pk).update(at=start + timedelta(seconds=number))
    assert (drilling.measure_finished(), drilling.measure_finished()) == (1, 0)
    row = DrillTime.objects.get()
    assert (row.people, row.half, row.most, row.last) == (4, 2.0, 4.0, 4.0)


def test_the_page_the_file_and_the_paper(client: Client) -> None:
    message = done(channels=["email", "sms"])
    client.force_login(make.staff("duty_officer"))
    page = client.get(reverse("drill-report")).content.decode()
    assert message.text.title in page
    assert "95 % po" in page
    assert (
        "ĆWICZENIE" in client.get(reverse("message-progress", args=[message.pk])).content.decode()
    )
    assert "ĆWICZENIE" in client.get(reverse("message-list")).content.decode()
    lines = b"".join(client.get(reverse("drill-csv"))).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert client.get(reverse("drill-pdf")).content.startswith(b"%PDF")
    past = client.get(reverse("drill-report"), {"month": "2020-01"}).content.decode()
    assert message.text.title not in past
    assert client.get(reverse("drill-report"), {"month": "zły"}).status_code == 200
    assert client.get(reverse("drill-pdf"), {"month": "2020-01"}).status_code == 200


def test_a_new_drill_is_a_marked_draft_and_its_author_may_approve_it(client: Client) -> None:
    duty = make.staff("duty_officer", "approver")
    client.force_login(duty)
    address = client.post(reverse("drill-new")).headers["Location"]
    made = Message.objects.get()
    assert (made.drill, made.klass, address) == (
        True,
        "alarm",
        reverse("message-edit", args=[made.pk]),
    )
    assert "ĆWICZENIE" in client.get(address).content.decode()
    make.recipient(kinds=("email",))
    assert "ĆWICZENIE" in client.get(reverse("message-check", args=[made.pk])).content.decode()
    client.post(
        reverse("message-send", args=[made.pk]),
        {"revision": made.revision, "confirmation": "WSZYSCY"},
    )
    made.refresh_from_db()
    assert made.status == Status.WAITING
    assert "ĆWICZENIE" in client.get(reverse("message-approve", args=[made.pk])).content.decode()
    from messaging.steps import sending

    assert sending.approve(made, by=duty).status == Status.SCHEDULED


def test_a_drill_is_nowhere_but_in_the_office() -> None:
    make.recipient(topics=(make.topic(),), kinds=("push",))
    message = done(channels=["push", "sms"], klass="warning", public=True, sms_parts=2)
    person = make.recipient(topics=(make.topic(),), kinds=("email", "push"))
    other = done(channels=["push", "sms"], klass="warning", public=True, sms_parts=2)
    phone = Phone(person)
    phone.sync()
    assert not [kind for kind, _uid in phone.kept if kind in {"message", "announcement"}]
    assert inbox.page(phone.device, before=None, limit=10)[0] == []
    assert not Change.objects.filter(uid__in=[message.uid, other.uid]).exists()
    assert Client().get("/api/v1/alerts").json()["items"] == []
    assert Client().get(reverse("alert", args=[message.uid])).status_code == 404
    assert not sent_to.of(person).exists()
    assert not DeviceHint.objects.exists()
    assert not HintRound.objects.exists()
    assert budgeting.used() == 0
    Delivery.objects.update(changed_at=timezone.now() - timedelta(days=9))
    Message.objects.update(sent_at=timezone.now() - timedelta(days=9))
    sweeping.end_without_news()
    assert not Delivery.objects.filter(state="no_receipt").exists()


def test_a_sleeping_device_is_told_nothing_later() -> None:
    person = make.recipient(topics=(make.topic(),), kinds=("push",))
    person.devices.update(quiet_from="00:00", quiet_to="23:59")
    done(number=0, channels=["push"])
    assert not DeviceHint.objects.exists()


def a_plan(**fields: Any) -> DrillPlan:
    pattern = done(number=1, channels=["email"])
    by = make.staff("duty_officer", "approver")
    return DrillPlan.objects.create(
        **({"pattern": pattern, "enabled": True, "day": 10, "changed_by": by} | fields)
    )


def test_the_monthly_drill_is_held_once_at_its_hour() -> None:
    plan = a_plan()
    before = datetime(2027, 3, 10, 8, 59, tzinfo=UTC)  # 9.59 in the town
    assert drilling.hold_planned(before) is None
    held = drilling.hold_planned(before + timedelta(minutes=2))
    assert held is not None
    assert (held.drill, held.status, held.author) == (True, Status.SCHEDULED, plan.changed_by)
    assert drilling.hold_planned(before + timedelta(hours=2)) is None
    plan.refresh_from_db()
    assert drilling.next_on(plan, before + timedelta(hours=2)) == datetime(
        2027,
        4,
        10,
        8,
        0,
        tzinfo=UTC,  # summer time by then: the same hour on the wall
    )


def test_a_missed_one_waits_for_the_next_month() -> None:
    a_plan()
    late = datetime(2027, 3, 10, 16, 0, tzinfo=UTC)
    assert drilling.hold_planned(late) is None
    assert Message.objects.drills().count() == 1


def test_the_plan_is_set_on_its_page_and_not_over_somebody_elses(client: Client) -> None:
    pattern = done(number=1, channels=["email"])
    client.force_login(make.staff("duty_officer"))
    address = reverse("drill-plan")
    fields = {"enabled": "on", "day": 5, "clock": "11:30", "revision": 1}
    assert client.post(address, fields).status_code == 422
    fields["pattern"] = pattern.pk
    assert client.post(address, fields).status_code == 302
    plan = DrillPlan.objects.get()
    assert (plan.enabled, plan.day, plan.revision) == (True, 5, 2)
    stale = client.post(address, fields | {"day": 6})
    assert stale.status_code == 409
    assert client.post(address, fields | {"day": 29, "revision": 2}).status_code == 422
    plan.refresh_from_db()
    assert plan.day == 5
    client.force_login(make.staff("editor"))
    assert client.get(address).status_code == 403
