"""From the models to every sealed column with its Polish name, and to whose data it is.

The words are Polish here and not in the catalogue: they stand in Polish legal documents. A column
without words fails admin_module/tests/test_documents.py, so that no new datum stays unnamed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from django.apps import apps

from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField

from .conversation_words import (
    CONVERSATION_OWNERS,
    CONVERSATION_WORDS,
    INTERLOCUTOR_WORDS,
    INTERLOCUTORS,
)

RESIDENTS, REPORTERS, STAFF, OFFICE = "residents", "reporters", "staff", "office"

# Label of a sealed column, or label and field of a sealed document: what it is.
WORDS = {
    "recipient.identity.first_name": "imię",
    "recipient.identity.second_name": "drugie imię",
    "recipient.identity.last_name": "nazwisko",
    "recipient.identity.birth_date": "data urodzenia",
    "recipient.identity.sex": "płeć",
    "recipient.identity.pesel": "numer PESEL (nieobowiązkowy)",
    "recipient.address.street": "ulica",
    "recipient.address.house": "numer domu",
    "recipient.address.flat": "numer mieszkania",
    "recipient.address.postal_code": "kod pocztowy",
    "recipient.address.town": "miejscowość",
    "recipient.address.street_id": "wskazanie ulicy w rejestrze",
    "recipient.address.point_id": "wskazanie domu w rejestrze",
    "recipient.address.district_id": "wskazanie osiedla w rejestrze",
    "recipient.pesel": "skrót numeru PESEL do wyszukiwania",
    "recipient.duplicate": "skrót nazwiska i daty urodzenia do wykrywania powtórzeń",
    "recipient.language": "język, w którym osoba dostaje wiadomości",
    "recipient.state_reason": "powód ograniczenia lub wstrzymania konta",
    "recipient.guardian.first_name": "imię opiekuna dziecka",
    "recipient.guardian.last_name": "nazwisko opiekuna dziecka",
    "recipient.guardian.phone": "numer telefonu opiekuna dziecka",
    "recipient.guardian.email": "adres e-mail opiekuna dziecka",
    "request.words.asked": "treść wniosku osoby o skorzystanie z praw",
    "request.words.extension": "powód przedłużenia terminu odpowiedzi",
    "request.words.answer": "odpowiedź na wniosek osoby",
    "people_import.plan.kind": "rodzaj wgranego arkusza osób",
    "people_import.plan.encoding": "kodowanie wgranego arkusza osób",
    "people_import.plan.delimiter": "znak rozdzielający kolumny arkusza",
    "people_import.plan.sheet": "wybrana karta arkusza",
    "people_import.plan.sheets": "nazwy kart arkusza",
    "people_import.plan.has_head": "czy arkusz ma nagłówek",
    "people_import.plan.head": "nagłówki kolumn arkusza",
    "people_import.plan.columns": "znaczenie kolumn arkusza",
    "people_import.plan.town": "miejscowość osób z arkusza",
    "people_import.plan.consents": "zgody wszystkich osób z arkusza",
    "people_import.plan.reason": "powód natychmiastowej aktywacji osób z arkusza",
    "people_import.plan.document": "dokument, który potwierdza zgody osób z arkusza",
    "people_import.plan.keeper": "miejsce przechowywania podpisanych zgód",
    "import_proposal.proposed.identity": "dane osoby według wgranego arkusza",
    "import_proposal.proposed.address": "adres osoby według wgranego arkusza",
    "import_proposal.proposed.contacts": "adresy kontaktowe osoby według wgranego arkusza",
    "import_proposal.proposed.guardian": "opiekun dziecka według wgranego arkusza",
    "import_proposal.proposed.language": "język wiadomości osoby według wgranego arkusza",
    "import_proposal.proposed.consents": "zgody osoby według wgranego arkusza",
    "group.filter.filter": "filtr grupy odbiorców",
    "group.filter.words": "filtr grupy odbiorców słowami",
    "contact.value": "adres e-mail, numer telefonu, skrytka ePUAP, adresy powiadomień urządzeń z aplikacją",
    "suppressed.value": "adres e-mail lub numer telefonu, z którego wracają wiadomości",
    "device.home.lat": "szerokość geograficzna miejsca wskazanego w aplikacji",
    "device.home.lon": "długość geograficzna miejsca wskazanego w aplikacji",
    "device.push": "adres powiadomień urządzenia z aplikacją",
    "kept_answer.told.body": "odpowiedź udzielona aplikacji, na wypadek powtórzenia żądania",
    "kept_answer.told.location": "adres utworzonej rzeczy w odpowiedzi dla aplikacji",
    "kept_answer.told.etag": "oznaczenie wersji w odpowiedzi dla aplikacji",
    "document.digest": "skrót dokumentu z ePUAP do rozpoznania powtórzeń",
    "document.repeated": "skrót treści dokumentu z ePUAP do rozpoznania powtórzeń",
    "document.arrival.digest": "skrót dokumentu z ePUAP z chwilą nadania",
    "document.arrival.content_digest": "skrót treści dokumentu z ePUAP",
    "document.arrival.file_name": "nazwa pliku dokumentu z ePUAP",
    "document.arrival.box": "skrytka urzędu, do której przyszedł dokument",
    "document.arrival.sent_at": "chwila nadania dokumentu przez ePUAP",
    "document.arrival.sender_pesel": "PESEL nadawcy podany przez ePUAP",
    "document.arrival.sender_name": "imię i nazwisko nadawcy podane przez ePUAP",
    "document.arrival.reply_to": "skrytka ePUAP nadawcy",
    "document.content": "podpisany dokument z ePUAP",
    "document.reading.fields": "pola formularza odczytane z dokumentu z ePUAP",
    "document.reading.kind": "rodzaj podpisu elektronicznego",
    "document.reading.pesel": "PESEL z podpisu elektronicznego",
    "document.reading.first_name": "imię z podpisu elektronicznego",
    "document.reading.last_name": "nazwisko z podpisu elektronicznego",
    "document.reading.account": "konto profilu zaufanego",
    "document.reading.fingerprint": "odcisk certyfikatu podpisu",
    "document.reading.problems": "uwagi do pól formularza",
    "letter.text.subject": "temat pisma z kodem lub potwierdzeniem",
    "letter.text.short": "treść krótkiego pisma do osoby",
    "letter.text.long": "treść pełnego pisma do osoby",
    "letter.farewell.recipient": "numer usuniętego konta w ostatnim piśmie",
    "letter.farewell.email": "adres e-mail do ostatniego pisma",
    "letter.farewell.sms": "numer telefonu do ostatniego pisma",
    "letter.farewell.epuap": "skrytka ePUAP do ostatniego pisma",
    "letter.farewell.push": "identyfikator aplikacji do ostatniego pisma",
    "upp.content": "poświadczenie przedłożenia (UPP) z ePUAP",
    "message.text.title": "tytuł wiadomości",
    "message.text.short": "krótka treść wiadomości",
    "message.text.long": "pełna treść wiadomości",
    "message.text.transliterate_sms": "sposób zapisu SMS-a",
    "message.text.sender_name": "nazwa nadawcy",
    "message.text.reply_to": "adres do odpowiedzi",
    "message.text.proof_link": "czy SMS kończy adres, który potwierdza jego prawdziwość",
    "saved_view.words.name": "nazwa zapisanego widoku archiwum",
    "saved_view.words.query": "warunki zapisanego widoku archiwum",
    "evidence_file.secret.key": "klucz pakietu dowodowego wiadomości",
    "evidence_file.secret.sha256": "skrót pakietu dowodowego wiadomości",
    "message.variants.uk": "treść wiadomości po ukraińsku",
    "message.variants.en": "treść wiadomości po angielsku",
    "template.text.title": "tytuł w szablonie wiadomości",
    "template.text.short": "krótka treść w szablonie wiadomości",
    "template.text.long": "pełna treść w szablonie wiadomości",
    "template.text.transliterate_sms": "sposób zapisu SMS-a w szablonie",
    "template.text.sender_name": "nazwa nadawcy w szablonie",
    "template.text.reply_to": "adres do odpowiedzi w szablonie",
    "template.text.proof_link": "czy SMS z szablonu kończy adres, który potwierdza jego prawdziwość",
    "template.variants.uk": "treść szablonu po ukraińsku",
    "template.variants.en": "treść szablonu po angielsku",
    "attachment_link.token": "adres, pod którym są załączniki wiadomości",
    "attachment.name": "nazwa załącznika wiadomości",
    "attachment.secret.key": "klucz załącznika wiadomości",
    "attachment.secret.sha256": "skrót załącznika wiadomości",
    "approval.note": "powody zwrotu lub odrzucenia wiadomości",
    "approval.shown.parts": "treść wiadomości, którą czytała osoba zatwierdzająca",
    "sent_alone.reason": "powód wysłania alarmu bez drugiej osoby",
    "sent_alone.note": "ocena alarmu wysłanego bez drugiej osoby",
    "message.audience.filter": "warunki doboru adresatów (wiek, płeć, adres, osoby)",
    "message.audience.words": "warunki doboru adresatów słowami",
    "message.people": "lista adresatów wiadomości",
    "office_file.secret.key": "klucz pliku z osobami (eksport, import, raport)",
    "office_file.secret.sha256": "skrót pliku z osobami (eksport, import, raport)",
    "person_file.secret.key": "klucz kopii danych osoby",
    "person_file.secret.sha256": "skrót kopii danych osoby",
    "export.order.reason": "powód eksportu",
    "export.order.words": "kogo dotyczy eksport, słowami",
    "unsaved_work.typed.fields": "wiadomość, którą ktoś pisze i jeszcze nie zapisał",
    "export.order.asked": "warunki listy osób, do których wiadomość nie dotrze",
    "export.order.people": "osoby wskazane do eksportu",
    "scan.replaced_why": "powód wymiany skanu formularza",
    "scan.secret.key": "klucz skanu podpisanego formularza zgody",
    "scan.secret.sha256": "skrót skanu podpisanego formularza zgody",
    "staff.login": "adres e-mail pracownika (login)",
    "staff.profile.first_name": "imię pracownika",
    "staff.profile.last_name": "nazwisko pracownika",
    "staff.profile.position": "stanowisko",
    "staff.authenticator.name": "nazwa aplikacji z kodami",
    "staff.authenticator.key": "sekret aplikacji z kodami",
    "staff.passkey.name": "nazwa klucza dostępu",
    "staff.passkey.credential": "identyfikator klucza dostępu",
    "staff.passkey.public_key": "część publiczna klucza dostępu",
    "report.details.description": "opis zgłoszenia",
    "report.details.answers": "odpowiedzi na pytania kategorii zgłoszenia",
    "report.details.latitude": "szerokość geograficzna miejsca zgłoszenia",
    "report.details.longitude": "długość geograficzna miejsca zgłoszenia",
    "report.details.accuracy_m": "dokładność położenia miejsca zgłoszenia",
    "report.details.address": "adres miejsca zgłoszenia",
    "report.details.contact": "imię, nazwisko, e-mail i telefon osoby zgłaszającej bez konta",
    "report.public_text": "treść zgłoszenia pokazana wszystkim",
    "report_event.public_text": "odpowiedzi urzędu i słowa osoby zgłaszającej",
    "report_event.internal_text": "notatki urzędu do zgłoszenia",
    "report_photo.secret.key": "klucz zdjęcia do zgłoszenia",
    "report_photo.secret.sha256": "skrót zdjęcia do zgłoszenia",
    "outside_body.contact.person": "osoba do kontaktu w innej instytucji",
    "outside_body.contact.email": "e-mail innej instytucji",
    "outside_body.contact.phone": "telefon innej instytucji",
    "outside_body.contact.epuap": "skrytka ePUAP innej instytucji",
    "outside_body.contact.address": "adres innej instytucji",
    "configuration.document": "ustawienia urzędu, w tym dane dostępowe do bramek",
    "configuration.reason": "powód zmiany ustawień",
    "epuap.material": "klucz i certyfikaty urzędu do ePUAP",
    **CONVERSATION_WORDS,
}
# The beginning of a label says whose data it is; the longest one counts.
OWNERS = {
    "recipient.": RESIDENTS,
    "request.": RESIDENTS,
    "contact.": RESIDENTS,
    "suppressed.": RESIDENTS,
    "device.": RESIDENTS,
    "kept_answer.": RESIDENTS,
    "document.": RESIDENTS,
    "upp.": RESIDENTS,
    "letter.": RESIDENTS,
    "message.": RESIDENTS,
    "unsaved_work.": RESIDENTS,
    "template.": OFFICE,
    "attachment.": RESIDENTS,
    "saved_view.": OFFICE,
    "evidence_file.": OFFICE,
    "attachment_link.": RESIDENTS,
    "group.": RESIDENTS,
    "scan.": RESIDENTS,
    "office_file.": RESIDENTS,
    "person_file.": RESIDENTS,
    "export.": RESIDENTS,
    "people_import.": OFFICE,
    "import_proposal.": RESIDENTS,
    "report": REPORTERS,
    "outside_body.": REPORTERS,
    "staff.": STAFF,
    "approval.": STAFF,
    "sent_alone.": STAFF,
    "configuration.": OFFICE,
    "epuap.": OFFICE,
    **CONVERSATION_OWNERS,
}
OWNER_WORDS = {
    RESIDENTS: "mieszkańcy",
    REPORTERS: "zgłaszający i osoby do kontaktu w innych instytucjach",
    INTERLOCUTORS: INTERLOCUTOR_WORDS,
    STAFF: "pracownicy",
    OFFICE: "urząd (nie są to dane osób)",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One sealed datum: where it stands, its label, its words, whose it is."""

    table: str
    column: str
    label: str
    words: str
    owner: str
    searchable: bool  # kept as a keyed digest, too

    @property
    def how(self) -> str:
        if self.searchable:
            return "skrót z kluczem (HMAC-SHA-256)"
        return "zaszyfrowane (AES-256-GCM, klucz osobny dla każdej osoby lub rzeczy)"


def columns() -> list[Column]:
    """Every sealed column of every model, in the order of the apps; raises KeyError without words."""
    return [
        Column(table, column, label, WORDS[label], owner_of(label), searchable)
        for table, column, label, searchable in found()
    ]


def found() -> Iterator[tuple[str, str, str, bool]]:
    """Table, column, label (with the field, in a sealed document) and whether it is a digest."""
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedDocField):
                yield from ((table, field.name, label, False) for label in _labels(field))
            elif isinstance(field, (SealedField, BlindIndexField)):
                yield table, field.name, field.label, isinstance(field, BlindIndexField)


def _labels(field: SealedDocField) -> list[str]:
    """One for each field of the document; a document without fixed ones is one datum."""
    if not is_dataclass(field.document_class):
        return [field.label]
    return [f"{field.label}.{part.name}" for part in fields(field.document_class)]


def owner_of(label: str) -> str:
    return OWNERS[max((start for start in OWNERS if label.startswith(start)), key=len)]


def words_of(owner: str) -> tuple[str, ...]:
    """What is held about these people, each thing once."""
    held = (column.words for column in columns() if column.owner == owner)
    return tuple(dict.fromkeys(held))
