"""Permissions of views, the page of crossed saves, the pages of errors, the id of a request."""

import logging
import uuid

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory

from admin_module import request_ids
from admin_module.http import StaffRequest, conflict, staff_may
from admin_module.views import errors

from .offices import staff

pytestmark = pytest.mark.django_db


@staff_may("messaging.send_message")
def _send(request: StaffRequest, number: int) -> HttpResponse:
    return HttpResponse(f"{request.user.unit} {number}")


def test_a_view_says_which_permission_it_asks_for() -> None:
    assert _send.staff_permission == "messaging.send_message"  # type: ignore[attr-defined]
    assert _send.__name__ == "_send"


def test_the_permission_lets_in(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = staff("editor")
    response = _send(request, 7)  # type: ignore[arg-type]
    assert isinstance(response, HttpResponse)
    assert response.content == b"Wydzia\xc5\x82 Promocji 7"


def test_without_the_permission_it_is_forbidden(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = staff("auditor")
    with pytest.raises(PermissionDenied):
        _send(request, 7)  # type: ignore[arg-type]


def test_a_stranger_is_sent_to_sign_in(rf: RequestFactory) -> None:
    request = rf.get("/x/")
    request.user = AnonymousUser()
    assert _send(request, 7)["Location"] == "/zaloguj/?next=/x/"  # type: ignore[arg-type]


def test_a_fragment_takes_the_whole_page_to_the_sign_in(client: Client) -> None:
    response = client.get(
        "/dziennik/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/dziennik/?action=x"},
    )
    assert response["HX-Redirect"].startswith("/zaloguj/?next=/dziennik/")


class _Card(forms.Form):
    street = forms.CharField(label="Ulica")
    phone = forms.CharField(label="Telefon", required=False)
    note = forms.CharField(label="Uwaga", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


def test_crossed_saves_show_both_values_and_lose_neither(rf: RequestFactory) -> None:
    typed = {"street": "Sportowa", "phone": "+48600100200", "note": "pies", "revision": "3"}
    request = rf.post("/odbiorcy/1/", typed)
    request.user = staff("recipients_clerk")
    response = conflict(
        request,
        {"street": "Sportowa", "phone": "+48600100200", "note": "pies"},
        {"street": "Polna", "phone": "+48600100200", "note": "kot"},
        _Card(typed),
        revision=4,
    )
    page = response.content.decode()
    assert response.status_code == 409
    for value in ("Sportowa", "Polna", "pies", "kot", "+48600100200"):
        assert value in page
    assert 'name="revision" value="4"' in page
    assert page.count('name="revision"') == 1
    for name in ("street", "phone", "note"):
        assert page.count(f'name="{name}"') == 1


@pytest.mark.parametrize("address", ["/nie-ma-takiej/", "/dziennik/"])
def test_error_pages_carry_the_id_of_the_request(client: Client, address: str) -> None:
    client.force_login(staff("editor"))
    response = client.get(address)
    assert response.status_code in (403, 404)
    assert response["X-Request-ID"][:8] in response.content.decode()


def test_a_missing_csrf_token_gets_a_page_too() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/zaloguj/", {"login": "a@b.example", "password": "x"})
    assert response.status_code == 403
    assert response["X-Request-ID"][:8] in response.content.decode()


def test_the_page_of_a_failure_needs_no_database(
    rf: RequestFactory, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"<h1>" in response.content


def test_an_id_from_outside_is_not_believed(client: Client) -> None:
    given = "1; DROP TABLE"
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert response["X-Request-ID"] != given
    assert str(uuid.UUID(response["X-Request-ID"])) == response["X-Request-ID"]


def test_log_lines_carry_the_id() -> None:
    line = logging.LogRecord("icp", logging.INFO, __file__, 1, "x", (), None)
    with request_ids.using(uuid.uuid4()) as request_id:
        assert request_ids.RequestIdFilter().filter(line)
        assert line.request_id == request_id  # type: ignore[attr-defined]
    request_ids.RequestIdFilter().filter(line)
    assert line.request_id == "-"  # type: ignore[attr-defined]
