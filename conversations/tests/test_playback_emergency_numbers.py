"""A whole number in an emergency: with a reason, told at once to who supervises, for five minutes, read by the Director."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry
from conversations.models import Conversation, NumberReveal
from conversations.playback import emergency_numbers
from conversations.playback.rights import Refused
from conversations.register import figures
from messaging.models import Letter
from tests import make, make_access, make_conversations, make_listening
from tests.make_conversations import PHONE
from tests.make_listening import REASON, signed_in

pytestmark = pytest.mark.django_db
SHOWN = "601234567"


def test_an_administrator_sees_a_number_once_told_of_and_for_five_minutes() -> None:
    call, administrator = make_conversations.call(), make.staff("administrator")
    told = {make_conversations.director().pk, make_access.officer().pk}
    make.staff("secretary")
    client = signed_in(administrator)
    card, ask = (
        reverse(name, args=[call.pk]) for name in ("conversation-card", "break-glass-number")
    )
    assert ask in client.get(card).content.decode()
    assert PHONE not in client.get(ask).content.decode()
    for reason in ("", "awaria", " " * 40):
        assert client.post(ask, {"reason": reason}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not NumberReveal.objects.exists()
    assert not Letter.objects.filter(staff__isnull=False).exists()
    shown = client.post(ask, {"reason": REASON}, follow=True)
    seen = NumberReveal.objects.get()
    assert PHONE in shown.content.decode()
    assert shown["Refresh"].endswith(f"url={card}")
    assert "no-store" in shown["Cache-Control"]
    assert (seen.emergency, seen.reason, seen.user) == (True, REASON, administrator)
    letters = Letter.objects.filter(staff__isnull=False)
    assert {letter.staff_id for letter in letters} == told
    for letter in letters:
        assert REASON not in letter.text.long
        assert SHOWN not in letter.text.long
    entry = AuditEntry.objects.get(action="conversation.unmasked_in_emergency")
    assert entry.detail == {"reveal": seen.pk}
    assert REASON not in entry.reason
    assert PHONE not in client.get(card).content.decode()


def test_a_look_is_nobody_elses_and_ends() -> None:
    call, administrator = make_conversations.call(), make.staff("administrator")
    seen = emergency_numbers.reveal(call, REASON, by=administrator)
    address = reverse("break-glass-number-shown", args=[seen.uid])
    client = signed_in(administrator)
    assert PHONE in client.get(address).content.decode()
    other = signed_in(make.staff("administrator", login="drugi@zazolcin.example"))
    assert other.get(address).status_code == HTTPStatus.NOT_FOUND
    NumberReveal.objects.update(at=timezone.now() - emergency_numbers.SHOWN_FOR)
    over = client.get(address)
    assert over.status_code == HTTPStatus.GONE
    assert PHONE not in over.content.decode()


def test_only_by_emergency_right_and_only_what_may_be_opened() -> None:
    call, administrator = make_conversations.call(), make.staff("administrator")
    for role in (
        "conversation_agent",
        "conversation_designee",
        "centre_head",
        "office_director",
        "data_protection_officer",
        "unit_manager",
        "secretary",
        "auditor",
    ):
        user = make.staff(role, login=f"{role}@zazolcin.example")
        client, ask = signed_in(user), reverse("break-glass-number", args=[call.pk])
        assert client.post(ask, {"reason": REASON}).status_code == HTTPStatus.FORBIDDEN, role
        with pytest.raises(Refused):
            emergency_numbers.reveal(call, REASON, by=user)
    cases = {
        "no_number": make_conversations.call(phone=""),
        "held": make_access.checked().items.get().conversation,
        "expired": make_conversations.call(),
        "purged": make_conversations.call(),
    }
    Conversation.objects.filter(pk=cases["expired"].pk).update(expires_at=timezone.now())
    Conversation.objects.filter(pk=cases["purged"].pk).update(purge_state="purged")
    client = signed_in(administrator)
    for code, row in cases.items():
        row.refresh_from_db()
        assert emergency_numbers.refusal(administrator, row) == code
        url = reverse("break-glass-number", args=[row.pk])
        page = client.post(url, {"reason": REASON})
        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, code
        assert url not in client.get(reverse("conversation-card", args=[row.pk])).content.decode()
    assert not NumberReveal.objects.exists()
    # The ordinary way, without telling anybody, stays shut to administrators.
    plain = client.post(reverse("conversation-number", args=[call.pk]), {"reason": REASON})
    assert plain.status_code == HTTPStatus.FORBIDDEN


def test_what_was_shown_is_hidden_when_the_right_goes() -> None:
    call, administrator = make_conversations.call(), make.staff("administrator")
    seen = emergency_numbers.reveal(call, REASON, by=administrator)
    assert emergency_numbers.number_of(seen) == PHONE
    administrator.groups.clear()
    seen = NumberReveal.objects.get()
    with pytest.raises(Refused):
        emergency_numbers.number_of(seen)
    Conversation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        emergency_numbers.number_of(seen)


def test_the_director_confirms_and_nobody_their_own() -> None:
    call, director = make_conversations.call(), make_conversations.director()
    administrator = make.staff("administrator")
    seen = emergency_numbers.reveal(call, REASON, by=administrator)
    url, listed = reverse("break-glass-number-review", args=[seen.pk]), reverse("break-glass-list")
    assert figures.supervision(figures.month_of("")).unreviewed == 1
    client = signed_in(director)
    assert REASON in client.get(listed).content.decode()
    make_listening.played(administrator, call, purpose="break_glass")
    page = client.get(listed).content.decode()
    assert page.count(REASON) == 2
    assert url in page
    officer = signed_in(make_access.officer())
    assert url not in officer.get(listed).content.decode()
    assert officer.post(url).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(administrator).post(url).status_code == HTTPStatus.FORBIDDEN
    NumberReveal.objects.update(user=director)
    client.post(url)
    assert not NumberReveal.objects.exclude(reviewed_at=None).exists()
    NumberReveal.objects.update(user=administrator)
    for _time in range(2):
        assert client.post(url).status_code == HTTPStatus.FOUND
    seen.refresh_from_db()
    assert seen.reviewed_by == director
    assert AuditEntry.objects.filter(action="conversation.emergency_reviewed").count() == 1
    # The administrator's look at the number is not left to another month's figures.
    assert figures.supervision(figures.month_of("")).unreviewed == 1
    card = client.get(reverse("conversation-card", args=[call.pk])).content.decode()
    assert "dostęp awaryjny" in card
