"""The start page and the pages of the log, as the roles see them."""

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from admin_module import audit, verification
from admin_module.audit import checkpoints, verifying
from admin_module.context import shell
from admin_module.models import AuditEntry, User
from messaging.models import Message

from .offices import staff

pytestmark = pytest.mark.django_db


def read(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    assert not list(get_messages(response.wsgi_request))
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return response.content.decode()


def a_message(author: User, status: str) -> Message:
    return Message.objects.create(author=author, unit=author.unit, status=status)


def test_an_empty_office_shows_the_first_steps(client: Client) -> None:
    client.force_login(staff("recipients_clerk"))
    assert 'id="first-steps"' in read(client, "/")


def test_the_start_page_shows_what_the_role_may_see(client: Client) -> None:
    editor = staff("editor")
    a_message(editor, "draft")
    a_message(editor, "sending")
    client.force_login(editor)
    page = read(client, "/")
    assert "?status=szkice" in page
    assert 'id="active-sends"' in page
    assert "?stan=pending" not in page
    assert "do-zatwierdzenia" not in page


def test_own_messages_do_not_wait_for_own_approval(client: Client) -> None:
    manager = staff("unit_manager")
    a_message(manager, "waiting_approval")
    client.force_login(manager)
    response = client.get("/")
    waiting = [one for one in response.context["board"].waiting if "zatwierdzenia" in one.url]
    assert [one.number for one in waiting] == [0]


def test_somebody_without_a_role_is_told_so(client: Client) -> None:
    client.force_login(staff())
    assert "<h1>" in read(client, "/", 403)


def test_the_menu_holds_what_the_role_may_open(client: Client) -> None:
    client.force_login(staff("auditor"))
    request = client.get("/dziennik/").wsgi_request
    nav = shell(request)["shell"]["nav"]
    assert isinstance(nav, list)
    urls = {item.url for item in nav}
    assert {"/", "/wiadomosci/", "/dziennik/"} <= urls
    assert "/odbiorcy/" not in urls
    assert [item.url for item in nav if item.active] == ["/dziennik/"]


def test_the_log_is_paged_by_its_numbers(client: Client) -> None:
    auditor = staff("auditor")
    for number in range(60):
        audit.record("message.sent", f"messaging.message:{number}", by=auditor)
    client.force_login(auditor)
    first = client.get("/dziennik/")
    older = client.get(f"/dziennik/{first.context['older']}")
    pages = [[entry.pk for entry in page.context["entries"]] for page in (first, older)]
    assert (len(pages[0]), len(pages[1])) == (50, 10)
    assert pages[0] + pages[1] == sorted(pages[0] + pages[1], reverse=True)
    assert older.context["older"] == ""


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("action=message.sent", 1),
        ("action=cokolwiek", 0),
        ("action=recipient.erased", 1),
        ("subject=messaging.message:1", 1),
        ("actor=system", 3),
        ("action=message.", 2),
        ("action=reads", 0),
        ("subject=messaging.message", 2),
        ("subject=messaging.message:", 0),
        ("since=2099-01-01", 0),
        ("until=2099-01-01", 3),
        ("until=2001-01-01", 0),
    ],
)
def test_the_log_is_filtered(client: Client, query: str, number: int) -> None:
    audit.record("message.sent", "messaging.message:1", by=None)
    audit.record("message.cancelled", "messaging.message:2", by=None)
    audit.record("recipient.erased", "recipients.recipient:1", by=None)
    client.force_login(staff("auditor"))
    assert len(client.get(f"/dziennik/?{query}").context["entries"]) == number


def test_the_log_is_filtered_by_person_reading_and_request(client: Client) -> None:
    auditor, clerk = staff("auditor"), staff("editor", login="b@zazolcin.example")
    audit.record("recipient.opened", "recipients.recipient:1", by=clerk)
    audit.record("message.sent", "messaging.message:1", by=clerk)
    audit.record("recipient.opened", "recipients.recipient:1", by=auditor)
    entry = AuditEntry.objects.filter(actor=clerk).latest("pk")
    client.force_login(auditor)

    def found(query: str) -> int:
        return len(client.get(f"/dziennik/?{query}").context["entries"])

    assert found(f"actor={clerk.pk}&action=reads") == 1
    assert found("action=reads") == 2
    assert found(f"request={entry.request_id}") == 1
    assert found(f"request={entry.request_id.hex[:8]}") == 1
    assert found("request=0000000000") == 0


@pytest.mark.parametrize("query", ["actor=999999", "request=12", "request=xyzxyzxy", "action=x"])
def test_what_nobody_can_ask_for_is_explained(client: Client, query: str) -> None:
    client.force_login(staff("auditor"))
    assert "error-summary" in read(client, f"/dziennik/?{query}", 422)
    assert client.get(f"/dziennik/eksport/?{query}").status_code == 302
    assert not AuditEntry.objects.exists()


def test_the_chain_shows_its_head_and_what_waits(client: Client) -> None:
    client.force_login(staff("auditor"))
    assert client.get("/dziennik/lancuch/").context["chain"].head is None
    audit.record("message.sent", "messaging.message:1", by=None)
    audit.link_entries()
    audit.write_checkpoint()
    context = client.get("/dziennik/lancuch/").context
    assert context["chain"].entries == 1
    assert context["chain"].checkpoint == timezone.localdate()
    assert not context["chain"].late
    late = timezone.now() - timedelta(minutes=5)
    with mock.patch.object(timezone, "now", return_value=late):
        audit.record("message.sent", "messaging.message:2", by=None)
    assert client.get("/dziennik/lancuch/").context["chain"].late
    checkpoints.file().write_text("nothing\n", encoding="utf-8")
    assert client.get("/dziennik/lancuch/").context["chain"].unreadable


def test_a_filter_without_sense_is_explained(client: Client) -> None:
    client.force_login(staff("auditor"))
    page = read(client, "/dziennik/?since=wczoraj&actor=x", 422)
    assert "error-summary" in page


def test_the_export_streams_the_filtered_log_and_is_logged(client: Client) -> None:
    audit.record("message.sent", "messaging.message:1", by=None, detail={"people": 3})
    audit.record("recipient.erased", "recipients.recipient:1", by=None)
    client.force_login(staff("auditor"))
    file = read(client, "/dziennik/eksport/?action=message.sent")
    assert file.startswith("\ufeffid;")
    assert "messaging.message:1" in file
    assert "recipients.recipient:1" not in file
    assert AuditEntry.objects.filter(action="audit.exported").count() == 1


def test_the_log_is_verified_on_the_page(client: Client) -> None:
    audit.record("message.sent", "messaging.message:1", by=None)
    audit.link_entries()
    client.force_login(staff("auditor"))
    assert "notice-ok" in client.post("/dziennik/sprawdz/").content.decode()
    forged = AuditEntry.objects.create(
        at=timezone.now(), action="x", subject="y", request_id="0" * 32, mac=bytes(32)
    )
    page = client.post("/dziennik/sprawdz/").content.decode()
    assert "error-summary" in page
    assert str(forged.pk) in page


def test_a_long_log_is_verified_part_by_part(client: Client) -> None:
    for number in range(7):
        audit.record("message.sent", f"messaging.message:{number}", by=None)
    audit.link_entries()
    client.force_login(staff("auditor"))
    with (
        mock.patch.object(verifying, "BATCH", 3),
        mock.patch.object(verification, "SECONDS", 0),
        mock.patch.object(verification.go_on, "__defaults__", (0,)),
    ):
        part = client.post("/dziennik/sprawdz/")
        done = []
        while part.context["so_far"]:
            done.append(part.context["verification"].done)
            assert not AuditEntry.objects.filter(action="audit.verified").exists()
            part = client.post(
                "/dziennik/sprawdz/",
                {"so_far": part.context["so_far"]},
                headers={"hx-request": "true"},
            )
    assert done == [3, 6]
    assert "notice-ok" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert AuditEntry.objects.get(action="audit.verified").detail == {"findings": 0, "entries": 7}


def test_a_verification_that_somebody_wrote_themselves_begins_anew(client: Client) -> None:
    client.force_login(staff("auditor"))
    response = client.post("/dziennik/sprawdz/", {"so_far": "e30:forged"})
    assert response.status_code == 302
    assert not AuditEntry.objects.filter(action="audit.verified").exists()


def test_a_clerk_may_not_read_the_log(client: Client) -> None:
    client.force_login(staff("recipients_clerk"))
    read(client, "/dziennik/", 403)
    read(client, "/dziennik/eksport/", 403)
