"""Topics are opened, changed, moved and closed; their bits are never given twice."""

import pytest
from django.db import IntegrityError, transaction

from admin_module.models import AuditEntry, User
from consents import granting, numbering, topics
from consents.models import Consent, ConsentForm, NoScan, Topic
from consents.topics import TopicData
from messaging.steps import sending
from recipients.contacts import permissions
from recipients.forms import ticking
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db
WASTE = TopicData("Odpady", "harmonogram odbioru", channels=("sms", "email"))


@pytest.fixture
def admin() -> User:
    return make.staff("administrator")


def printed(wanted: int, *, by: User) -> ConsentForm:
    make.consent_text()
    return numbering.new_form(make.recipient(active=False), wanted, by=by)


def test_a_new_topic_stands_last_and_its_words_are_logged_as_a_digest(admin: User) -> None:
    make.topic("Wydarzenia")
    topic = topics.add(WASTE, by=admin)
    assert list(Topic.objects.values_list("name", flat=True)) == ["Wydarzenia", "Odpady"]
    assert topic.channels == ["email", "sms"]
    entry = AuditEntry.objects.get(action="topic.added")
    assert entry.detail["channels"] == ["email", "sms"]
    assert "Odpady" not in str(entry.detail)
    assert entry.after


def test_bits_go_up_past_closed_topics(admin: User) -> None:
    first = topics.add(WASTE, by=admin)
    topics.close(first, by=admin)
    assert topics.add(TopicData("Drogi"), by=admin).bit == first.bit + 1


def test_a_bit_that_anybody_still_has_is_not_given(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    person = make.recipient()
    Recipient.objects.filter(pk=person.pk).update(consents=1 << (4 * (topic.bit + 1) + 3))
    assert topics.free_bit() == topic.bit + 2


def test_a_bit_that_a_printed_form_names_is_not_given(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    printed(1 << (4 * (topic.bit + 1)), by=admin)
    assert topics.free_bit() == topic.bit + 2


def test_a_sixteenth_topic_is_refused_and_nothing_is_saved(admin: User) -> None:
    for number in range(topics.MOST):
        topics.add(TopicData(f"Temat {number}"), by=admin)
    topics.close(Topic.objects.all()[0], by=admin)
    with pytest.raises(topics.NoRoom):
        topics.add(WASTE, by=admin)
    assert Topic.objects.count() == topics.MOST


def test_a_stale_change_is_refused_with_what_stands_now(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    topics.change(topic, TopicData("Śmieci"), revision=1, by=admin)
    with pytest.raises(topics.StaleTopic) as stale:
        topics.change(topic, TopicData("Odpadki"), revision=1, by=admin)
    assert stale.value.theirs.name == "Śmieci"
    assert Topic.objects.get().name == "Śmieci"


def test_saving_the_same_is_no_change(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    assert topics.change(topic, WASTE, revision=1, by=admin).revision == 1
    assert not AuditEntry.objects.filter(action="topic.changed").exists()


def test_the_database_wants_a_law_behind_a_mandatory_topic() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.create(name="Alarmy", bit=3, mandatory=True)


def test_moving_exchanges_neighbours_and_stops_at_the_ends(admin: User) -> None:
    for name in "abc":
        topics.add(TopicData(name), by=admin)
    a, _b, c = Topic.objects.all()
    assert topics.move(c, up=True, by=admin)
    assert not topics.move(a, up=True, by=admin)
    assert not topics.move(Topic.objects.get(name="b"), up=False, by=admin)
    assert [topic.name for topic in Topic.objects.all()] == ["a", "c", "b"]


def test_nobody_can_agree_to_a_closed_topic_and_what_was_said_stays(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    person = make.recipient(topics=(topic,), kinds=("email", "sms"))
    other = make.recipient()
    assert topics.close(topic, by=admin)
    assert not topics.close(topic, by=admin)
    topic.refresh_from_db()
    with pytest.raises(granting.CannotConsent):
        granting.grant(other, topic, "email", how="desk", by=admin)
    assert topics.agreed([topic])[topic.pk]["email"] == 1
    granting.withdraw(person, topic, "email", how="desk", by=admin)
    assert topics.agreed([topic])[topic.pk]["email"] == 0
    assert topics.reopen(topic, by=admin)
    topic.refresh_from_db()
    granting.grant(other, topic, "email", how="desk", by=admin)
    assert topics.agreed([topic])[topic.pk] == {"email": 1, "sms": 1, "epuap": 0, "push": 0}


def test_a_channel_that_is_not_offered_takes_no_consent(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    with pytest.raises(granting.CannotConsent):
        granting.grant(make.recipient(), topic, "epuap", how="desk", by=admin)


def test_a_form_signed_after_the_topic_was_closed_grants_the_rest(admin: User) -> None:
    waste, roads = topics.add(WASTE, by=admin), topics.add(TopicData("Drogi"), by=admin)
    form = printed(sum(1 << (4 * topic.bit) for topic in (waste, roads)), by=admin)
    topics.close(waste, by=admin)
    person = granting.receive_form(form, by=admin, paper=NoScan.LATER)
    person.refresh_from_db()
    assert person.consents == 1 << (4 * roads.bit)
    assert [act.topic for act in Consent.objects.all()] == [roads]


def test_the_page_of_consents_takes_back_a_closed_topic_and_gives_none(admin: User) -> None:
    waste, roads = topics.add(WASTE, by=admin), topics.add(TopicData("Drogi"), by=admin)
    bits = {topic: permissions.bit(topic.bit, "email") for topic in (waste, roads)}
    for topic in (waste, roads):
        topics.close(topic, by=admin)
    assert ticking.rows(0, admin) == []
    assert [row.topic for row in ticking.rows(bits[waste], admin)] == [waste]
    assert ticking.differing(bits[waste], bits[roads], admin) == [(waste, "email", False)]


def test_a_message_about_a_closed_topic_is_not_sent(admin: User) -> None:
    topic = topics.add(WASTE, by=admin)
    editor = make.staff("editor")
    message = make.message(author=editor, about=topic)
    topics.close(topic, by=admin)
    message.refresh_from_db()
    with pytest.raises(sending.CannotSend):
        sending.send(message, by=editor)


def test_the_counts_are_one_query_and_count_active_people_only(
    admin: User, django_assert_num_queries: object
) -> None:
    waste, roads = topics.add(WASTE, by=admin), topics.add(TopicData("Drogi"), by=admin)
    make.recipient(topics=(waste, roads), kinds=("email", "sms"))
    restricted = make.recipient(topics=(waste,), kinds=("email",))
    Recipient.objects.filter(pk=restricted.pk).update(state="restricted")
    with django_assert_num_queries(1):  # type: ignore[operator]
        agreed = topics.agreed([waste, roads])
    assert agreed[waste.pk] == {"email": 1, "sms": 1, "epuap": 0, "push": 0}
    assert agreed[roads.pk]["sms"] == 1
