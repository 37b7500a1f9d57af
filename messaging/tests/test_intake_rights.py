"""Every right of § 6.2 exercised by a signed ePUAP form: view, correct, complete, update, rectify, suspend,
resume, delete."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from admin_module.models import AuditEntry
from messaging.models import Letter
from recipients.account import rights
from recipients.models import EpuapDocument, Recipient, RightsRequest
from sandbox.form_documents import Filled
from sandbox.signing import Person
from tests import make, signed_forms
from tests.signed_forms import bring, filled

pytestmark = pytest.mark.django_db
State = EpuapDocument.State


@pytest.fixture(autouse=True)
def ready(settings: LazySettings) -> None:
    signed_forms.ready(settings)


@pytest.fixture
def form() -> Filled:
    """Of somebody registered by ePUAP."""
    topic = make.topic("Odpady komunalne")
    registered = filled(topics=[topic.name], channels=["e-mail", "ePUAP"])
    assert bring("register", registered).state == State.DONE
    return registered


@pytest.fixture
def person(form: Filled) -> Recipient:
    found: Recipient = Recipient.objects.get(pesel_token=form.pesel)
    return found


def closed_request(person: Recipient) -> RightsRequest:
    """The proof that the right was exercised."""
    found: RightsRequest = RightsRequest.objects.get(recipient=person)
    return found


def newest_letter(person: Recipient) -> str:
    text = Letter.objects.filter(recipient=person, text__isnull=False).latest("pk").text
    return str(text.long)


def test_paragraph_6_2_view_by_epuap(form: Filled, person: Recipient) -> None:
    assert bring("view", form).state == State.DONE
    copy = newest_letter(person).replace("\\", "")
    for told in (form.last_name, form.pesel, form.email, "Sportowa", "Odpady komunalne"):
        assert told in copy
    letter = Letter.objects.filter(recipient=person).latest("pk")
    assert [each.channel for each in letter.deliveries.all()] == ["epuap"]
    request = closed_request(person)
    assert (request.kind, request.how, request.outcome) == ("view", "epuap", "done")


def test_a_copy_of_data_goes_to_no_other_box_by_itself(form: Filled, person: Recipient) -> None:
    before = Letter.objects.count()
    document = bring("view", form, reply_to="/zlodziej/SkrytkaESP")
    assert (document.state, document.reasons) == (State.REVIEW, ["box_differs"])
    assert Letter.objects.count() == before
    assert closed_request(person).is_open  # the month runs while it waits


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("last_name", "Źdźbło-Nowa", ""),
        ("second_name", "Maria", ""),
        ("email", "nowy@przyklad.example", "email"),
        ("phone", "512999888", "sms"),
    ],
)
def test_paragraph_6_2_correct_by_epuap(
    form: Filled, person: Recipient, field: str, value: str, kind: str
) -> None:
    document = bring("correct", replace(form, **{field: value}))
    assert (document.state, document.reasons) == (State.DONE, [])
    person.refresh_from_db()
    if kind:
        point = person.contact_points.get(kind=kind)
        assert point.value.endswith(value)
        assert point.verified_at is None
        assert point.codes.exists()  # a new address must be confirmed
    else:
        assert getattr(person.identity, field) == value
    assert closed_request(person).kind == "correct"


def test_paragraph_6_2_complete_by_epuap(person: Recipient, form: Filled) -> None:
    person.contact_points.filter(kind="sms").delete()
    bring("correct", replace(form, street="", house="", email=""))
    point = person.contact_points.get(kind="sms")
    assert point.value == "+48" + form.phone.removeprefix("+48").replace(" ", "")
    person.refresh_from_db()
    assert person.contact_points.get(kind="email").value == form.email
    assert person.address.house == form.house


def test_paragraph_6_2_update_by_epuap(form: Filled, person: Recipient) -> None:
    make.point("Polna", 4)
    bring("correct", replace(form, street="ul. Polna", house="4", flat=""))
    person.refresh_from_db()
    assert (person.address.street, person.address.house) == ("ul. Polna", "4")
    assert person.address.point_id


def test_paragraph_6_2_rectify_by_epuap_of_what_the_office_doubts(
    form: Filled, person: Recipient
) -> None:
    rights.restrict(person, by=make.clerk(), reason="kod nie dochodzi")
    assert bring("correct", replace(form, email="dobry@przyklad.example")).state == State.DONE
    person.refresh_from_db()
    assert person.state == "restricted"  # the doubt is the office's to clear
    assert person.contact_points.get(kind="email").value == "dobry@przyklad.example"


def test_a_correction_that_changes_nothing_is_answered(form: Filled, person: Recipient) -> None:
    revision = person.revision
    assert bring("correct", form).state == State.DONE
    person.refresh_from_db()
    assert person.revision == revision
    assert Letter.objects.filter(recipient=person, code=None).count() == 2


def test_paragraph_6_2_suspend_until_a_day_by_epuap(form: Filled, person: Recipient) -> None:
    day = timezone.localdate() + timedelta(days=40)
    assert bring("suspend", replace(form, until=day.isoformat())).state == State.DONE
    person.refresh_from_db()
    assert (person.state, person.state_until) == ("suspended", day)
    assert closed_request(person).kind == "suspend"


def test_paragraph_6_2_suspend_for_good_by_epuap(form: Filled, person: Recipient) -> None:
    assert bring("suspend", form).state == State.DONE
    person.refresh_from_db()
    assert (person.state, person.state_until) == ("suspended", None)


def test_a_second_suspension_puts_its_day_in_the_place_of_the_first(
    form: Filled, person: Recipient
) -> None:
    day = timezone.localdate() + timedelta(days=9)
    bring("suspend", form)
    bring("suspend", replace(form, until=day.isoformat()))
    person.refresh_from_db()
    assert (person.state, person.state_until) == ("suspended", day)


@pytest.mark.parametrize("until", ["wczoraj", "2020-01-01"])
def test_a_day_that_cannot_be_is_left_to_a_clerk(
    form: Filled, person: Recipient, until: str
) -> None:
    document = bring("suspend", replace(form, until=until))
    assert (document.state, document.reasons) == (State.REVIEW, ["fields"])
    assert "until" in document.reading.problems
    person.refresh_from_db()
    assert person.state == "active"


def test_paragraph_6_2_resume_by_epuap(form: Filled, person: Recipient) -> None:
    bring("suspend", form)
    assert bring("resume", form).state == State.DONE
    person.refresh_from_db()
    assert person.state == "active"
    kinds = set(RightsRequest.objects.filter(recipient=person).values_list("kind", flat=True))
    assert kinds == {"suspend", "resume"}


def test_a_restriction_of_the_office_is_not_walked_around(form: Filled, person: Recipient) -> None:
    rights.restrict(person, by=make.clerk(), reason="wątpliwość")
    for purpose in ("suspend", "resume"):
        document = bring(purpose, form)
        assert (document.state, document.reasons) == (State.REVIEW, ["state"])
    person.refresh_from_db()
    assert person.state == "restricted"


def test_paragraph_6_2_delete_by_epuap(form: Filled, person: Recipient) -> None:
    document = bring("delete", form)
    assert document.state == State.DONE
    person.refresh_from_db()
    assert person.state == "erased"
    assert document.recipient == person
    for row in EpuapDocument.objects.all():  # the registration's document, too
        assert (row.content, row.arrival, row.reading) == (None, None, None)
        assert row.forgotten_at is not None
    answers = Letter.objects.filter(recipient=None)
    assert [letter.farewell.epuap for letter in answers] == [f"/osoba{form.pesel[-5:]}/SkrytkaESP"]
    entry = AuditEntry.objects.get(action="epuap_document.done", detail__purpose="delete")
    assert form.pesel not in str(entry.detail)


def test_a_deletion_is_answered_to_the_box_it_came_from(form: Filled, person: Recipient) -> None:
    bring("delete", form, reply_to="/nowa/SkrytkaESP")
    answers = Letter.objects.filter(recipient=None)
    boxes = {letter.farewell.epuap for letter in answers}
    assert boxes == {"/nowa/SkrytkaESP", f"/osoba{form.pesel[-5:]}/SkrytkaESP"}


def test_somebody_else_s_signature_exercises_nobody_s_right(
    form: Filled, person: Recipient
) -> None:
    stranger = filled()
    forged = replace(form, first_name=stranger.first_name, last_name=stranger.last_name)
    signer = Person(stranger.pesel, stranger.first_name, stranger.last_name)
    for purpose in ("view", "correct", "suspend", "resume", "delete"):
        document = bring(purpose, forged, signer=signer)
        assert document.state == State.REVIEW
        assert "pesel_differs" in document.reasons
    person.refresh_from_db()
    assert person.state == "active"
