"""Categories, rules, outside bodies and templates: kept with their order, never one over another's change."""

import json
from typing import Any

import pytest
from django.test import Client

from admin_module.models import AuditEntry, User
from reports.forms.questions_field import choices_of
from reports.models import AnswerTemplate, OutsideBody, ReportCategory, RoutingRule
from tests import make

from . import desk_things

pytestmark = pytest.mark.django_db
AT = "/zgloszenia"


@pytest.fixture
def administrator() -> User:
    return make.staff("administrator")


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def fields(**more: Any) -> dict[str, Any]:
    return {
        "revision": 1, "code": "lawki", "group": "Zieleń", "name": "Zepsuta ławka",
        "working_days": 7, "publishing": "after_look", "retention_months": 24,
        "cluster_reports": 5, "cluster_metres": 300,
        "questions-0-text": "Czy ktoś się zranił?", "questions-0-type": "choice",
        "questions-0-required": "1",
        "questions-0-choices": "Nie\nTak | Zadzwoń pod numer 112. | 112",
        **more,
    }  # fmt: skip


def test_empty_shelves_say_what_they_are_for(desk: Client) -> None:
    ReportCategory.objects.all().delete()
    for word in ("kategorie", "kierowanie", "podmioty", "szablony"):
        page = desk.get(f"{AT}/{word}/")
        assert page.status_code == 200
        assert 'class="empty"' in page.content.decode()
        assert desk.get(f"{AT}/{word}/nowe/").status_code == 200


def test_a_category_with_a_stopper_comes_to_be(desk: Client) -> None:
    assert desk.post(f"{AT}/kategorie/nowe/", fields()).status_code == 302
    row = ReportCategory.objects.get(code="lawki")
    [question] = row.asked
    assert (question.code, question.required) == ("czy_ktos_sie_zranil", True)
    assert [(c.code, c.stop, c.call) for c in question.choices] == [
        ("nie", "", ""),
        ("tak", "Zadzwoń pod numer 112.", "112"),
    ]
    page = desk.get(f"{AT}/kategorie/{row.pk}/").content.decode()
    assert "Tak | Zadzwoń pod numer 112. | 112" in page
    assert AuditEntry.objects.filter(action="report_category.changed").exists()


def test_codes_of_answers_outlive_new_words() -> None:
    before = choices_of("Mała\nDuża", [])
    after = choices_of("Niewielka\nDuża\nOgromna", before)
    assert [one["code"] for one in after] == ["mala", "duza", "ogromna"]
    turned = choices_of("Duża\nMała", before)
    assert [one["code"] for one in turned] == ["duza", "mala"]
    inserted = choices_of("Zupełnie nowa\nMała\nDuża", before)
    assert [one["code"] for one in inserted] == ["zupelnie_nowa", "mala", "duza"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"code": "Zła nazwa"},
        {"working_days": 0},
        {"working_days": 999},
        {"publishing": "zawsze"},
        {"cluster_reports": 1},
        {"questions-0-type": "czarne"},
        {"questions-0-choices": "tylko jedna"},
        {"questions": "[1, 2]", "name": ""},
        {"questions": '[{"text": "x", "type": "nic"}]'},
    ],
)
def test_a_wrong_category_comes_back(desk: Client, wrong: dict[str, Any]) -> None:
    answer = desk.post(f"{AT}/kategorie/nowe/", fields(**wrong))
    assert answer.status_code == 422
    assert not ReportCategory.objects.filter(code="lawki").exists()


def test_the_same_code_twice_is_refused(desk: Client) -> None:
    assert desk.post(f"{AT}/kategorie/nowe/", fields()).status_code == 302
    assert desk.post(f"{AT}/kategorie/nowe/", fields()).status_code == 422
    assert ReportCategory.objects.filter(code="lawki").count() == 1


def test_two_people_at_one_category_lose_nothing(desk: Client) -> None:
    desk.post(f"{AT}/kategorie/nowe/", fields())
    row = ReportCategory.objects.get(code="lawki")
    at = f"{AT}/kategorie/{row.pk}/"
    code = {"questions-0-code": "czy_ktos_sie_zranil"}
    assert desk.post(at, fields(name="Ławka złamana", **code)).status_code == 302
    late = desk.post(at, fields(name="Ławka do naprawy", working_days=9, **code))
    assert late.status_code == 409
    page = late.content.decode()
    assert "Ławka złamana" in page
    assert "Ławka do naprawy" in page
    assert "Czy ktoś się zranił?" in page  # the questions go along, unseen
    row.refresh_from_db()
    assert (row.name, row.revision) == ("Ławka złamana", 2)
    kept = {"questions": row.questions}
    again = fields(name="Ławka do naprawy", working_days=9, revision=2)
    again = {k: v for k, v in again.items() if not k.startswith("questions-")}
    again["questions"] = json.dumps(kept["questions"])
    assert desk.post(at, again).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.questions) == ("Ławka do naprawy", kept["questions"])


def test_categories_are_moved_closed_and_opened(desk: Client) -> None:
    ReportCategory.objects.all().delete()
    one = desk_things.category()
    two = ReportCategory.objects.create(code="lampy", group="Oświetlenie", name="Lampa", place=9)
    desk.post(f"{AT}/kategorie/{two.pk}/miejsce/", {"up": "1"})
    assert list(ReportCategory.objects.order_by("place")) == [two, one]
    desk.post(f"{AT}/kategorie/{two.pk}/miejsce/", {"up": "1"})  # it is the first
    desk.post(f"{AT}/kategorie/{one.pk}/stan/")
    assert list(ReportCategory.objects.offered()) == [two]
    desk.post(f"{AT}/kategorie/{one.pk}/stan/", {"open": "1"})
    assert ReportCategory.objects.offered().count() == 2


def test_rules_are_made_once_and_removed(desk: Client) -> None:
    category, unit = desk_things.category(), make.unit()
    rule = {"revision": 1, "category": category.pk, "unit": unit.pk, "group": ""}
    assert desk.post(f"{AT}/kierowanie/nowe/", rule).status_code == 302
    assert desk.post(f"{AT}/kierowanie/nowe/", rule).status_code == 422
    both = rule | {"group": category.group}
    assert desk.post(f"{AT}/kierowanie/nowe/", both).status_code == 422
    stranger = make.staff("editor")
    assert desk.post(f"{AT}/kierowanie/nowe/", rule | {"assignee": stranger.pk}).status_code == 422
    row = RoutingRule.objects.get()
    assert desk.get(f"{AT}/kierowanie/{row.pk}/usun/").status_code == 200
    assert desk.post(f"{AT}/kierowanie/{row.pk}/usun/").status_code == 302
    assert RoutingRule.objects.count() == 0


def test_an_outside_body_has_a_way_to_it(desk: Client) -> None:
    body = {"revision": 1, "name": "Wodociągi", "reply_days": 14}
    assert desk.post(f"{AT}/podmioty/nowe/", body).status_code == 422
    for wrong in ({"epuap": "bez-ukosnika"}, {"email": "nie"}, {"phone": "abc"}):
        assert desk.post(f"{AT}/podmioty/nowe/", body | wrong).status_code == 422
    assert desk.post(f"{AT}/podmioty/nowe/", body | {"epuap": "/woda/skrytka"}).status_code == 302
    row = OutsideBody.objects.get()
    assert row.contact.epuap == "/woda/skrytka"
    assert "/woda/skrytka" in desk.get(f"{AT}/podmioty/").content.decode()
    at = f"{AT}/podmioty/{row.pk}/"
    assert desk.post(at, body | {"email": "a@woda.example"}).status_code == 302
    late = desk.post(at, body | {"email": "b@woda.example"})
    assert late.status_code == 409
    assert "a@woda.example" in late.content.decode()


def test_a_template_holds_only_names_that_can_be_filled(desk: Client) -> None:
    given = {"revision": 1, "name": "Dziękujemy", "text": "Sprawdzimy {miejsce}."}
    wrong = desk.post(f"{AT}/szablony/nowe/", given | {"text": "Dla {imie}"})
    assert wrong.status_code == 422
    assert "{imie}" in wrong.content.decode()
    assert desk.post(f"{AT}/szablony/nowe/", given).status_code == 302
    assert AnswerTemplate.objects.get().text == "Sprawdzimy {miejsce}."


def test_handlers_keep_no_shelves(client: Client) -> None:
    client.force_login(desk_things.handler())
    for word in ("kategorie", "kierowanie", "podmioty", "szablony"):
        assert client.get(f"{AT}/{word}/").status_code == 403
