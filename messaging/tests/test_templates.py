"""From words used again to a template with its versions, and to a draft begun from it."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from admin_module.models import AuditEntry, User
from messaging.models import Message, MessageTemplate, MessageText, TemplateFolder, Variants
from messaging.shelf import templating
from messaging.shelf.templating import Words
from tests import make

pytestmark = pytest.mark.django_db
LIVE = {"hx-request": "true"}
WORDS = Words(
    MessageText(title="Woda", short="Jutro nie będzie wody.", long="Jutro **nie będzie** wody."),
    Variants(uk=MessageText(title="Вода", short="Завтра не буде води.")),
    channels=("email", "sms"),
)


@pytest.fixture
def editor() -> User:
    return make.staff("editor")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Woda", "klass": "information", "title": "Woda", "short": "Nie ma wody.",
        "revision": "0", "form_key": str(uuid.uuid4()), "channels": ["email", "sms"],
    } | fields  # fmt: skip


def template(by: User, words: Words = WORDS, name: str = "Woda") -> MessageTemplate:
    return templating.create(name, words, by=by)


def test_a_template_is_written_once_however_often_it_is_sent(desk: Client) -> None:
    folder = TemplateFolder.objects.create(name="Woda i ciepło", unit=make.unit())
    fields = typed(folder=str(folder.pk), uk_short="Немає води.", topic=str(make.topic().pk))
    first = desk.post(reverse("template-new"), fields)
    assert desk.post(reverse("template-new"), fields)["Location"] == first["Location"]
    made = MessageTemplate.objects.get()
    version = templating.newest(made)
    assert (made.folder, version.number, version.channels) == (folder, 1, ["email", "sms"])
    assert version.variants.uk == MessageText(short="Немає води.")
    page = desk.get(first["Location"]).content.decode()
    assert "Немає води." in page
    assert "Woda i ciepło" in page


def test_what_readers_would_get_is_shown_while_it_is_written(desk: Client, editor: User) -> None:
    said = typed(
        short="Zażółć, {imie}!", long="<script>x</script> **{ulica}**", uk_short="Немає води.",
        title="<b>Woda</b>", action="preview",
    )  # fmt: skip
    whole = desk.post(reverse("template-new"), said)
    page = whole.content.decode()
    assert whole.status_code == 200
    assert not MessageTemplate.objects.exists()
    assert "Zażółć, Anna!" in page
    assert "<strong>ul. Sportowa</strong>" in page
    assert "<script>x" not in page
    assert "<b>" not in page
    assert "(przykład)" in page
    assert reverse("message-preview") not in page  # a template is for nobody yet
    live = desk.post(reverse("template-new"), said | {"language": "uk"}, headers=LIVE)
    parts = live.content.decode()
    assert "<html" not in parts
    assert parts.count('hx-swap-oob="true"') == 2 + 2 * 2 + 1 + 4
    assert 'id="sms-meter"' in parts
    assert [one.text for one in live.context["previews"] if one.channel == "sms"] == ["Немає води."]
    made = template(editor)
    shown = desk.get(reverse("template-edit", args=[made.pk]))
    assert "Jutro nie będzie wody." in [one.text for one in shown.context["previews"]]
    assert shown.context["polish_sms"].chosen.parts == 1
    assert 'value="preview"' in shown.content.decode()


def test_the_preview_speaks_for_the_unit_whose_template_it_is(desk: Client, editor: User) -> None:
    school = make.municipal_unit("Szkoła nr 3")
    made = template(make.staff("editor", unit=school))
    shown = desk.get(reverse("template-edit", args=[made.pk]))
    assert "Szkoła nr 3" in {one.sender for one in shown.context["previews"]}
    hers = TemplateFolder.objects.create(name="Zima", unit=school)
    typed_in = desk.post(
        reverse("template-new"), typed(folder=str(hers.pk), action="preview"), headers=LIVE
    )
    assert "Szkoła nr 3" in {one.sender for one in typed_in.context["previews"]}
    assert desk.post(reverse("template-new"), typed(action="preview", name="x" * 101)).status_code


def test_an_unknown_name_in_braces_is_refused_with_a_suggestion(desk: Client) -> None:
    answer = desk.post(reverse("template-new"), typed(uk_short="Привіт, {imię}!", name=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "{imie}" in page
    assert "Привіт" in page
    assert not MessageTemplate.objects.exists()


def test_other_words_are_a_new_version_and_a_name_is_not(desk: Client, editor: User) -> None:
    made = template(editor)
    change = reverse("template-edit", args=[made.pk])
    kept = typed(
        title="Woda", short=WORDS.text.short, long=WORDS.text.long, uk_title="Вода",
        uk_short="Завтра не буде води.", name="Woda – awaria", revision="1",
    )  # fmt: skip
    desk.post(change, kept)
    made.refresh_from_db()
    assert (made.name, made.versions.count()) == ("Woda – awaria", 1)
    desk.post(change, kept | {"short": "Dziś nie ma wody.", "revision": "2"})
    card = desk.get(reverse("template-card", args=[made.pk])).content.decode()
    assert "<del>Jutro" in card
    assert "<ins>Dziś" in card
    assert [version.number for version in made.versions.all()] == [2, 1]


def test_two_who_change_it_at_once_lose_nothing(desk: Client, editor: User) -> None:
    made = template(editor)
    templating.change(made, "Woda!", WORDS, by=editor, revision=1)
    answer = desk.post(
        reverse("template-edit", args=[made.pk]), typed(short="Inna woda.", revision="1")
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Inna woda." in page
    assert "Woda!" in page
    assert made.versions.count() == 1


def test_an_older_version_comes_back_as_a_new_one(desk: Client, editor: User) -> None:
    made = template(editor)
    templating.change(made, "Woda", Words(MessageText(title="Inna")), by=editor, revision=1)
    desk.post(reverse("template-restore", args=[made.pk, 1]))
    newest = templating.newest(made)
    assert (newest.number, newest.restores) == (3, 1)
    assert templating.words_of(newest) == WORDS
    desk.post(reverse("template-restore", args=[made.pk, 3]))
    assert made.versions.count() == 3  # it says that already


def test_a_draft_has_the_newest_words_and_keeps_them(desk: Client, editor: User) -> None:
    about = make.topic()
    plan = {"first": "push", "then": "sms", "after_minutes": 30, "until": "read"}
    words = Words(WORDS.text, WORDS.variants, "warning", about, ("sms", "push"), escalation=plan)
    made = template(editor, words)
    answer = desk.post(reverse("template-use", args=[made.pk]))
    message = Message.objects.get()
    assert answer["Location"] == reverse("message-edit", args=[message.pk])
    assert (message.klass, message.topic, message.channels) == ("warning", about, ["sms", "push"])
    assert (message.text, message.variants) == (words.text, words.variants)
    assert message.escalation == plan
    assert message.template_version == templating.newest(made)
    templating.change(made, "Woda", WORDS, by=editor, revision=1)
    message.refresh_from_db()
    assert message.text == words.text
    assert desk.get(answer["Location"]).status_code == 200


def test_what_is_archived_is_not_offered_and_comes_back(desk: Client, editor: User) -> None:
    made = template(editor)
    desk.post(reverse("template-archive", args=[made.pk]))
    shelf = reverse("template-list")
    assert "Woda" not in desk.get(shelf).context["page_obj"].object_list
    assert list(desk.get(shelf, {"katalog": "archiwum"}).context["page_obj"]) == [made]
    assert not list(desk.get(shelf).context["page_obj"])
    desk.post(reverse("template-use", args=[made.pk]))
    assert not Message.objects.exists()
    desk.post(reverse("template-archive", args=[made.pk]), {"back": "1"})
    assert list(desk.get(shelf, {"nazwa": "wod"}).context["page_obj"]) == [made]


def test_only_people_on_duty_begin_an_alarm(desk: Client, editor: User) -> None:
    made = template(editor, Words(WORDS.text, klass="alarm"))
    desk.post(reverse("template-use", args=[made.pk]))
    assert not Message.objects.exists()
    duty = make.staff("duty_officer")
    assert templating.begin_message(made, by=duty).klass == "alarm"


def test_folders_are_made_renamed_filled_and_removed(desk: Client, editor: User) -> None:
    made = template(editor)
    desk.post(reverse("template-folder-new"), {"name": "Zima"})
    folder = TemplateFolder.objects.get()
    again = desk.post(reverse("template-folder-new"), {"name": "zima"})
    assert again.status_code == 422
    desk.post(reverse("template-folder-edit", args=[folder.pk]), {"name": "Zima i śnieg"})
    desk.post(reverse("template-move", args=[made.pk]), {"folder": str(folder.pk)})
    shelf = desk.get(reverse("template-list"), {"katalog": str(folder.pk)})
    assert list(shelf.context["page_obj"]) == [made]
    desk.post(reverse("template-folder-remove", args=[folder.pk]))
    made.refresh_from_db()
    assert made.folder is None
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "template_folder.created", "template_folder.changed", "template.moved",
        "template_folder.removed",
    }  # fmt: skip


def test_templates_travel_in_a_file(desk: Client, editor: User) -> None:
    about = make.topic()
    folder = templating.name_folder(None, "Woda i ciepło", by=editor)
    words = Words(WORDS.text, WORDS.variants, topic=about, channels=("email", "sms"))
    templating.create("Woda", words, by=editor, folder=folder)
    taken = desk.get(reverse("template-export")).content
    MessageTemplate.objects.all().delete()
    TemplateFolder.objects.all().delete()
    bring(desk, taken)
    back = MessageTemplate.objects.get()
    assert (back.name, str(back.folder)) == ("Woda", "Woda i ciepło")
    assert templating.words_of(templating.newest(back)) == words
    bring(desk, taken)
    assert back.versions.count() == 1  # the same again changes nothing
    other = json.loads(taken)
    other["templates"][0]["texts"]["pl"]["short"] = "Inaczej."
    bring(desk, json.dumps(other).encode())
    assert templating.newest(back).text.short == "Inaczej."
    assert templating.newest(back).number == 2


def bring(desk: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("szablony.json", content)
    return desk.post(reverse("template-import"), {"file": file})


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[]",
        b'{"format": "icp-templates/1"}',
        b'{"format": "icp-templates/1", "templates": [1]}',
        b'{"format": "icp-templates/1", "templates": [{"name": "A", "texts": {"pl": {"short": "{kto}"}}}]}',
        b'{"format": "icp-templates/1", "templates": [{"name": {"a": 1}, "class": [], "texts": []}]}',
        b"[" * 50_000,
        b'{"format": "icp-templates/1", "templates": [{"name": "Dobry", "class": "information"}, {}]}',
    ],
)
def test_a_bad_file_changes_nothing(desk: Client, content: bytes) -> None:
    answer = bring(desk, content)
    assert answer.status_code == 422
    assert "id_file_error" in answer.content.decode()
    assert not MessageTemplate.objects.exists()


def test_another_unit_sees_none_of_it(client: Client, editor: User) -> None:
    made = template(editor)
    folder = templating.name_folder(None, "Zima", by=editor)
    client.force_login(make.staff("editor", unit=make.municipal_unit()))
    for name, thing in (
        ("template-card", made), ("template-edit", made), ("template-folder-edit", folder),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[thing.pk])).status_code == 404
    assert client.post(reverse("template-use", args=[made.pk])).status_code == 404
    assert not list(client.get(reverse("template-list")).context["page_obj"])


def test_the_polish_words_are_copied_to_be_translated(desk: Client) -> None:
    answer = desk.post(reverse("template-new"), typed(action="copy-uk"))
    form = answer.context["form"]
    assert form["uk_short"].value() == "Nie ma wody."
    assert not MessageTemplate.objects.exists()
