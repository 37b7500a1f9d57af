"""Keys of programs, as an administrator makes and revokes them."""

import pytest
from django.test import Client

from admin_module.models import AuditEntry
from reports.models import Open311Key
from reports.open311 import keys
from tests import make

pytestmark = pytest.mark.django_db
LIST, NEW = "/ustawienia/open311/klucze/", "/ustawienia/open311/klucze/nowy/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make.staff("administrator"))
    return client


def test_a_key_is_shown_once(admin: Client) -> None:
    assert "Żaden program" in admin.get(LIST).content.decode()
    made = admin.post(NEW, {"label": "Aplikacja <Zażółcin>", "a_day": 50})
    key = Open311Key.objects.get()
    page = made.content.decode()
    start = page.index(f"icp311_{key.public}_")
    text = page[start:].partition("<")[0].strip()
    assert made["Cache-Control"].startswith("max-age=0")
    assert keys.of_text(text) == key
    listed = admin.get(LIST).content.decode()
    assert text not in listed
    assert "Aplikacja &lt;Zażółcin&gt;" in listed
    assert text.removeprefix(f"icp311_{key.public}_").encode() not in bytes(key.digest)
    assert AuditEntry.objects.get(action="open311_key.made").detail == {"a_day": 50}


@pytest.mark.parametrize(
    "wrong",
    [{"label": "", "a_day": 5}, {"label": "x", "a_day": 0}, {"label": "x", "a_day": 10_001}],
)
def test_a_form_that_lacks_something_comes_back(admin: Client, wrong: dict[str, object]) -> None:
    assert admin.post(NEW, wrong).status_code == 422
    assert not Open311Key.objects.exists()


def test_a_key_is_revoked_after_a_question(admin: Client) -> None:
    key, text = keys.make("Aplikacja", 5, by=make.staff("administrator"))
    address = f"{LIST}{key.pk}/odwolaj/"
    assert "Odwołaj klucz" in admin.get(address).content.decode()
    assert keys.of_text(text) is not None
    assert admin.post(address)["Location"] == LIST
    assert keys.of_text(text) is None
    assert admin.get(address).status_code == 404
    assert "odwołany" in admin.get(LIST).content.decode()


def test_handlers_of_reports_keep_no_keys(client: Client) -> None:
    client.force_login(make.staff("reports_handler"))
    assert client.get(LIST).status_code == 403
    assert client.post(NEW, {"label": "x", "a_day": 5}).status_code == 403
