"""Rules about accounts: nobody raises themselves, an administrator always stays, leavers hand over."""

import pytest
from django.contrib.auth.models import Group

from admin_module import accounts, inviting
from admin_module.models import AuditEntry, Invitation, StaffProfile, StaffSession, User
from messaging.models import Delivery, Letter, Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make.staff("administrator", login="szef@zazolcin.example")


def roles_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


def test_roles_are_set_audited_and_told_by_letter(boss: User) -> None:
    guardian = make.staff("data_protection_officer")
    clerk = make.staff("editor")
    StaffSession.objects.create(user=clerk, digest=b"x")
    clerk = accounts.set_roles(clerk, ["approver"], by=boss)
    assert roles_of(clerk) == {"approver"}
    entry = last_entry()
    assert (entry.action, entry.actor) == ("staff.roles_changed", boss)
    assert entry.detail == {"added": ["approver"], "removed": ["editor"]}
    assert {letter.staff for letter in Letter.objects.all()} == {boss, guardian}
    letter = Letter.objects.filter(staff=guardian).get()
    assert str(clerk) in letter.text.long
    assert not StaffSession.objects.exists()
    assert clerk.revision == 2


def test_setting_the_same_roles_again_says_nothing(boss: User) -> None:
    clerk = make.staff("editor")
    accounts.set_roles(clerk, ["editor"], by=boss)
    assert not AuditEntry.objects.exists()
    assert not Letter.objects.exists()


def test_a_role_with_words_of_its_own_stands_in_the_log_by_its_number(boss: User) -> None:
    own = Group.objects.create(name="Obsługa biblioteki, ul. Źródlana 5")
    accounts.set_roles(make.staff(), [own.name], by=boss)
    assert last_entry().detail["added"] == [f"group:{own.pk}"]


def test_nobody_raises_their_own_rights(boss: User) -> None:
    with pytest.raises(accounts.Refused, match="własnych uprawnień"):
        accounts.set_roles(boss, ["administrator", "approver"], by=boss)
    assert roles_of(boss) == {"administrator"}


def test_nobody_gives_more_than_they_may_themselves() -> None:
    helper, clerk = make.staff("auditor"), make.staff()
    with pytest.raises(accounts.Refused, match="na więcej"):
        accounts.set_roles(clerk, ["administrator"], by=helper)
    accounts.set_roles(clerk, ["auditor"], by=helper)
    assert roles_of(clerk) == {"auditor"}


def test_a_role_that_is_gone_cannot_be_given(boss: User) -> None:
    with pytest.raises(accounts.Refused):
        accounts.set_roles(make.staff(), ["nie ma takiej"], by=boss)


def test_the_last_administrator_keeps_the_role(boss: User) -> None:
    with pytest.raises(accounts.Refused, match="jedyny administrator"):
        accounts.set_roles(boss, [], by=boss)
    second = make.staff("administrator")
    accounts.set_roles(boss, [], by=boss)
    assert roles_of(boss) == set()
    with pytest.raises(accounts.Refused):
        accounts.block(second, make.staff(), None)


def test_an_administrator_who_never_came_does_not_count(boss: User) -> None:
    profile = StaffProfile("Nowa", "Osoba")
    inviting.invite("nowa@zazolcin.example", profile, boss.unit, ["administrator"], by=boss)
    with pytest.raises(accounts.Refused, match="jedyny administrator"):
        accounts.set_roles(boss, [], by=boss)


def test_a_blocked_administrator_does_not_count(boss: User) -> None:
    second = make.staff("administrator")
    accounts.block(second, boss, None)
    with pytest.raises(accounts.Refused, match="jedyny administrator"):
        accounts.set_roles(boss, [], by=boss)


def test_nobody_blocks_themselves(boss: User) -> None:
    make.staff("administrator")
    with pytest.raises(accounts.Refused, match="własnego konta"):
        accounts.block(boss, boss, None)


def test_blocking_ends_sessions_and_links_and_can_be_undone(boss: User) -> None:
    profile = StaffProfile("Nowa", "Osoba")
    user = inviting.invite("nowa@zazolcin.example", profile, boss.unit, ["editor"], by=boss)
    StaffSession.objects.create(user=user, digest=b"x")
    accounts.block(user, boss, None)
    assert not User.objects.get(pk=user.pk).is_active
    assert not StaffSession.objects.exists()
    assert not Invitation.objects.usable().exists()
    assert Letter.objects.get(staff=user).expires_at is not None
    with pytest.raises(accounts.Refused):
        accounts.block(user, boss, None)
    accounts.unblock(user, boss)
    assert User.objects.get(pk=user.pk).is_active
    assert last_entry().action == "staff.unblocked"
    with pytest.raises(accounts.Refused):
        accounts.unblock(user, boss)


def test_a_leavers_work_goes_to_the_heir(boss: User) -> None:
    leaver, heir = make.staff("editor"), make.staff("editor")
    heir.unit = make.unit("Biuro Komunikacji Społecznej")
    heir.save()
    draft = make.message(author=leaver)
    waiting = make.message(author=leaver, status=Message.Status.WAITING)
    sent = make.message(author=leaver, status=Message.Status.SENT)
    with pytest.raises(accounts.Refused, match="kto przejmie"):
        accounts.block(leaver, boss, None)
    with pytest.raises(accounts.Refused, match="nie może przejąć"):
        accounts.block(leaver, boss, make.staff("auditor"))
    assert User.objects.get(pk=leaver.pk).is_active
    accounts.block(leaver, boss, heir)
    for message in (draft, waiting):
        message.refresh_from_db()
        assert (message.author, message.unit, message.revision) == (heir, heir.unit, 2)
    sent.refresh_from_db()
    assert sent.author == leaver
    handed = AuditEntry.objects.filter(action="message.handed_over")
    assert [entry.detail for entry in handed] == [{"before": leaver.pk, "after": heir.pk}] * 2
    assert last_entry().detail == {
        "heir": heir.pk,
        "messages": [draft.pk, waiting.pk],
        "reports": 0,
    }


def test_two_who_correct_at_once_lose_nothing(boss: User) -> None:
    user = make.staff("editor")
    first = StaffProfile("Jan", "Nowy")
    accounts.correct(user, user.login, first, user.unit, by=boss, revision=1)
    second = StaffProfile("Jan", "Inny")
    with pytest.raises(accounts.StaleAccount) as stale:
        accounts.correct(user, user.login, second, user.unit, by=boss, revision=1)
    assert stale.value.current.profile == first


def test_one_address_belongs_to_one_person(boss: User) -> None:
    other, user = make.staff(login="zajety@zazolcin.example"), make.staff()
    with pytest.raises(accounts.Refused, match="już loguje się"):
        accounts.correct(
            user, "ZAJETY@zazolcin.example", user.profile, user.unit, by=boss, revision=1
        )
    assert User.objects.by_login(other.login).get() == other
    assert not AuditEntry.objects.exists()


def test_letters_to_staff_go_through_the_engine(boss: User) -> None:
    accounts.set_roles(make.staff(), ["editor"], by=boss)
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.recipient_id, delivery.lane) == ("email", None, 2)
