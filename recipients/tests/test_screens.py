"""The screens of recipients as a clerk's browser asks for them: finding, registering, agreeing."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from admin_module.models import AuditEntry
from consents.models import Consent, ConsentForm, Topic
from recipients.contacts import permissions
from recipients.models import Recipient
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    make.consent_text()
    client.force_login(make.staff("recipients_clerk"))
    return client


def a_registration(**changes: Any) -> dict[str, Any]:
    make.point("Sportowa", 12)
    filled = {
        "form_key": str(uuid.uuid4()),
        "first_name": "Żaneta",
        "last_name": "Gżegżółka",
        "pesel": make.pesel(serial=77),
        "street": "ul. Sportowa",
        "house": "12",
        "flat": "3",
        "town": "Zażółcin",
        "phone": "501 234 567",
        "wish_how": "desk",
    }
    return filled | changes


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_a_person_is_registered_and_their_form_waits_to_be_printed(desk: Client) -> None:
    topic = make.topic()
    wanted = permissions.bit(topic.bit, "sms")
    answer = desk.post("/odbiorcy/nowy/", a_registration(wanted=[str(wanted)]))
    person = Recipient.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/odbiorcy/{person.pk}/"
    assert person.state == Recipient.State.PENDING
    assert person.identity is not None
    assert person.identity.sex == "F"
    assert person.address is not None
    assert person.address.point_id
    assert person.contact_points.get().value == "+48501234567"
    assert ConsentForm.objects.get().wanted == wanted
    assert ConsentForm.objects.get().number in page(desk.get(answer["Location"]))


def test_pressing_the_button_twice_registers_once(desk: Client) -> None:
    filled = a_registration()
    first, second = (desk.post("/odbiorcy/nowy/", filled) for _press in range(2))
    assert first["Location"] == second["Location"]
    assert Recipient.objects.count() == 1
    assert ConsentForm.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pesel": "44051401459"}, "id_pesel"),
        ({"pesel": "", "birth_date": "31.02.1950", "sex": "F"}, "id_birth_date"),
        ({"pesel": ""}, "id_birth_date"),
        ({"birth_date": "01.01.1990"}, "id_birth_date"),
        ({"phone": "12345"}, "id_phone"),
        ({"email": "żaneta@@przyklad"}, "id_email"),
        ({"epuap": "bez ukośnika"}, "id_epuap"),
        ({"street": "Nieistniejąca"}, "id_street"),
        ({"house": "999"}, "id_house"),
        ({"first_name": ""}, "id_first_name"),
        ({"last_name": "<script>"}, "id_last_name"),
        ({"postal_code": "0000"}, "id_postal_code"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    desk: Client, changes: dict[str, str], field: str
) -> None:
    answer = desk.post("/odbiorcy/nowy/", a_registration(**changes))
    shown = page(answer)
    assert answer.status_code == 422
    assert f'href="#{field}' in shown
    if "first_name" not in changes:
        assert 'value="Żaneta"' in shown
    assert "<script>" not in shown.split("<main")[1]
    assert not Recipient.objects.exists()


def test_a_channel_that_is_ticked_wants_its_address(desk: Client) -> None:
    wanted = permissions.bit(make.topic().bit, "email")
    answer = desk.post("/odbiorcy/nowy/", a_registration(wanted=[str(wanted)]))
    assert answer.status_code == 422
    assert 'href="#id_email"' in page(answer)
    assert re.search(rf'value="{wanted}"[^>]*checked', page(answer))


def test_an_address_outside_the_register_is_kept_as_typed_when_said_so(desk: Client) -> None:
    filled = a_registration(street="Dworek pod Lasem", house="1", outside_register="on")
    assert desk.post("/odbiorcy/nowy/", filled).status_code == 302
    address = Recipient.objects.get().address
    assert address is not None
    assert (address.street, address.point_id) == ("Dworek pod Lasem", 0)


def test_a_picked_house_gives_way_to_what_was_typed_afterwards(desk: Client) -> None:
    other = make.point("Sportowa", 40)
    desk.post("/odbiorcy/nowy/", a_registration(point_id=str(other.pk)))
    address = Recipient.objects.get().address
    assert address is not None
    assert address.house == "12"


def test_the_same_person_is_not_registered_twice(desk: Client) -> None:
    desk.post("/odbiorcy/nowy/", a_registration())
    again = a_registration(phone="601 234 567", not_duplicate="on")
    answer = desk.post("/odbiorcy/nowy/", again)
    assert answer.status_code == 422
    assert Recipient.objects.get().identifier in page(answer)
    assert Recipient.objects.count() == 1


def test_a_similar_person_is_registered_once_the_clerk_has_compared(desk: Client) -> None:
    make.recipient(contacts={"sms": "+48501234567"}, last_name="Brzęczyszczykiewicz")
    filled = a_registration()
    assert desk.post("/odbiorcy/nowy/", filled).status_code == 422
    assert desk.post("/odbiorcy/nowy/", filled | {"not_duplicate": "on"}).status_code == 302
    assert Recipient.objects.count() == 2


def test_the_pesel_tells_birth_date_and_sex_while_typing(desk: Client) -> None:
    shown = page(desk.post("/odbiorcy/nowy/pesel/", {"pesel": make.pesel(sex="M")}))
    assert 'data-birth-date="17.05.1950"' in shown
    assert 'data-sex="M"' in shown
    assert "data-sex" not in page(desk.post("/odbiorcy/nowy/pesel/", {"pesel": "123"}))


def test_three_letters_find_the_street_and_a_digit_its_houses(desk: Client) -> None:
    point = make.point("Sportowa", 12)
    make.point("Sportowa", 3)
    assert "ul. Sportowa" in page(desk.post("/odbiorcy/nowy/ulice/", {"street": "spo"}))
    houses = page(
        desk.post("/odbiorcy/nowy/domy/", {"street_id": str(point.street_id), "house": "1"})
    )
    assert f'id="house-{point.pk}"' in houses
    assert houses.count("<li") == 1
    assert "<li" not in page(desk.post("/odbiorcy/nowy/domy/", {"street_id": "x", "house": "1"}))


def test_someone_alike_is_shown_while_typing(desk: Client) -> None:
    known = make.recipient(contacts={"sms": "+48501234567"})
    shown = page(desk.post("/odbiorcy/nowy/podobni/", {"phone": "501234567"}))
    assert known.identifier in shown
    assert known.identifier not in page(desk.post("/odbiorcy/nowy/podobni/", {"phone": "5"}))


@pytest.mark.parametrize("what", ["pesel", "phone", "email", "identifier"])
def test_the_one_box_opens_the_card_of_whom_it_surely_means(desk: Client, what: str) -> None:
    person = make.recipient(contacts={"sms": "+48501234567", "email": "zaneta@przyklad.example"})
    assert person.identity is not None
    typed = {
        "pesel": person.identity.pesel,
        "phone": "501 234 567",
        "email": "Zaneta@Przyklad.example",
        "identifier": person.identifier.lower(),
    }[what]
    answer = desk.post("/odbiorcy/szukaj/", {"q": typed})
    assert answer["Location"] == f"/odbiorcy/{person.pk}/"


def test_a_name_lists_people_and_records_who_was_seen(desk: Client) -> None:
    person = make.recipient(last_name="Źdźbłowska")
    shown = page(desk.post("/odbiorcy/szukaj/", {"q": "zdzb"}))
    assert "Źdźbłowska" in shown
    seen = AuditEntry.objects.get(action="recipient.listed")
    assert seen.detail == {"recipients": [person.pk]}
    assert "row-link" not in page(desk.post("/odbiorcy/szukaj/", {"q": "Nieznany"}))


def test_the_number_of_a_form_opens_the_page_that_receives_it(desk: Client) -> None:
    desk.post("/odbiorcy/nowy/", a_registration())
    number = ConsentForm.objects.get().number
    answer = desk.post("/odbiorcy/szukaj/", {"q": number.lower()})
    assert answer["Location"] == f"/zgody/podpisane/{number}/"


def test_what_was_searched_for_is_no_part_of_any_address(desk: Client) -> None:
    assert desk.get("/odbiorcy/szukaj/", {"q": "501234567"}).status_code == 405


def test_the_list_filters_by_state_and_turns_pages(desk: Client) -> None:
    waiting = make.recipient(active=False)
    active = make.recipient()
    shown = page(desk.get("/odbiorcy/", {"stan": "pending"}))
    assert waiting.identifier in shown
    assert active.identifier not in shown
    assert desk.get("/odbiorcy/", {"stan": "bzdura", "page": "999"}).status_code == 200


def test_an_opened_card_leaves_an_entry(desk: Client) -> None:
    person = make.recipient()
    assert desk.get(f"/odbiorcy/{person.pk}/").status_code == 200
    assert AuditEntry.objects.filter(
        action="recipient.opened", subject=f"recipients.recipient:{person.pk}"
    ).exists()


def test_the_signed_form_makes_the_account_active_with_the_ticks_on_paper(desk: Client) -> None:
    topic = make.topic()
    sms, email = (permissions.bit(topic.bit, kind) for kind in ("sms", "email"))
    desk.post("/odbiorcy/nowy/", a_registration(email="z@przyklad.example", wanted=[str(sms)]))
    paper = ConsentForm.objects.get()
    signed = {"granted": [str(email)], "without_scan": "later"}
    answer = desk.post(f"/zgody/podpisane/{paper.number}/", signed)
    person = Recipient.objects.get()
    assert answer["Location"] == "/zgody/podpisane/"
    assert person.state == Recipient.State.ACTIVE
    assert person.consents == email
    assert "data-ticks" not in page(desk.get(f"/zgody/podpisane/{paper.number}/"))


def test_two_clerks_change_consents_and_each_keeps_their_own(desk: Client) -> None:
    topics: list[Topic] = [make.topic("Woda"), make.topic("Odpady")]
    person = make.recipient()
    water, waste = (permissions.bit(topic.bit, "sms") for topic in topics)
    address = f"/odbiorcy/{person.pk}/zgody/"
    desk.post(address, {"seen": "0", "granted": [str(water)], "how": "desk"})
    desk.post(address, {"seen": "0", "granted": [str(waste)], "how": "phone"})
    person.refresh_from_db()
    assert person.consents == water | waste
    assert set(Consent.objects.values_list("how", flat=True)) == {"desk", "phone"}


def test_a_form_to_sign_can_be_made_without_changing_consents(desk: Client) -> None:
    topic = make.topic()
    person = make.recipient()
    mask = permissions.bit(topic.bit, "sms")
    filled = {"seen": "0", "granted": [str(mask)], "how": "desk", "print": "1"}
    desk.post(f"/odbiorcy/{person.pk}/zgody/", filled)
    person.refresh_from_db()
    assert person.consents == 0
    assert ConsentForm.objects.filter(recipient=person, received_at=None).get().wanted == mask


def test_the_printed_form_is_a_pdf_whose_name_tells_only_its_number(desk: Client) -> None:
    desk.post("/odbiorcy/nowy/", a_registration())
    number = ConsentForm.objects.get().number
    answer = desk.get(f"/zgody/{number}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="consent.form_printed").count() == 1
    assert desk.get("/zgody/ZG-1999-000001.pdf").status_code == 404


@pytest.mark.parametrize("role", ["editor", "auditor", "reports_handler"])
def test_roles_that_do_not_keep_people_see_none_of_them(client: Client, role: str) -> None:
    person = make.recipient()
    number = ConsentForm.objects.get().number
    client.force_login(make.staff(role))
    for address in (
        "/odbiorcy/",
        "/odbiorcy/nowy/",
        f"/odbiorcy/{person.pk}/",
        f"/odbiorcy/{person.pk}/popraw/",
        f"/odbiorcy/{person.pk}/ogranicz/",
        f"/zgody/{number}.pdf",
    ):
        assert client.get(address).status_code == 403


def test_nothing_about_people_stays_in_the_browser_after_signing_out(desk: Client) -> None:
    person = make.recipient()
    for address in ("/odbiorcy/", f"/odbiorcy/{person.pk}/", f"/odbiorcy/{person.pk}/popraw/"):
        assert "no-store" in desk.get(address)["Cache-Control"]


def test_consents_that_no_page_shows_are_not_withdrawn_by_saving_it(desk: Client) -> None:
    alarms = make.topic("Alarmy", mandatory=True)
    person = make.recipient(topics=(alarms,))
    person.refresh_from_db()
    filled = {"seen": str(person.consents), "how": "desk"}
    assert desk.post(f"/odbiorcy/{person.pk}/zgody/", filled).status_code == 302
    assert set(Consent.objects.values_list("act", flat=True)) == {"grant"}


def test_probing_for_people_at_the_desk_is_recorded_as_a_look(desk: Client) -> None:
    known = make.recipient(contacts={"sms": "+48501234567"})
    desk.post("/odbiorcy/nowy/podobni/", {"phone": "501234567"})
    assert AuditEntry.objects.get(action="recipient.listed").detail == {"recipients": [known.pk]}
