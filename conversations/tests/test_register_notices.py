"""The notices are the order's, to the letter; no version of one is ever changed."""

import hashlib
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from admin_module import configuration
from admin_module.configuration import CustomerOffice, Municipality
from admin_module.models import AuditEntry
from conversations.models import Kind, NoticeVersion
from conversations.register import notice_words, notices
from conversations.register.notice_full import FULL
from icp.braces import UnknownPlaceholder
from tests import make, make_conversations

pytestmark = pytest.mark.django_db
Part = NoticeVersion.Part
SZCZECIN = {
    "name": "Urząd Miasta Szczecin",
    "name_genitive": "Urzędu Miasta Szczecin",
    "town": "Szczecin",
    "address": "pl. Armii Krajowej 1 Szczecin",
    "bip": "bip.um.szczecin.pl",
}
# Order 308/18 of Szczecin, § 1.4 and § 1.5.
CALL = (
    "Witamy w Centrum Informacji Mieszkańców Urzędu Miasta Szczecin. Informujemy, że w trosce o zapewnienie "
    "najwyższej jakości usług, wszystkie rozmowy są nagrywane. Jeżeli nie wyrażacie Państwo zgody na ich "
    "nagrywanie prosimy o przerwanie połączenia. Administrator danych tj. Gmina Miasto Szczecin – Urząd "
    "Miasta Szczecin pl. Armii Krajowej 1 Szczecin, zobowiązana jest wypełnić obowiązek informacyjny z art. "
    "13, 14 i 15 ogólnego rozporządzenia o ochronie danych (RODO). Pełną informację, w tym informację o "
    "swoich prawach znajdziecie Państwo w Biuletynie Informacji Publicznej Urzędu Miasta Szczecin na stronie "
    "bip.um.szczecin.pl w zakładce Ochrona Danych Osobowych/RODO. Jeżeli chcą Państwo wysłuchać pełną "
    "informację proszę wcisnąć 1. Jeżeli nie, to proszę poczekać na połączenie z konsultantem."
)
CHAT = (
    "Kontakt z Urzędem Miasta Szczecin za pośrednictwem usługi czat wiąże się z przetwarzaniem przez Urząd "
    "podanych danych osobowych. Jeżeli nie wyrażacie Państwo zgody na przetwarzanie danych osobowych prosimy "
    "o przerwanie korzystania z usługi czat. Administrator danych tj. Gmina Miasto Szczecin Urząd Miasta "
    "Szczecin pl. Armii Krajowej 1 Szczecin, zobowiązana jest wypełnić obowiązek informacyjny z art. 13, 14 i "
    "15 ogólnego rozporządzenia o ochronie danych (RODO). Pełną informację, w tym informację o swoich prawach "
    "znajdziecie Państwo na stronie bip.um.szczecin.pl w zakładce Ochrona Danych Osobowych/RODO."
)


def _of_szczecin() -> None:
    by = make.clerk()
    town = replace(configuration.read(Municipality), **SZCZECIN)
    configuration.write(town, by=by, revision=0)
    desk = CustomerOffice(commune="Gmina Miasto Szczecin")
    configuration.write(desk, by=by, revision=0)


def test_with_the_names_of_szczecin_the_words_are_the_orders() -> None:
    _of_szczecin()
    assert notices.current(Kind.CALL, Part.SHORT).text == CALL
    assert notices.current(Kind.CHAT, Part.SHORT).text == CHAT


def test_every_notice_of_this_office_is_filled_in_and_follows_the_settings() -> None:
    for channel, part, language in notice_words.WORDS:
        version = notices.current(channel, part, language)
        assert "{" not in version.text
        assert version.sha256 == hashlib.sha256(version.text.encode()).hexdigest()
        assert notices.current(channel, part, language) == version
    first = notices.current(Kind.CHAT, Part.SHORT)
    assert "Urzędem Miejskim w Zażółcinie" in first.text
    assert "Gmina Zażółcin" in first.text
    _of_szczecin()
    assert notices.current(Kind.CHAT, Part.SHORT).pk != first.pk
    assert notices.current(Kind.CALL, Part.SHORT, "uk").language == "pl"
    full = notices.current(Kind.CHAT, Part.FULL, "uk").text
    assert {told for told in ("6 місяців", "UODO", "iod@") if told not in full} == set()


def test_a_version_is_never_changed_and_own_words_stand_until_restored() -> None:
    by = make_conversations.director()
    order = notices.current(Kind.CALL, Part.SHORT)
    own = notices.write(Kind.CALL, Part.SHORT, "pl", "Tu {centre}. Nagrywamy.", by=by)
    assert own.text == "Tu Centrum Informacji Mieszkańców. Nagrywamy."
    assert notices.write(Kind.CALL, Part.SHORT, "pl", "Tu {centre}. Nagrywamy.", by=by) == own
    _of_szczecin()
    assert notices.current(Kind.CALL, Part.SHORT) == own
    with pytest.raises(UnknownPlaceholder, match=r"centrum\.__class__"):
        notices.write(Kind.CALL, Part.SHORT, "pl", "Tu {centrum.__class__} {kto}", by=by)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        NoticeVersion.objects.filter(pk=order.pk).update(text="Nic.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        NoticeVersion.objects.filter(pk=own.pk).delete()
    assert notices.restore(Kind.CALL, Part.SHORT, "pl", by=by).text == CALL
    assert notices.current(Kind.CALL, Part.SHORT).text == CALL
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert [one for one in actions if one.startswith("notice.")] == [
        "notice.changed",
        "notice.restored",
    ]


def test_a_line_that_does_not_record_does_not_say_that_it_does() -> None:
    plain = notices.before_call(make_conversations.line())
    assert "nie jest nagrywana" in plain.text
    records = make_conversations.line("+48914245001", records=True)
    assert "wszystkie rozmowy są nagrywane" in notices.before_call(records).text


def test_the_proof_names_the_version_and_what_followed() -> None:
    call = make_conversations.call()
    version = notices.current(Kind.CALL, Part.SHORT)
    proof = notices.deliver(call, version, "full_played", evidence={"step": "1"})
    assert (proof.version, proof.outcome, proof.evidence) == (version, "full_played", {"step": "1"})


@pytest.mark.dry
def test_the_full_notices_say_when_keys_leave_the_backups() -> None:
    """As the entry of art. 30 does; the order's own words (§ 1.4, § 1.5) stay as they are."""
    for (_kind, _part, language), words in FULL.items():
        assert {"pl": "30 dniach", "en": "30 days", "uk": "30 днів"}[language] in words


def test_months_are_said_as_people_say_them() -> None:
    said = [notice_words.months(number, "pl") for number in (1, 3, 6, 12, 22)]
    assert said == ["1 miesiąc", "3 miesiące", "6 miesięcy", "12 miesięcy", "22 miesiące"]
    assert notice_words.months(1, "en") == "1 month"
    assert notice_words.months(24, "uk") == "24 місяці"
