"""The register of consents: filters, cursor, search, a file without names, one proof, the numbers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from consents import granting, register, statistics
from consents.models import Consent, ConsentForm, ConsentText, Topic
from consents.views import register as pages
from recipients.account import rights
from recipients.lookup.facets import changed
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
REGISTER = "/zgody/"


@pytest.fixture
def officer(client: Client) -> User:
    user = make.staff("data_protection_officer")
    client.force_login(user)
    return user


@pytest.fixture
def people(officer: User) -> list[Recipient]:
    """Two who agree to waste by e-mail and SMS; the second took the SMS back."""
    waste = make.topic()
    both = [make.recipient(topics=(waste,), last_name="Widzialska") for _n in range(2)]
    granting.withdraw(both[1], waste, "sms", how=Consent.How.PHONE, by=officer)
    return both


def shown(client: Client, **asked: Any) -> list[int]:
    answer = client.get(REGISTER, asked)
    assert answer.status_code == 200
    return [act.pk for act in answer.context["acts"]]


def test_every_act_stands_there_the_newest_first_and_without_a_name(
    client: Client, people: list[Recipient]
) -> None:
    assert shown(client) == list(Consent.objects.order_by("-pk").values_list("pk", flat=True))
    body = client.get(REGISTER).content.decode()
    assert people[0].identifier in body
    assert "Widzialska" not in body
    seen = AuditEntry.objects.filter(action="consent.listed").latest("pk")
    assert seen.detail == {"recipients": sorted(person.pk for person in people)}


def test_each_filter_leaves_what_it_says(client: Client, people: list[Recipient]) -> None:
    topic = Topic.objects.get()
    other = make.topic("Kultura")
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert len(shown(client, topic=topic.pk)) == 5
    assert shown(client, topic=other.pk) == []
    assert len(shown(client, channel="email")) == 2
    assert len(shown(client, act="withdraw")) == 1
    assert len(shown(client, how="phone")) == 1
    assert len(shown(client, version=ConsentText.objects.get().version)) == 5
    assert len(shown(client, since=today, until=today)) == 5
    assert shown(client, since=tomorrow) == []
    assert len(shown(client, person=people[1].pk)) == 3


@pytest.mark.parametrize("asked", [{"topic": "x"}, {"since": "jutro"}, {"act": "maybe"}])
def test_a_senseless_filter_shows_nothing(
    client: Client, people: list[Recipient], asked: dict[str, str]
) -> None:
    answer = client.get(REGISTER, asked)
    assert answer.status_code == 422
    assert answer.context["acts"] == []


def test_pages_follow_a_cursor_and_miss_nothing(
    client: Client, people: list[Recipient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    found, address = [], REGISTER
    while address:
        answer = client.get(address)
        found += [act.pk for act in answer.context["acts"]]
        address = f"{REGISTER}{answer.context['older']}" if answer.context["older"] else ""
    assert found == list(Consent.objects.order_by("-pk").values_list("pk", flat=True))


def test_the_box_finds_a_form_and_a_person_and_puts_neither_into_an_address(
    client: Client, people: list[Recipient]
) -> None:
    number = ConsentForm.objects.get(recipient=people[0]).number
    find = reverse("consent-find")
    assert client.post(find, {"q": number})["Location"] == f"{REGISTER}?form={number}"
    typed = people[1].identifier.lower()
    assert client.post(find, {"q": typed})["Location"] == f"{REGISTER}?person={people[1].pk}"
    assert client.post(find, {"q": "Widzialska"})["Location"] == REGISTER
    assert len(shown(client, form=number)) == 2


def test_the_file_holds_every_act_and_no_name(client: Client, people: list[Recipient]) -> None:
    answer = client.get(reverse("consent-export"), {"act": "withdraw"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    cells = lines[1].split(";")
    assert cells[-1] == people[1].identifier
    assert "Widzialska" not in "".join(lines)
    assert AuditEntry.objects.filter(action="consent.exported").count() == 1


def test_a_clerk_reads_the_register_and_exports_nothing(people: list[Recipient]) -> None:
    clerk = Client()
    clerk.force_login(make.staff("recipients_clerk"))
    assert clerk.get(REGISTER).status_code == 200
    assert clerk.get(reverse("consent-export")).status_code == 403


def test_staff_of_a_school_see_acts_of_their_people_only(people: list[Recipient]) -> None:
    clerk = make.staff("recipients_clerk", unit=make.municipal_unit())
    school = Client()
    school.force_login(clerk)
    assert shown(school) == []
    act = Consent.objects.all()[0]
    assert school.get(reverse("consent-act", args=[act.pk])).status_code == 404
    assert register.looked_for(people[0].identifier, by=clerk) is None


def test_a_proof_shows_the_very_words_that_were_agreed_to(client: Client, officer: User) -> None:
    topic = make.topic()
    make.consent_text()
    own = {f"topic:{topic.pk}": "Zgadzam się na zdjęcia.", "channel:sms": "SMS-y do 22."}
    ConsentText.objects.create(
        version=9, statement="Zgadzam się.", privacy_notice="Administrator: Gmina.",
        own_words=own, valid_from=date(2026, 1, 1),
    )  # fmt: skip
    ConsentText.objects.exclude(version=9).delete()
    person = make.recipient()
    act = granting.grant(person, topic, "sms", how="desk", by=officer)
    body = client.get(reverse("consent-act", args=[act.pk])).content.decode()
    for words in ("Zgadzam się.", *own.values(), "Gmina."):
        assert words in body
    assert person.identifier in body
    rights.erase(person, by=officer, reason="na prośbę")
    body = client.get(reverse("consent-act", args=[act.pk])).content.decode()
    assert person.identifier not in body
    assert "Zgadzam się." in body


def test_the_numbers_of_now_count_who_agrees_and_can_be_reached(officer: User) -> None:
    waste = make.topic()
    make.recipient(topics=(waste,), kinds=("sms",))
    make.recipient(topics=(waste,), kinds=("sms", "email"))
    make.recipient(kinds=("email",))
    make.recipient(active=False)
    lost = make.recipient(topics=(waste,), kinds=("epuap",))
    lost.contact_points.all().delete()
    changed([lost.pk])
    now = statistics.standing(officer)
    assert (now.active, now.reached) == (4, 2)
    assert [one.people for one in now.by_kind] == [1, 2, 0, 0]
    assert now.by_topic == [(waste, [1, 2, 0, 0])]


def test_small_numbers_are_hidden_from_a_school(people: list[Recipient]) -> None:
    clerk = make.staff("recipients_clerk", unit=make.municipal_unit())
    topic = Topic.objects.create(name="Wywiadówki", bit=9, unit=clerk.unit)
    make.recipient(by=clerk, topics=(topic,))
    now = statistics.standing(clerk)
    assert now.active == 1
    assert now.reached is None
    assert now.by_topic == [(topic, [None] * 4)]


def test_months_are_those_of_the_calendar_in_poland(officer: User, people: list[Recipient]) -> None:
    today = timezone.localdate()
    year = statistics.year(officer, today)
    assert len(year.months) == 12
    assert year.months[-1] == statistics.Month(today.replace(day=1), 4, 1)
    assert year.total == 5
    assert year.scale.top >= 4
    assert [bar.tone for bar in year.bars] == ["ok", "warn"]
    assert statistics.year(officer, date(2020, 2, 29)).months[0].first == date(2019, 3, 1)
    assert statistics.year(officer, date(2020, 2, 29)).total == 0


def test_the_page_of_numbers_opens_with_and_without_any(client: Client, officer: User) -> None:
    assert client.get("/zgody/statystyka/").status_code == 200
    make.recipient(topics=(make.topic(),))
    assert "chart-bars" in client.get("/zgody/statystyka/").content.decode()
