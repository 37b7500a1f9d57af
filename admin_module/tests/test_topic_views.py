"""The screens of topics and of the consent's words, as the roles see and use them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from admin_module.models import AuditEntry, Unit, User
from consents import topics
from consents.models import ConsentText, Topic
from consents.topics import TopicData
from tests import make

pytestmark = pytest.mark.django_db
FILLED: dict[str, Any] = {
    "name": "Odpady",
    "description": "harmonogram",
    "channels": ["email", "sms"],
}
WORDS: dict[str, Any] = {
    "statement": "Zgadzam się na listy od {name_genitive}.",
    "privacy_notice": "Kto: {name}",
}


@pytest.fixture
def admin(client: Client) -> User:
    user = make.staff("administrator")
    client.force_login(user)
    return user


def post(client: Client, address: str, status: Any = 302, **fields: Any) -> str:
    response = client.post(address, fields)
    assert response.status_code == status
    return response.content.decode()


def test_without_topics_the_page_says_what_they_are(client: Client, admin: User) -> None:
    page = client.get("/tematy/").content.decode()
    assert 'class="empty"' in page
    assert "/tematy/nowy/" in page


def test_a_topic_is_opened_changed_closed_and_opened_again(client: Client, admin: User) -> None:
    post(client, "/tematy/nowy/", **FILLED)
    topic = Topic.objects.get()
    post(client, f"/tematy/{topic.pk}/", **FILLED | {"name": "Śmieci", "revision": 1})
    assert "Śmieci" in client.get(f"/tematy/{topic.pk}/zamkniecie/").content.decode()
    post(client, f"/tematy/{topic.pk}/zamkniecie/")
    topic.refresh_from_db()
    assert (topic.name, topic.closed, topic.channels) == ("Śmieci", True, ["email", "sms"])
    post(client, f"/tematy/{topic.pk}/otwarcie/")
    topic.refresh_from_db()
    assert not topic.closed
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "topic.added", "topic.changed", "topic.closed", "topic.reopened",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "odpady DRUGIE"}, "name"),
        ({"channels": []}, "channels"),
        ({"channels": ["fax"]}, "channels"),
        ({"mandatory": "on"}, "legal_basis"),
    ],
)
def test_what_makes_no_topic_is_explained_and_kept(
    client: Client, admin: User, wrong: dict[str, Any], field: str
) -> None:
    topics.add(TopicData("Odpady drugie"), by=admin)
    response = client.post("/tematy/nowy/", FILLED | wrong)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "harmonogram" in response.content.decode()
    assert Topic.objects.count() == 1


def test_a_topic_by_law_is_the_whole_offices(client: Client, admin: User) -> None:
    school = Unit.objects.create(name="Szkoła nr 1", kind="municipal")
    filled = FILLED | {"mandatory": "on", "legal_basis": "ustawa"}
    page = post(client, "/tematy/nowy/", 422, **filled, unit=school.pk)
    assert "error-summary" in page
    post(client, "/tematy/nowy/", **filled)
    assert Topic.objects.get().mandatory


def test_words_that_people_agreed_to_need_a_promise(client: Client, admin: User) -> None:
    topic = topics.add(TopicData("Odpady", "harmonogram"), by=admin)
    make.recipient(topics=(topic,))
    other = FILLED | {"name": "Podatki", "revision": 1}
    post(client, f"/tematy/{topic.pk}/", 422, **other)
    post(client, f"/tematy/{topic.pk}/", **other, same_meaning="on")
    post(client, f"/tematy/{topic.pk}/", **other | {"channels": ["sms"], "revision": 2})
    topic.refresh_from_db()
    assert (topic.name, topic.channels) == ("Podatki", ["sms"])


def test_two_who_change_one_topic_lose_nothing(client: Client, admin: User) -> None:
    topic = topics.add(TopicData("Odpady"), by=admin)
    topics.change(topic, TopicData("Śmieci"), revision=1, by=admin)
    page = post(client, f"/tematy/{topic.pk}/", 409, **FILLED | {"name": "Odpadki", "revision": 1})
    assert "Śmieci" in page
    assert "Odpadki" in page
    post(client, f"/tematy/{topic.pk}/", **FILLED | {"name": "Odpadki", "revision": 2})
    assert Topic.objects.get().name == "Odpadki"


def test_topics_are_moved_without_a_script(client: Client, admin: User) -> None:
    first, second = (topics.add(TopicData(name), by=admin) for name in ("a", "b"))
    post(client, f"/tematy/{second.pk}/miejsce/", up="")
    assert list(Topic.objects.values_list("name", flat=True)) == ["b", "a"]
    post(client, f"/tematy/{second.pk}/miejsce/", down="")
    assert next(iter(Topic.objects.all())) == first


def test_a_sixteenth_topic_is_refused_in_words(client: Client, admin: User) -> None:
    for number in range(topics.MOST):
        topics.add(TopicData(f"Temat {number}"), by=admin)
    assert "error-summary" in post(client, "/tematy/nowy/", 422, **FILLED)


def test_an_editor_reads_the_topics_and_changes_nothing(client: Client) -> None:
    topic = make.topic()
    client.force_login(make.staff("editor"))
    page = client.get("/tematy/").content.decode()
    assert topic.name in page
    assert "/miejsce/" not in page
    for address in ("nowy", str(topic.pk), f"{topic.pk}/zamkniecie", f"{topic.pk}/miejsce"):
        assert client.post(f"/tematy/{address}/").status_code == 403


def test_another_units_topic_is_not_there(client: Client) -> None:
    school = Unit.objects.create(name="Szkoła nr 1", kind="municipal")
    library = Unit.objects.create(name="Biblioteka", kind="municipal")
    theirs = Topic.objects.create(name="Nowe książki", bit=0, unit=library)
    own = Topic.objects.create(name="Szkoła", bit=1, unit=school)
    head = make.staff("editor", "administrator")
    User.objects.filter(pk=head.pk).update(unit=school)
    client.force_login(User.objects.get(pk=head.pk))
    page = client.get("/tematy/").content.decode()
    assert own.name in page
    assert theirs.name not in page
    # What the form of a topic changes is the whole town's.
    assert client.get(f"/tematy/{theirs.pk}/").status_code == 403
    assert client.post(f"/tematy/{own.pk}/miejsce/", {"up": ""}).status_code == 403


def test_small_numbers_are_hidden_from_staff_of_one_unit(client: Client, admin: User) -> None:
    topic = topics.add(TopicData("Odpady"), by=admin)
    assert [cell[2] for cell in client.get("/tematy/").context["open"][0][1]] == [0, 0, 0, 0]
    school = Unit.objects.create(name="Szkoła nr 1", kind="municipal")
    Topic.objects.filter(pk=topic.pk).update(unit=school)
    User.objects.filter(pk=admin.pk).update(unit=school)
    assert [cell[2] for cell in client.get("/tematy/").context["open"][0][1]] == [None] * 4


def test_new_words_of_the_consent_are_a_version_of_their_own(client: Client, admin: User) -> None:
    before = ConsentText.objects.get()
    start = client.get("/tematy/tresc-zgody/nowa/").content.decode()
    assert before.statement[:40] in start
    tomorrow = timezone.localdate() + timedelta(days=1)
    post(client, "/tematy/tresc-zgody/nowa/", valid_from=tomorrow.isoformat(), **WORDS)
    text = ConsentText.objects.get(version=before.version + 1)
    assert text.statement == WORDS["statement"]
    page = client.get("/tematy/tresc-zgody/").content.decode()
    assert f"/tematy/tresc-zgody/{text.version}/" in page
    assert WORDS["statement"] in client.get(f"/tematy/tresc-zgody/{text.version}/").content.decode()
    assert AuditEntry.objects.get(action="consent_text.added").detail["version"] == text.version


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_from": date(2020, 1, 1).isoformat()}, "valid_from"),
        ({"statement": "Zgadzam się na {wszystko}."}, "statement"),
        ({"privacy_notice": "Bez tytułu\n\nKto: {name}"}, "privacy_notice"),
        ({"statement": ""}, "statement"),
    ],
)
def test_words_that_cannot_be_printed_are_refused(
    client: Client, admin: User, wrong: dict[str, str], field: str
) -> None:
    today = timezone.localdate().isoformat()
    response = client.post("/tematy/tresc-zgody/nowa/", {"valid_from": today} | WORDS | wrong)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert ConsentText.objects.count() == 1
