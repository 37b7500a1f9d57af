"""Units, roles and the review of access in a real browser: axe in light, dark and on a phone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from admin_module import role_matrix, units
from admin_module.models import Unit
from consents.models import Topic
from tests import make
from tests.browser.conftest import SignIn
from tests.browser.looking import check_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_tree_of_units_is_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    administrator = make.staff("administrator")
    school = make.municipal_unit()
    Unit.objects.create(name="Biblioteka szkolna", parent=school, sms_budget=1500)
    Topic.objects.create(name="Wywiadówki", bit=3, unit=school)
    units.close(make.municipal_unit("Przychodnia przy Rynku"), None, by=administrator)
    sign_in(administrator)
    page.goto(f"{live_server.url}/jednostki/")
    check_page(page, "unit-list")
    page.get_by_role("link", name="Dodaj jednostkę").click()
    page.get_by_label("Nazwa", exact=True).fill(school.name)
    page.get_by_role("button", name="Zapisz jednostkę").click()
    check_page(page, "unit-new-wrong")
    page.goto(f"{live_server.url}/jednostki/{school.pk}/")
    check_page(page, "unit-edit")
    page.get_by_role("link", name="Zamknij tę jednostkę").click()
    check_page(page, "unit-close")


def test_rights_are_changed_after_a_page_that_asks(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    administrator = make.staff("administrator")
    own = role_matrix.add_role("sekretariat szkoły", by=administrator)
    sign_in(administrator)
    page.goto(f"{live_server.url}/uprawnienia/")
    check_page(page, "role-matrix")
    page.get_by_label("sekretariat szkoły: pisać wiadomości", exact=True).check()
    page.get_by_label("redaktor: usuwać szkice", exact=True).uncheck()
    page.get_by_role("button", name="Pokaż, co się zmieni").click()
    check_page(page, "role-change")
    page.get_by_role("button", name="Zapisz uprawnienia").click()
    expect(page.get_by_text("Uprawnienia zapisane.")).to_be_visible()
    assert role_matrix.codes_of(own) == {"messaging.add_message"}
    page.get_by_role("link", name="Dodaj rolę").click()
    check_page(page, "role-new")
    page.goto(f"{live_server.url}/uprawnienia/{own.pk}/nazwa/")
    check_page(page, "role-rename")
    page.get_by_role("link", name="Usuń rolę").click()
    check_page(page, "role-remove")


def test_roles_of_a_person_and_the_review_are_accessible(
    page: Page, live_server: LiveServer, sign_in: SignIn
) -> None:
    administrator = make.staff("administrator")
    teacher = make.staff("editor", unit=make.municipal_unit(), last_name="Szkolnicka")
    sign_in(administrator)
    page.goto(f"{live_server.url}/pracownicy/{teacher.pk}/role/")
    check_page(page, "staff-roles")
    page.get_by_label("zatwierdzający", exact=True).check()
    page.get_by_role("button", name="Zapisz role").click()
    expect(page.get_by_text("Role zapisane.")).to_be_visible()
    page.goto(f"{live_server.url}/przeglad-uprawnien/")
    check_page(page, "access-review")
    page.get_by_role("button", name="Przegląd wykonany").click()
    expect(page.get_by_text("Przegląd został odnotowany.")).to_be_visible()
