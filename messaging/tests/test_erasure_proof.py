"""After an erasure nothing opens the person: no old dump, no page, index, log, export or file (§ 5.6).

What is looked at is everything that can be opened at all: every sealed column of every model and every
sealed file, with the keys that are left. That the same look finds the person before, and somebody else
afterwards, shows that it looks.
"""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as live_settings
from django.test import Client
from pytest_django import Settings

from admin_module.backups import databases
from admin_module.models import AuditEntry, User
from icp.encryption import pages
from icp.encryption.blind import BlindIndexField
from icp.encryption.errors import KeyErased, Tampered
from icp.encryption.files import SealedFile
from icp.encryption.files import folder as sealed_folder
from icp.encryption.models import SealedModel
from messaging.correspondence import farewells
from messaging.tests import flow
from messaging.tests.conftest import Fake
from recipients.account import rights
from recipients.filtering import audience
from recipients.lookup import names
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.models import Export, Recipient
from tests import leaks, make
from tests.whole_person import MARKS, neighbour, whole

pytestmark = pytest.mark.django_db(transaction=True)
CHANNELS = ("email", "sms", "epuap", "push")
STAYS = "Pozostałowicz"


def everything_that_opens() -> str:
    """Every sealed value and file that the keys at hand open, as one text."""
    return "\n".join(_opened())


def _opened() -> Iterator[str]:
    for model in apps.get_models():
        if not issubclass(model, SealedModel):
            continue
        for row in model._base_manager.all():
            for field in model.sealed_fields():
                try:
                    value = getattr(row, field.name)
                except (KeyErased, Tampered):  # a report that got another key is not opened by it
                    continue
                yield field.dump(value).decode("utf-8", "replace") if value is not None else ""
            if isinstance(row, SealedFile):
                yield _content(row)


def _content(row: SealedFile) -> str:
    try:
        with row.open() as file:
            return b"".join(file).decode("utf-8", "replace")
    except (KeyErased, Tampered, FileNotFoundError):
        return ""


def marks_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark.casefold() in text.casefold()]


@pytest.fixture
def clerk(settings: Settings, tmp_path: Path) -> User:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.FILES_DIR = tmp_path / "sealed"
    return make.staff("recipients_clerk", "data_protection_officer", "administrator", "editor")


def erased(person: Recipient, by: User, channels: Fake) -> None:
    for kind in CHANNELS:
        channels(kind)
    rights.erase(person, by=by, reason="Na wniosek.")
    for kind in CHANNELS:
        flow.drain(kind)
    assert farewells.end() == 1


def test_a_dump_from_before_the_erasure_opens_nothing_of_the_person(
    clerk: User,
    fake: Fake,
    tmp_path: Path,
) -> None:
    person = whole(by=clerk)
    neighbour()
    main, keys, later = (tmp_path / name for name in ("main", "keys", "keys-later"))
    databases.dump(main, keys)
    files = shutil.copytree(sealed_folder(), tmp_path / "files")
    erased(person, clerk, fake)
    databases.dump(tmp_path / "main-later", later)

    def opened_with(key_dump: Path) -> str:
        databases.load(main, key_dump)
        shutil.copytree(files, sealed_folder(), dirs_exist_ok=True)
        assert Recipient.objects.get(pk=person.pk).state == Recipient.State.SUSPENDED
        return everything_that_opens()

    with_old_keys = opened_with(keys)
    assert marks_in(with_old_keys) == list(MARKS)  # the dump holds them, the look finds them
    with_keys_of_today = opened_with(later)
    assert marks_in(with_keys_of_today) == []
    assert STAYS in with_keys_of_today
    # And what lies about unopened says nothing either, with whatever keys.
    dump = {"main": main.read_bytes(), "old keys": keys.read_bytes()}
    assert leaks.found(MARKS, dump | leaks.files_below(files, "*/*")) == []


def test_no_page_index_log_export_or_file_holds_the_erased(
    clerk: User,
    fake: Fake,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person = whole(by=clerk)
    neighbour()
    client.force_login(clerk)
    before = everything_that_opens() + on_the_screens(client, person)
    assert marks_in(before) == list(MARKS)
    assert names.search("żółw") == [person.pk]
    tokens = tokens_of(person)
    assert len(found_by(tokens)) == len(tokens) >= 4
    assert Export.objects.get().job.result is not None
    files = set(person.files.values_list("uid", flat=True))
    erased(person, clerk, fake)
    after = everything_that_opens()
    assert marks_in(after) == []
    assert STAYS in after
    assert marks_in(on_the_screens(client, person)) == []
    assert names.search("żółw") == []
    assert found_by(tokens) == []
    assert person.pk not in audience.resolve(audience.parse({"everyone": True})).tolist()
    assert pages.verify(FACETS) == pages.verify(NAMES) == []
    assert Export.objects.get().job.result is None
    lying = {path.stem for path in sealed_folder().rglob("*") if path.is_file()}
    assert not {uid.hex for uid in files} & lying
    written = {"log": caplog.text.encode(), "audit": _audit().encode()}
    places = written | leaks.files_below(Path(live_settings.DATA_DIR), "*")
    assert leaks.found(MARKS, places) == []
    assert leaks.found(["recipient.erased"], places)  # it looked at something


def _audit() -> str:
    rows = AuditEntry.objects.values_list("action", "subject", "detail", "reason")
    return "\n".join(map(str, rows))


def on_the_screens(client: Client, person: Recipient) -> str:
    """Every page where the person stood, or could."""
    request = person.rights_requests.order_by("pk")[0]
    pages_ = (
        "/", "/odbiorcy/", f"/odbiorcy/{person.pk}/", f"/odbiorcy/{person.pk}/popraw/",
        "/odbiorcy/wnioski/", f"/odbiorcy/wnioski/{request.pk}/", "/odbiorcy/grupy/",
        "/wiadomosci/", "/dziennik/",
    )  # fmt: skip
    shown = [client.get(page).content.decode() for page in pages_]
    found = [
        client.post("/odbiorcy/szukaj/", {"q": mark}).content.decode() for mark in ("żółwińska",)
    ]
    # The box shows what was typed.
    return "\n".join([*shown, *(page.replace('value="żółwińska"', "") for page in found)])


Token = tuple[type, str, bytes]


def tokens_of(person: Recipient) -> list[Token]:
    """Every blind token that was made of something of the person's."""
    found: list[Token] = []
    for row in (person, *person.contact_points.all()):
        for field in type(row)._meta.concrete_fields:
            if isinstance(field, BlindIndexField):
                found.append((type(row), field.name, bytes(getattr(row, field.name))))
    return found


def found_by(tokens: list[Token]) -> list[Token]:
    """Those that still stand in their column."""

    def stands(token: Token) -> bool:
        model, name, value = token
        column = model._base_manager.values_list(name, flat=True)  # type: ignore[attr-defined]
        return value in {bytes(kept) for kept in column if kept is not None}

    return [token for token in tokens if stands(token)]


# What becomes of the rows that point at a person, by the model's label and the field. A new one has to
# be entered here with what its eraser does, or with the reason why it may stay.
GONE = {
    "recipients.contactpoint.recipient": "deleted",
    "recipients.validationcode.recipient": "deleted",
    "recipients.recipientgroup_members.recipient": "cleared",
    "recipients.recipientgroup.members": "cleared",
    "recipients.duplicatepair.first": "deleted by recipients.same_person.pairs.forget",
    "recipients.duplicatepair.second": "deleted by recipients.same_person.pairs.forget",
    "recipients.importproposal.recipient": "its sealed values are under the person's key",
    "recipients.personfile.recipient": "forgotten with their files",
    "consents.scan.recipient": "forgotten with their files by consents.archive",
    "messaging.letter.recipient": "deleted with their keys by messaging.engine.erasing",
    "recipients.device.recipient": "removed with their keys by recipients.contacts.devices",
    "recipients.keptanswer.recipient": "deleted by recipients.feed.kept_answers",
    "recipients.change.recipient": "deleted by recipients.feed.changes",
    "reports.report.reporter": "cut by reports.steps.retention; what only they said goes, under new keys",
    "reports.follower.recipient": "deleted by reports.steps.retention",
}
STAYING = {
    "recipients.rightsrequest.recipient": "proof that the request was fulfilled; its words go",
    "recipients.epuapdocument.recipient": "that a document came; its content, key and tokens go",
    "recipients.recipient.merged_into": "ids of tombstones",
    "consents.consentform.recipient": "the number of a form that was printed: no personal data",
    "consents.consent.recipient": "proof of consent (GDPR art. 7), ids only",
    "messaging.delivery.recipient": "what was sent, as ids; those of letters go",
}


def pointing_at_people() -> dict[str, type]:
    return {
        f"{model._meta.label_lower}.{field.name}": model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is Recipient
    }


def test_every_model_that_points_at_a_person_says_what_becomes_of_it() -> None:
    assert set(pointing_at_people()) == set(GONE | STAYING)


def test_and_it_becomes_so(clerk: User, fake: Fake) -> None:
    person = whole(by=clerk)
    pointing = pointing_at_people()

    def counted() -> dict[str, int]:
        return {
            name: model._base_manager.filter(**{name.rpartition(".")[2]: person.pk}).count()  # type: ignore[attr-defined]
            for name, model in pointing.items()
        }

    before = counted()
    empty = {name for name, number in before.items() if not number}
    assert empty <= {"recipients.duplicatepair.second", "recipients.duplicatepair.first",
                     "recipients.importproposal.recipient", "recipients.recipient.merged_into"}  # fmt: skip
    erased(person, clerk, fake)
    after = counted()
    assert {name: after[name] for name in GONE} == dict.fromkeys(GONE, 0)
    for name in STAYING:
        model = pointing[name]
        if not issubclass(model, SealedModel):
            continue
        for row in model._base_manager.filter(**{name.rpartition(".")[2]: person.pk}):
            assert [f.name for f in model.sealed_fields() if _opens(row, f.name)] == []


def _opens(row: SealedModel, name: str) -> bool:
    try:
        return getattr(row, name) is not None
    except KeyErased:
        return False
