"""The one search box: what was typed says what it is, and every search is audited."""

import pytest

from admin_module.models import AuditEntry
from consents.models import ConsentForm
from recipients.lookup import search
from recipients.models import Recipient
from recipients.people import particulars
from tests import make

pytestmark = pytest.mark.django_db


def find(text: str) -> tuple[str, list[int]]:
    found = search.search(text, by=make.clerk())
    return found.understood, found.ids


def test_every_kind_of_key_finds_the_person() -> None:
    row = make.recipient(kinds=("email", "sms", "epuap"))
    make.recipient(first_name="Jan", last_name="Nowak", sex="M")
    data = particulars.of(row)
    phone = data.contacts["sms"]
    typed = {
        "pesel": [data.pesel, f"{data.pesel[:6]} {data.pesel[6:]}"],
        "email": [data.contacts["email"], data.contacts["email"].upper()],
        "sms": [phone, phone[3:], f"{phone[3:6]} {phone[6:9]} {phone[9:]}"],
        "epuap": [data.contacts["epuap"]],
        "identifier": [row.identifier, row.identifier.lower()],
        "form": [ConsentForm.objects.get(recipient=row).number.lower()],
        "name": ["gżeg", "GZEGZOLKA", "zan gzeg", "Gżegżółka Żaneta"],
    }
    for understood, texts in typed.items():
        for text in texts:
            assert find(text) == (understood, [row.pk]), text


def test_what_nobody_has_is_understood_all_the_same() -> None:
    assert find("nikt@przyklad.example") == ("email", [])
    assert find("512 999 999") == ("sms", [])
    assert find(make.pesel(serial=4999)) == ("pesel", [])
    assert find("/nikt/box") == ("epuap", [])
    assert find("zg-2026-999999") == ("form", [])
    assert find("Xawery") == ("name", [])


def test_what_is_too_short_or_empty_lists_nobody() -> None:
    make.recipient()
    assert find("") == ("nothing", [])
    assert find("gż") == ("name_too_short", [])
    assert find("%%%") == ("name_too_short", [])


def test_a_name_is_found_from_word_starts_only() -> None:
    row = make.recipient(last_name="Nowak-Mazur")
    assert find("maz") == ("name", [row.pk])
    assert find("azu") == ("name", [])


def test_at_most_fifty_are_listed() -> None:
    for _ in range(search.MOST + 1):
        make.recipient(kinds=(), active=False)
    found = search.search("gzegzolka", by=make.clerk())
    assert (len(found.ids), found.more) == (search.MOST, True)
    assert found.ids == sorted(Recipient.objects.values_list("pk", flat=True))[: search.MOST]


def test_the_audit_entry_tells_the_search_but_not_what_was_typed() -> None:
    make.recipient()
    find("gżegżółka")
    entry = AuditEntry.objects.get(action="recipient.searched")
    assert entry.detail == {"understood": "name", "found": 1}
