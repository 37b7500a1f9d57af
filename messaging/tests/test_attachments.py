"""From a file that a clerk attaches to what people get of it, until its address ends."""

import base64
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from admin_module.models import AuditEntry, User
from consents.tests.papers import pdf
from icp.encryption.erasing import erase_key
from icp.encryption.files import forget_orphans
from icp.uploads import UploadRefused
from messaging.channels.base import Enclosure
from messaging.channels.epuap.letter import general_letter
from messaging.channels.epuap.xml import parse
from messaging.models import Message, MessageAttachment, MessageText
from messaging.tests import flow
from messaging.tests.fakes import FakeChannel
from messaging.tests.reading import Phone
from messaging.texts import attachments, enclosing, pricing
from messaging.texts.rendering import content_for
from tests import make

pytestmark = pytest.mark.django_db
Fake = Callable[[str], FakeChannel]
PDF = pdf()


@pytest.fixture
def editor() -> User:
    return make.staff("editor")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def file(name: str = "Plan objazdu.pdf", raw: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw)


def picture(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, kind, **options)
    return out.getvalue()


def with_file(**fields: Any) -> Message:
    message = make.message(**fields)
    attachments.attach(message, file(), by=message.author)
    return message


def path_of(message: Message) -> str:
    return f"/z/{message.attachment_link.token}/"


# --- What is taken --------------------------------------------------------------------------------


def test_a_file_is_attached_shown_opened_and_removed(desk: Client, editor: User) -> None:
    message = make.message(author=editor)
    page = reverse("message-attachments", args=[message.pk])
    assert desk.post(page, {"file": file()})["Location"] == page
    row = MessageAttachment.objects.get()
    assert (row.name, row.media_type, row.place) == ("Plan objazdu.pdf", "application/pdf", 1)
    assert PDF[20:60] not in row.path.read_bytes()
    assert "Plan objazdu.pdf" in desk.get(page).content.decode()
    answer = desk.get(reverse("attachment-open", args=[message.pk, 1]))
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    row.refresh_from_db()
    assert row.downloads == 0
    desk.post(reverse("attachment-remove", args=[message.pk, 1]))
    assert not MessageAttachment.objects.exists()
    assert list(
        AuditEntry.objects.filter(action__endswith="tached").values_list("action", flat=True)
    )
    desk.post(reverse("attachment-remove", args=[message.pk, 1]))  # gone already: nothing happens


def test_pictures_are_drawn_anew_as_what_they_are() -> None:
    message = make.message()
    png = attachments.attach(message, file("mapa.png", picture("PNG") + b"hidden"), by=make.clerk())
    jpeg = attachments.attach(
        message, file("zdjęcie.jpeg", picture("JPEG", comment=b"secret")), by=make.clerk()
    )
    assert (png.media_type, png.name) == ("image/png", "mapa.png")
    assert (jpeg.media_type, jpeg.name) == ("image/jpeg", "zdjęcie.jpg")
    assert b"hidden" not in png.read()
    assert b"secret" not in jpeg.read()


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.pdf", pdf(b"<< /S /JavaScript /JS (x) >>"), "pdf_acts"),
        ("a.pdf", PDF[:-30], "pdf_broken"),
        ("a.png", PDF, "ending"),
        ("a.docx", b"PK\x03\x04....", "not_an_attachment"),
        ("a.svg", b"<svg xmlns='x'/>", "svg"),
        ("a.html", b"<html>", "not_an_attachment"),
        ("a.png", picture("PNG")[:60], "damaged"),
        ("a.pdf", b"%PDF-" + b"0" * (attachments.MOST_BYTES), "too_large"),
        ("a.pdf", b"", "empty"),
    ],
)
def test_anything_else_is_refused_with_a_reason(name: str, raw: bytes, code: str) -> None:
    message = make.message()
    with pytest.raises(UploadRefused) as refused:
        attachments.attach(message, file(name, raw), by=make.clerk())
    assert refused.value.code == code
    assert not MessageAttachment.objects.exists()
    assert forget_orphans(now=2**40) == 0


def test_a_pdf_may_be_longer_than_a_form() -> None:
    assert attachments.attach(make.message(), file(raw=pdf(pages=50)), by=make.clerk()).pk


def test_at_most_five_and_only_to_a_draft(desk: Client, editor: User) -> None:
    message = make.message(author=editor)
    for number in range(attachments.MOST):
        attachments.attach(message, file(f"{number}.pdf"), by=editor)
    with pytest.raises(attachments.CannotAttach):
        attachments.attach(message, file(), by=editor)
    page = reverse("message-attachments", args=[message.pk])
    assert desk.post(page, {"file": file()}).status_code == 422
    Message.objects.filter(pk=message.pk).update(status="scheduled")
    with pytest.raises(attachments.CannotAttach):
        attachments.detach(message, 1, by=editor)
    assert desk.get(page).status_code == 302
    desk.post(reverse("attachment-remove", args=[message.pk, 1]))
    assert message.attachments.count() == attachments.MOST


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Ala\\plan.PDF", "plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ('a"b\r\nX: y.pdf', "abX y.pdf"),
        ("umowa\u202efdp.exe", "umowafdp.pdf"),
        ("...", "attachment.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_harms_nothing(given: str, kept: str) -> None:
    found = attachments.name_of(given, "application/pdf")
    assert found in {kept, kept.replace("attachment", "załącznik")}


# --- Where it is read -----------------------------------------------------------------------------


def test_the_address_works_from_the_order_on_and_is_in_no_search_engine(client: Client) -> None:
    message = with_file()
    path = path_of(message)
    assert client.get(path).status_code == 410  # a draft
    flow.sent(message)
    page = client.get(path)
    assert page.status_code == 200
    assert "Plan objazdu.pdf" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    got = client.get(path + "1/")
    assert b"".join(got) == PDF
    assert "filename*=UTF-8''Plan%20objazdu.pdf" in got["Content-Disposition"]
    client.head(path + "1/")
    assert MessageAttachment.objects.get().downloads == 1
    assert client.get(path + "2/").status_code == 410
    assert client.get("/z/" + "x" * 22 + "/").status_code == 410


def test_it_ends_with_the_message_or_after_a_month(client: Client) -> None:
    month, short = flow.sent(with_file()), flow.sent(with_file())
    now = timezone.now()
    Message.objects.filter(pk=short.pk).update(expires_at=now - timedelta(minutes=1))
    assert client.get(path_of(short)).status_code == 410
    assert client.get(path_of(short) + "1/").status_code == 410
    assert client.get(path_of(month)).status_code == 200
    long_ago = now - timedelta(days=31)
    Message.objects.filter(pk=month.pk).update(sent_at=long_ago, due_at=long_ago)
    assert client.get(path_of(month)).status_code == 410


def test_the_address_is_sealed_and_found_by_its_token() -> None:
    message = flow.sent(with_file())
    link = message.attachment_link
    stored = type(link).objects.filter(pk=link.pk).values_list("token", "token_index").get()
    assert link.token not in repr(stored)
    assert attachments.message_at(link.token) == message


# --- What each channel says of it -----------------------------------------------------------------


def test_a_mail_names_the_files_and_an_sms_only_where_it_was_asked_for() -> None:
    text = MessageText(
        title="Objazd", short="Objazd ulicy. Plan: {zalaczniki}", long="Szczegóły w planie."
    )
    message = with_file(text=text)
    link = attachments.link_of(message)
    mail = content_for(message, "email")
    assert "Plan objazdu.pdf (PDF, 1 kB)" in mail.text
    assert link in mail.text
    assert f'href="{link}"' in mail.html
    assert content_for(message, "sms").text == f"Objazd ulicy. Plan: {link}"
    assert "Attachments" in content_for(message, "email", "en").text or not message.variants.en
    plain = make.message()
    attachments.attach(plain, file(), by=plain.author)
    assert "/z/" not in content_for(plain, "sms").text
    assert "/z/" not in content_for(make.message(), "email").text


def test_an_sms_is_counted_with_the_whole_address() -> None:
    message = with_file(text=MessageText(title="A", short="Plan: {zalaczniki}", long="B"))
    counted = pricing.sms_price(message.text, 1).chosen.units
    assert counted == len(content_for(message, "sms").text)


def test_a_name_cannot_write_markdown() -> None:
    message = make.message()
    attachments.attach(message, file("[x](http:evil)**.pdf"), by=make.clerk())
    html = content_for(message, "email").html
    assert "[x](httpevil)" in html  # a colon is taken out of names
    assert html.count("<a ") == 1


def test_epuap_carries_the_pdf_and_the_rest_is_read_at_the_address(fake: Fake) -> None:
    channel, about = fake("epuap"), make.topic()
    make.recipient(kinds=("epuap",), topics=(about,))
    message = with_file(channels=("epuap",), about=about)
    attachments.attach(message, file("mapa.png", picture("PNG")), by=message.author)
    flow.sent(message)
    flow.drain("epuap")
    content = channel.got[0].content
    assert [(one.name, one.content) for one in content.enclosures] == [("Plan objazdu.pdf", PDF)]
    assert "mapa.png" in content.text


def test_what_is_too_large_for_epuap_is_only_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "EPUAP_BYTES", len(PDF))
    message = with_file()
    attachments.attach(message, file("Drugi.pdf"), by=message.author)
    assert [one.name for one in enclosing.for_epuap(message)] == ["Plan objazdu.pdf"]


def test_the_document_holds_the_file_in_base64() -> None:
    raw = general_letter(
        subject="A",
        text="B",
        office="C",
        day=timezone.localdate(),
        enclosures=[Enclosure("Plan.pdf", "application/pdf", PDF)],
    )
    found = parse(raw).find(".//{*}TrescDokumentu/{*}Zalaczniki/{*}Zalacznik")
    assert found is not None
    said = [found.get(name) for name in ("format", "kodowanie", "nazwaPliku")]
    assert said == ["application/pdf", "base64", "Plan.pdf"]
    assert base64.b64decode(found.findtext("{*}DaneZalacznika") or "") == PDF


# --- In the app -----------------------------------------------------------------------------------


def test_the_app_fetches_a_file_of_its_persons_message_only(fake: Fake) -> None:
    fake("push")
    about = make.topic()
    person = make.recipient(kinds=("push",), topics=(about,))
    message = flow.sent(with_file(channels=("push",), about=about))
    flow.drain("push")
    mine, stranger = Phone(person), Phone(make.recipient())
    said = mine.get(f"messages/{message.uid}").json()
    assert said["attachments"] == [
        {"number": 1, "name": "Plan objazdu.pdf", "media_type": "application/pdf", "size": len(PDF)}
    ]
    assert said["attachments_url"].endswith(path_of(message))
    got = mine.get(f"messages/{message.uid}/attachments/1")
    assert b"".join(got) == PDF
    for phone, number in ((stranger, 1), (mine, 2)):
        assert phone.get(f"messages/{message.uid}/attachments/{number}").status_code == 404


# --- What a copy takes along ------------------------------------------------------------------------


def test_a_copy_has_the_files_sealed_anew_at_an_address_of_its_own(desk: Client) -> None:
    source = with_file(text=MessageText(title="A", short="Plan: {zalaczniki}", long="B"))
    attachments.attach(source, file("mapa.png", picture("PNG")), by=source.author)
    flow.sent(source)
    Message.objects.filter(pk=source.pk).update(expires_at=timezone.now() - timedelta(days=1))
    page = desk.post(reverse("message-copy", args=[source.pk]), follow=True).content.decode()
    copy = Message.objects.latest("pk")
    old, new = attachments.files_of(source), attachments.files_of(copy)
    assert [(row.place, row.name, row.media_type) for row in new] == [
        (1, "Plan objazdu.pdf", "application/pdf"), (2, "mapa.png", "image/png"),
    ]  # fmt: skip
    assert [row.read() for row in new] == [row.read() for row in old]
    assert not {row.path for row in new} & {row.path for row in old}
    assert copy.attachment_link.token != source.attachment_link.token
    assert "Plan objazdu.pdf, mapa.png. Mają w nim własny odnośnik" in page
    source.attachments.all().forget()
    assert new[0].read() == PDF  # the copy's own
    entry = AuditEntry.objects.get(action="message.copied")
    assert entry.detail == {"copy": copy.pk, "files": 2, "lost": 0}


def test_a_copy_says_which_files_are_gone(desk: Client) -> None:
    source = with_file()
    for name in ("brak.pdf", "zepsuty.pdf", "stary.pdf", "bez klucza.pdf"):
        attachments.attach(source, file(name), by=source.author)
    _whole, gone, broken, old, keyless = attachments.files_of(source)
    erase_key(keyless.uid)
    gone.path.unlink()
    broken.path.write_bytes(broken.path.read_bytes()[:-1] + b"?")
    source.attachments.filter(pk=old.pk).update(expires_at=timezone.now())
    page = desk.post(reverse("message-copy", args=[source.pk]), follow=True).content.decode()
    copy = Message.objects.latest("pk")
    assert [row.name for row in attachments.files_of(copy)] == ["Plan objazdu.pdf"]
    assert "brak.pdf, zepsuty.pdf, stary.pdf, załącznik 5. Dołącz je ponownie" in page
    assert AuditEntry.objects.get(action="message.copied").detail["lost"] == 4


def test_a_copy_of_a_message_without_files_speaks_of_none(desk: Client) -> None:
    page = desk.post(reverse("message-copy", args=[make.message().pk]), follow=True)
    assert "Pliki" not in str([str(one) for one in page.context["messages"]])
    assert not hasattr(Message.objects.latest("pk"), "attachment_link")


def test_only_a_draft_takes_files_along_and_never_more_than_five() -> None:
    source, full = with_file(), make.message()
    for number in range(attachments.MOST):
        attachments.attach(full, file(f"{number}.pdf"), by=full.author)
    taken = attachments.take_along(source, full, by=full.author)
    assert taken == attachments.Taken(lost=("Plan objazdu.pdf",))
    sent = flow.sent(make.message())
    with pytest.raises(attachments.CannotAttach):
        attachments.take_along(source, sent, by=full.author)
