"""From a letter of the procedure to its words: all of them stand here, in the language of a Polish office.

Order 308/18 § 4; RODO art. 12 (3), (4) and (6), 15, 77 and 79; the Act of 10 May 2018 on the protection of
personal data, art. 93 (the regional court).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from admin_module.configuration import CustomerOffice, read
from conversations.models import (
    AccessDecision,
    AccessRequest,
    Appointment,
    Kind,
    Opinion,
    RequestLetter,
)

from . import grounds
from .dates import day_of, hours_of
from .wording import (
    BASES,
    CLOSINGS,
    COMPLAINT,
    FORMS,
    GIVERS,
    GROUNDS,
    NOT_FOUND,
    VERDICTS,
)

Pairs = tuple[tuple[str, str], ...]
Letter, Form, Basis, Giver = (
    RequestLetter.Kind, AccessRequest.Form, AccessRequest.Basis, Opinion.Giver,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a letter says, in the order of the page; `to`: lines of the address."""

    title: str
    to: tuple[str, ...] = field(repr=False)
    paragraphs: tuple[str, ...] = field(repr=False)
    facts: Pairs = field(default=(), repr=False)
    after: tuple[str, ...] = field(default=(), repr=False)
    instruction: tuple[str, ...] = ()
    signs: tuple[str, ...] = ("Dyrektor",)


def sheet(request: AccessRequest, kind: str, **facts: Any) -> Sheet:
    """The words of one letter; `facts` are those of its builder below."""
    return BUILDERS[Letter(kind)](request, **facts)


def applicant_lines(request: AccessRequest) -> tuple[str, ...]:
    person = request.applicant
    name = f"{person.first_name} {person.last_name}".strip()
    lines = [name, *person.address.splitlines()]
    return tuple(line.strip() for line in lines if line.strip())


def _about(request: AccessRequest) -> str:
    received = day_of(timezone.localdate(request.received_at))
    return f"Sprawa: wniosek nr {request.number}, który wpłynął {received}"


def _conversations(request: AccessRequest) -> Iterator[tuple[str, str]]:
    for item in request.items.select_related("conversation").order_by("id"):
        began = timezone.localtime(item.conversation.originated_at)
        what = "Rozmowa telefoniczna" if item.conversation.kind == Kind.CALL else "Czat"
        yield what, f"{day_of(began.date())}, godz. {began:%H:%M}"


def completion(request: AccessRequest, *, what: str) -> Sheet:
    until = day_of(grounds.completion_day(timezone.localdate()))
    return Sheet(
        "Wezwanie do uzupełnienia wniosku",
        applicant_lines(request),
        (
            _about(request),
            "Aby rozpoznać wniosek, potrzebujemy jeszcze następujących informacji:",
            *_lines(what),
            f"Odpowiedź proszę przekazać do {until}: osobiście, listownie albo przez ePUAP, podając numer "
            "wniosku.",
            "Wniosek, który nie zostanie uzupełniony w tym terminie, pozostanie bez rozpoznania. Można "
            "wtedy złożyć nowy.",
        ),
    )


def opinion_request(request: AccessRequest, *, opinion: Opinion) -> Sheet:
    to: tuple[str, ...] = ("Inspektor Ochrony Danych",)
    if opinion.giver == Giver.UNIT:
        to = ("Kierujący jednostką:", str(request.unit))
    return Sheet(
        f"Prośba o opinię do wniosku nr {request.number}",
        to,
        (
            "Na podstawie § 4 ust. 3 zarządzenia nr 308/18 proszę o opinię, czy nagranie rozmowy "
            "telefonicznej albo zapis czatu, którego dotyczy wniosek, może zostać udostępniony.",
        ),
        (*_facts(request), *_conversations(request), ("Termin opinii", day_of(opinion.due_on))),
        (
            "Opinię wydaje się w systemie, na stronie wniosku. Brak opinii nie oznacza zgody: decyzja "
            "zapadnie dopiero po otrzymaniu obu opinii.",
            "Osoba, która sama prowadziła tę rozmowę, nie wydaje opinii; robi to jej zastępca.",
        ),
    )


def _facts(request: AccessRequest) -> Pairs:
    return (
        ("Wniosek wpłynął", day_of(timezone.localdate(request.received_at))),
        ("Podstawa wniosku", BASES[Basis(request.basis)]),
        ("Oczekiwana forma", FORMS[Form(request.requested_form)]),
    )


def opinion(request: AccessRequest, *, opinion: Opinion) -> Sheet:
    who = GIVERS[Giver(opinion.giver)]
    unit = f" – {request.unit}" if opinion.giver == Giver.UNIT else ""
    deputy = " (w zastępstwie)" if opinion.as_deputy else ""
    return Sheet(
        f"Opinia do wniosku nr {request.number}",
        (read(CustomerOffice).office_name,),
        (f"Opinia: {VERDICTS[Opinion.Verdict(opinion.verdict)]}.", *_lines(opinion.text)),
        (*_facts(request), *_conversations(request)),
        signs=(str(opinion.by), f"{who}{unit}{deputy}"),
    )


def extension(request: AccessRequest, *, why: str) -> Sheet:
    until = day_of(request.extended_to or request.due_on)
    return Sheet(
        "Zawiadomienie o przedłużeniu terminu",
        applicant_lines(request),
        (
            _about(request),
            "Na podstawie art. 12 ust. 3 RODO zawiadamiam, że ze względu na skomplikowany charakter sprawy "
            f"albo liczbę żądań odpowiedź zostanie udzielona najpóźniej {until}",
            "Przyczyny opóźnienia:",
            *_lines(why),
        ),
        instruction=COMPLAINT,
    )


def _opinions(request: AccessRequest) -> Iterator[tuple[str, str]]:
    for row in request.opinions.filter(superseded_at=None).exclude(given_at=None).order_by("giver"):
        who = "Opinia Inspektora Ochrony Danych"
        if row.giver == Giver.UNIT:
            who = "Opinia kierującego jednostką"
        given = day_of(timezone.localdate(row.given_at))
        yield who, f"{VERDICTS[Opinion.Verdict(row.verdict)]}, z dnia {given}"


def _signs(decided: AccessDecision) -> tuple[str, ...]:
    deputy = "Zastępca – z upoważnienia Dyrektora" if decided.acting_as_id else "Dyrektor"
    return (str(decided.by), deputy)


def decision(request: AccessRequest, *, decision: AccessDecision) -> Sheet:
    partial = decision.verdict == AccessDecision.Verdict.PARTIAL
    supervised = decision.form == Form.SUPERVISED
    notes = [("Notatki pracowników w czacie", "także")] if decision.with_notes else []
    after = (
        "O dniu, godzinie i miejscu zawiadomimy odrębnym pismem. Odsłuchanie albo odczytanie odbywa się w "
        "obecności osób wyznaczonych przez Dyrektora (§ 4 ust. 6 zarządzenia)."
        if supervised
        else "Dokument zostanie wydany osobie wnioskującej albo wysłany wskazaną przez nią drogą."
    )
    return Sheet(
        "Rozstrzygnięcie o częściowym udostępnieniu"
        if partial
        else "Rozstrzygnięcie o udostępnieniu",
        applicant_lines(request),
        (
            _about(request),
            "Na podstawie § 4 ust. 3 zarządzenia nr 308/18, po uzyskaniu opinii Inspektora Ochrony Danych "
            "oraz kierującego jednostką, której nagranie albo zapis dotyczy, postanawiam udostępnić treść "
            + ("we wskazanej niżej części." if partial else "w całości."),
        ),
        (
            *_conversations(request),
            *_parts(decision),
            ("Forma", FORMS[Form(decision.form)]),
            *notes,
            *_opinions(request),
            *((("Podstawa prawna", decision.legal_basis),) if decision.legal_basis else ()),
        ),
        (*_lines(decision.reasons), after),
        instruction=COMPLAINT if partial or request.basis == Basis.GDPR else (),
        signs=_signs(decision),
    )


def _parts(decision: AccessDecision) -> Iterator[tuple[str, str]]:
    for parts in decision.segments.values():
        said = (f"{_clock(begin)}–{_clock(end)}" for begin, end in parts)
        yield "Udostępniana część", ", ".join(said)


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"


def refusal(request: AccessRequest, *, decision: AccessDecision) -> Sheet:
    return Sheet(
        "Odmowa udostępnienia",
        applicant_lines(request),
        (
            _about(request),
            "Na podstawie § 4 ust. 3 i 5 zarządzenia nr 308/18, po uzyskaniu opinii Inspektora Ochrony "
            "Danych oraz kierującego jednostką, której nagranie albo zapis dotyczy, odmawiam udostępnienia.",
        ),
        (
            *_conversations(request),
            ("Przyczyna odmowy", GROUNDS[AccessDecision.Ground(decision.ground)]),
            ("Podstawa prawna", decision.legal_basis),
            *_opinions(request),
        ),
        ("Uzasadnienie:", *_lines(decision.reasons)),
        instruction=COMPLAINT,
        signs=_signs(decision),
    )


def not_found(request: AccessRequest, *, why: str) -> Sheet:
    return Sheet(
        "Zawiadomienie o braku nagrania",
        applicant_lines(request),
        (_about(request), NOT_FOUND[why], "Z tego powodu wniosek nie może zostać uwzględniony."),
        instruction=COMPLAINT,
    )


def closing(request: AccessRequest, *, why: str) -> Sheet:
    return Sheet(
        "Zawiadomienie o zamknięciu sprawy",
        applicant_lines(request),
        (_about(request), CLOSINGS[why]),
        instruction=() if why == "withdrawn" else COMPLAINT,
    )


def appointment(request: AccessRequest, *, appointment: Appointment) -> Sheet:
    began = timezone.localtime(appointment.begins_at)
    kinds = set(request.items.values_list("conversation__kind", flat=True))
    what = "odczytania zapisu czatu" if kinds == {Kind.CHAT} else "odsłuchania nagrania"
    return Sheet(
        f"Zawiadomienie o terminie {what}",
        applicant_lines(request),
        (
            _about(request),
            f"Na podstawie § 4 ust. 4 zarządzenia nr 308/18 wyznaczam termin {what}:",
        ),
        (
            ("Dzień", day_of(began.date())),
            ("Godziny", hours_of(appointment.begins_at, appointment.ends_at)),
            ("Miejsce", appointment.place),
        ),
        (
            "Proszę zabrać dokument tożsamości ze zdjęciem (dowód osobisty, paszport, mObywatel). Pracownik "
            "tylko go obejrzy: urząd nie zapisuje numeru dokumentu i nie robi jego kopii.",
            "Można przyjść z pełnomocnikiem albo tłumaczem; potrzebę tłumacza języka migowego lub innego "
            "ułatwienia proszę zgłosić wcześniej.",
            "Przy odsłuchaniu albo odczytaniu są obecne osoby wyznaczone przez Dyrektora (§ 4 ust. 6 "
            "zarządzenia). Z jego przebiegu sporządza się protokół. Treści nie wolno nagrywać ani "
            "fotografować.",
            "Jeżeli termin nie odpowiada, proszę dać znać – wyznaczymy inny. Dwukrotna nieobecność bez "
            "uprzedzenia kończy sprawę.",
        ),
    )


def transcript(request: AccessRequest, *, decision: AccessDecision) -> Sheet:
    copy = decision.form == Form.COPY
    what = "kopii nagrania albo zapisu" if copy else "transkrypcji"
    return Sheet(
        f"Wydanie {what}",
        applicant_lines(request),
        (
            _about(request),
            f"Zgodnie z rozstrzygnięciem z dnia {day_of(timezone.localdate(decision.at))} przekazuję w "
            + ("załączeniu kopię nagrania albo zapisu." if copy else "załączeniu transkrypcję."),
        ),
        (*_conversations(request), *_parts(decision)),
        (
            "Dokument może zawierać dane innych osób. Dalsze udostępnianie go komukolwiek następuje na "
            "odpowiedzialność osoby, która go otrzymała.",
        ),
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


BUILDERS: Mapping[str, Callable[..., Sheet]] = {
    Letter.COMPLETION: completion,
    Letter.OPINION_REQUEST: opinion_request,
    Letter.OPINION: opinion,
    Letter.EXTENSION: extension,
    Letter.DECISION: decision,
    Letter.REFUSAL: refusal,
    Letter.NOT_FOUND: not_found,
    Letter.CLOSING: closing,
    Letter.APPOINTMENT: appointment,
    Letter.TRANSCRIPT: transcript,
}
__all__ = ["BUILDERS", "COMPLAINT", "Sheet", "applicant_lines", "sheet"]
