"""From what a browser tells every few seconds to work that comes back; drafts copied, deleted, taken back."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from messaging.models import Message, UnsavedWork
from messaging.steps import binning, unsaved
from messaging.tests.flow import sent
from tests import make

pytestmark = pytest.mark.django_db
KEY = str(uuid.uuid4())


@pytest.fixture
def editor() -> User:
    return make.staff("editor")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def fields(**more: str) -> dict[str, str]:
    typed = {"klass": "information", "title": "Woda w piwnicach", "form_key": KEY, "revision": "0"}
    return typed | {"short": "Jutro bez wody", "person": "Kowalska"} | more


def test_work_on_a_new_message_comes_back_even_where_it_is_wrong(desk: Client) -> None:
    answer = desk.post(reverse("message-autosave"), fields(age_from="70", age_to="60", long="{ul}"))
    assert answer.status_code == 200
    desk.post(reverse("message-autosave"), fields(title="Woda nadal", long="{ul}", sex="F"))
    work = UnsavedWork.objects.get()
    assert "person" not in work.typed.fields  # whom somebody looked for is no work
    page = desk.get(reverse("message-new")).content.decode()
    assert f"?przywroc={work.pk}" in page
    assert "Woda nadal" in page
    back = desk.get(reverse("message-new") + f"?przywroc={work.pk}")
    body = back.content.decode()
    assert 'value="Woda nadal"' in body
    assert KEY in body
    assert back.context["editor"].builder.filter == {"sex": "F"}
    assert "{ul}" in body


def test_saving_ends_what_was_unsaved_and_sealing_leaves_no_key(desk: Client) -> None:
    desk.post(reverse("message-autosave"), fields())
    assert desk.post(reverse("message-new"), fields(action="save")).status_code == 302
    assert not UnsavedWork.objects.exists()
    message = Message.objects.get()
    page = desk.get(reverse("message-edit", args=[message.pk]))
    assert page.context["unsaved"] == []
    later = fields(title="Jeszcze raz", revision="1")
    assert desk.post(reverse("message-autosave-draft", args=[message.pk]), later).status_code == 200
    page = desk.get(reverse("message-edit", args=[message.pk]))
    assert [title for _work, title in page.context["unsaved"]] == ["Jeszcze raz"]
    assert desk.get(reverse("message-new")).context["unsaved"] == []


def test_a_draft_that_somebody_saved_is_told_and_nothing_typed_is_lost(
    desk: Client, editor: User
) -> None:
    message = make.message(author=editor, form_key=uuid.UUID(KEY))
    Message.objects.filter(pk=message.pk).update(revision=2)
    answer = desk.post(reverse("message-autosave-draft", args=[message.pk]), fields(revision="1"))
    assert answer.status_code == 409
    assert answer.json()["gone"] is False
    work = UnsavedWork.objects.get()
    assert unsaved.title_of(work) == "Woda w piwnicach"
    again = fields(revision="1", action="save", everyone="1")
    assert desk.post(reverse("message-edit", args=[message.pk]), again).status_code == 409


def test_what_left_for_approval_is_told_as_gone(desk: Client, editor: User) -> None:
    message = make.message(author=editor, status="waiting_approval")
    answer = desk.post(reverse("message-autosave-draft", args=[message.pk]), fields(revision="1"))
    assert answer.status_code == 409
    assert answer.json()["gone"] is True
    unsaved.tidy_up()
    assert not UnsavedWork.objects.exists()


@pytest.mark.parametrize(
    "bad", [{"form_key": "x"}, {"revision": "x"}, {"long": "a" * 300_001}, {"form_key": ""}]
)
def test_forged_and_endless_forms_are_refused(desk: Client, bad: dict[str, str]) -> None:
    assert desk.post(reverse("message-autosave"), fields(**bad)).status_code == 422
    assert not UnsavedWork.objects.exists()


def test_nobody_else_sees_or_ends_what_somebody_typed(client: Client, desk: Client) -> None:
    desk.post(reverse("message-autosave"), fields())
    work = UnsavedWork.objects.get()
    client.force_login(make.staff("editor"))
    assert client.get(reverse("message-new")).context["unsaved"] == []
    other = client.get(reverse("message-new") + f"?przywroc={work.pk}").content.decode()
    assert "Woda w piwnicach" not in other
    assert client.post(reverse("unsaved-drop", args=[work.pk])).status_code == 404
    assert client.get(reverse("message-new") + "?przywroc=x").status_code == 200


def test_work_can_be_thrown_away_and_ends_by_itself(desk: Client, editor: User) -> None:
    desk.post(reverse("message-autosave"), fields())
    work = UnsavedWork.objects.get()
    assert desk.post(reverse("unsaved-drop", args=[work.pk])).status_code == 302
    assert not UnsavedWork.objects.exists()
    for number in range(unsaved.MOST_OF_ONE + 2):
        desk.post(
            reverse("message-autosave"), fields(form_key=str(uuid.uuid4()), title=str(number))
        )
    assert UnsavedWork.objects.count() == unsaved.MOST_OF_ONE
    UnsavedWork.objects.update(saved_at=timezone.now() - timedelta(days=15))
    assert unsaved.tidy_up() == unsaved.MOST_OF_ONE


# --- Copies and the bin -----------------------------------------------------------------------------


def test_a_copy_has_the_words_and_the_people_and_nothing_of_the_fate(desk: Client) -> None:
    message = sent(make.message(author=make.staff("editor"), audience={"sex": "F"}))
    answer = desk.post(reverse("message-copy", args=[message.pk]))
    copy = Message.objects.latest("pk")
    assert answer.headers["Location"] == reverse("message-edit", args=[copy.pk])
    assert (copy.text, copy.audience, copy.channels) == (
        message.text, message.audience, message.channels,
    )  # fmt: skip
    assert (copy.status, copy.sent_at, copy.due_at, copy.people) == ("draft", None, None, None)
    assert copy.author != message.author


def test_a_deleted_draft_is_gone_for_all_and_comes_back(desk: Client, editor: User) -> None:
    message = make.message(author=editor)
    page = desk.post(reverse("message-delete", args=[message.pk]), follow=True)
    assert page.context["binned"] == message.pk
    assert message.text.title not in page.content.decode()
    for name in ("message-edit", "message-check", "message-progress"):
        assert desk.get(reverse(name, args=[message.pk])).status_code == 404
    assert desk.post(reverse("message-send", args=[message.pk])).status_code == 404
    back = desk.post(reverse("message-undelete", args=[message.pk]), follow=True)
    assert message.text.title in back.content.decode()
    assert desk.get(reverse("message-list")).context["binned"] is None
    actions = AuditEntry.objects.filter(subject=f"messaging.message:{message.pk}")
    assert {"message.binned", "message.unbinned"} <= set(actions.values_list("action", flat=True))


def test_only_drafts_are_deleted_and_a_week_later_for_good(desk: Client, editor: User) -> None:
    ordered = sent(make.message(author=editor))
    desk.post(reverse("message-delete", args=[ordered.pk]))
    assert Message.objects.visible_to(editor).filter(pk=ordered.pk).exists()
    message = make.message(author=editor)
    desk.post(reverse("message-delete", args=[message.pk]))
    assert binning.empty() == 0
    Message.objects.filter(pk=message.pk).update(binned_at=timezone.now() - timedelta(days=8))
    assert binning.empty() == 1
    assert not Message.objects.filter(pk=message.pk).exists()
    assert desk.post(reverse("message-undelete", args=[message.pk])).status_code == 404


def test_a_reader_neither_copies_nor_deletes(client: Client) -> None:
    client.force_login(make.staff("approver"))
    message = make.message()
    for name in ("message-copy", "message-delete", "message-undelete", "message-autosave-draft"):
        assert client.post(reverse(name, args=[message.pk]), fields()).status_code == 403


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_form_keep_one_row(editor: User) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection
    from django.http import QueryDict

    def keep(number: int) -> None:
        posted = QueryDict(mutable=True)
        posted.update(fields(title=str(number)))
        try:
            unsaved.keep(posted, by=editor, form_key=uuid.UUID(KEY), message=None, revision=0)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(1, 9)))
    assert UnsavedWork.objects.count() == 1
