"""Every form and every address, with what no honest browser sends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html

from admin_module.models import AuditEntry, User
from tests import make
from tests.test_access import ALL, GUARDED, OPEN, Address, name_of

pytestmark = pytest.mark.django_db
TEXTS = {"text", "email", "search", "tel", "url", "password", "hidden", "number", "date", "time"}
SCRIPT = "\"'><script>alert(1)</script>{{7*7}}${7*7}"
# Signed by the provider over its body, or told by a token: they have no form and no CSRF token.
EXEMPT = {
    "unsubscribe",
    "epuap-push",
    "channel-callback",
    "channel-callback-of",
    "sms-answer",
    "sms-answer-smsapi",
}
# Twilio signs what it asks in the middle of a call.
EXEMPT |= {"voice-incoming", "voice-line-status", "voice-agent", "voice-notice", "voice-choice"}
EXEMPT |= {"voice-back", "voice-taken", "voice-after-dial", "voice-status-news", "voice-recording"}
# No cookie counts there: the key of a program is in the form itself (GeoReport v2).
EXEMPT |= {"open311-requests", "open311-nothing", "open311-nothing-else"}
# No cookie counts there either: a visitor of the chat shows the token of that chat, in a header or a form.
EXEMPT |= {"chat-ask", "chat-room", "chat-widget-ask", "chat-widget-room"}
EXEMPT |= {"chat-say", "chat-typing", "chat-end", "chat-rate", "chat-renew"}
# It changes nothing, and anybody may ask it: a POST so that no address of a person stands in a log.
EXEMPT |= {"address-find"}


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page: where it goes, what stands in it, which fields take text."""

    address: str
    values: dict[str, str]
    texts: tuple[str, ...]


@pytest.fixture
def master() -> User:
    user = make.staff("administrator")
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    return user


@pytest.fixture
def inside(client: Client, master: User) -> Client:
    client.raise_request_exception = False
    client.force_login(master)
    client.get(reverse("robots"))  # takes the session's seat
    return client


def paths(address: Address) -> Iterator[str]:
    """The address with ids of things that are there, as far as it takes any."""
    if "pk" in address.arguments:
        for pk in {make.recipient().pk, make.message().pk}:
            yield reverse(address.name, kwargs=address.arguments | {"pk": pk})
    else:
        yield address.path


def forms_of(page: bytes, path: str) -> Iterator[Form]:
    for form in html.fromstring(page).iter("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        values, texts = {}, []
        for field in form.iter("input", "textarea", "select"):
            name = field.get("name")
            if not name or name == "csrfmiddlewaretoken":
                continue
            kind = field.get("type", "text") if field.tag == "input" else field.tag
            if kind in {*TEXTS, "textarea"}:
                texts.append(name)
            if kind not in {"checkbox", "radio", "file"}:
                values[name] = field.get("value") or field.text or ""
        yield Form(form.get("action") or path, values, tuple(texts))


def all_forms(client: Client, address: Address) -> Iterator[Form]:
    for path in paths(address):
        response = client.get(path)
        if (
            response.status_code == 200
            and "html" in response["Content-Type"]
            and response.content.strip()
        ):
            yield from forms_of(response.content, path)


PAGES = [address for address in ALL if address.name not in {"healthz", "readyz", "sign-out"}]


@pytest.mark.parametrize("address", PAGES, ids=name_of)
def test_no_form_is_broken_by_what_is_typed(inside: Client, address: Address) -> None:
    for form in all_forms(inside, address):
        takes_no_nul(inside, form)
        if form.texts and not form.address.startswith(reverse("sign-out")):
            gives_scripts_back_as_text(inside, form)
            bears_thousands_of_brackets(inside, form)


def takes_no_nul(inside: Client, form: Form) -> None:
    for name in form.texts:
        before = AuditEntry.objects.count()
        response = inside.post(form.address, form.values | {name: "a\0b"})
        assert response.status_code == 400, (form.address, name)
        assert AuditEntry.objects.count() == before


def gives_scripts_back_as_text(inside: Client, form: Form) -> None:
    typed = form.values | dict.fromkeys(form.texts, SCRIPT)
    response = inside.post(form.address, typed, follow=True)
    assert response.status_code < 500, form.address
    page = b"" if response.streaming else response.content
    assert b"<script>alert(1)" not in page, form.address
    assert b"{{49}}" not in page


def bears_thousands_of_brackets(inside: Client, form: Form) -> None:
    typed = form.values | dict.fromkeys(form.texts, "[" * 20_000)
    assert inside.post(form.address, typed, follow=True).status_code < 500, form.address


@pytest.mark.parametrize("credential", ["[" * 100_000, '{"a":' * 100_000, "", "null", "[]", "7"])
def test_a_hostile_answer_of_a_passkey_breaks_nothing(inside: Client, credential: str) -> None:
    for name in ("passkey-new", "second-factor"):
        posted = {"credential": credential, "name": "klucz"}
        assert inside.post(reverse(name), posted).status_code < 500


@pytest.mark.parametrize("address", PAGES, ids=name_of)
def test_scripts_in_addresses_come_back_as_text(inside: Client, address: Address) -> None:
    names = ("q", "next", "page", "stan", "before", "szukaj", "kto", "od", "do", "sort")
    response = inside.get(address.path, dict.fromkeys(names, SCRIPT), follow=True)
    assert response.status_code < 500 or address.name == "readyz"
    assert b"<script>alert(1)" not in (b"" if response.streaming else response.content)


@pytest.mark.parametrize(
    "address",
    [a for a in GUARDED + [a for a in ALL if a.name in OPEN] if a.name not in EXEMPT],
    ids=name_of,
)
def test_no_address_takes_a_post_without_its_token(master: User, address: Address) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(master)
    strict.get(reverse("robots"))  # takes the session's seat
    before = AuditEntry.objects.count()
    response = strict.post(address.path, {"x": "y"})
    assert response.status_code in {403, 405}
    if response.status_code == 403 and response["Content-Type"] != "application/problem+json":
        assert b"formularz" in response.content.lower()
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pem", "C:\\x\\a.pem", "a\r\nX: y.pem", "\u202e.pem"]
)
def test_a_name_of_a_file_is_never_a_path(inside: Client, name: str) -> None:
    file = SimpleUploadedFile(
        "a.pem", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
    )
    file.name = name
    response = inside.post(reverse("epuap-trusted-add"), {"trusted": file, "kind": "trusted"})
    assert response.status_code == 422
    assert b"passwd" not in response.content


def test_ten_megabytes_where_one_line_is_wanted(inside: Client) -> None:
    long = "a" * 10_000_000
    assert inside.post(reverse("recipient-search"), {"q": long}).status_code == 400
    assert inside.get(reverse("sign-in"), HTTP_X_LONG=long).status_code in {302, 400}
    assert inside.get(reverse("recipient-list"), {"stan": long}).status_code in {200, 400}


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "1; DROP TABLE x", "%27", "\\", "_%", "ł" * 500])
def test_search_takes_everything_as_words(inside: Client, typed: str) -> None:
    person = make.recipient()
    response = inside.post(reverse("recipient-search"), {"q": typed})
    assert response.status_code == 200
    assert not re.search(person.identifier, response.content.decode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recipients_recipient")
        assert cursor.fetchone()[0] == 1


def test_there_are_forms_to_try(inside: Client) -> None:
    """The rounds above looked at something."""
    forms = (form for address in PAGES for form in all_forms(inside, address) if form.texts)
    assert len(list(islice(forms, 10))) == 10
