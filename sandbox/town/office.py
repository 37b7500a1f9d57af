"""The invented office: its units, a member of staff for each role, the topics it writes about."""

from admin_module.models import StaffProfile, Unit, User
from admin_module.roles import ROLES, label_of, seed_roles
from consents.models import Topic

UNITS = {
    "Urząd Miejski w Zażółcinie": "UM Zazolcin",
    "Wydział Spraw Obywatelskich": "WSO",
    "Biuro Komunikacji Społecznej": "BKS",
    "Centrum Zarządzania Kryzysowego": "CZK",
    "Wydział Gospodarki Komunalnej": "WGK",
    "Biuro Obsługi Interesantów": "BOI",
}
# Role: login before the @, first name, last name, position, unit.
STAFF = {
    "administrator": ("administrator", "Zdzisława", "Śruba", "administratorka systemu", 0),
    "recipients_clerk": ("rejestr", "Żaneta", "Ćwiklińska", "inspektorka", 1),
    "editor": ("redakcja", "Łukasz", "Źródlak", "redaktor", 2),
    "approver": ("kierownik", "Bożena", "Święch", "kierowniczka biura", 2),
    "duty_officer": ("dyzurny", "Grzegorz", "Gąska", "dyżurny", 3),
    "reports_handler": ("zgloszenia", "Jędrzej", "Kępa", "referent", 4),
    "unit_manager": ("naczelnik", "Róża", "Łącka", "naczelniczka wydziału", 4),
    "data_protection_officer": ("iod", "Wiesław", "Dąb", "inspektor ochrony danych", 0),
    "auditor": ("audytor", "Halina", "Ósma", "audytorka wewnętrzna", 0),
    "conversation_agent": ("konsultant", "Iga", "Brzózka", "konsultantka", 5),
    "conversation_designee": ("wyznaczony", "Tymoteusz", "Głóg", "starszy specjalista", 5),
    "centre_head": ("centrum", "Jadwiga", "Wiąz", "kierowniczka centrum informacji", 5),
    "office_director": ("dyrektor", "Szczepan", "Jeżyna", "dyrektor biura", 5),
    "secretary": ("sekretarz", "Bogna", "Łęg", "sekretarz miasta", 0),
}
# Municipal units: their staff see only what is their own. Sender name, login, person, topic.
MUNICIPAL = {
    "Szkoła Podstawowa nr 2 w Zażółcinie": (
        "SP2",
        ("szkola", "Kinga", "Żurawska", "sekretarz szkoły"),
        ("Z życia Szkoły Podstawowej nr 2", "zebrania, dni wolne, zajęcia"),
    ),
    "Miejska Biblioteka Publiczna": (
        "Biblioteka",
        ("biblioteka", "Mieczysław", "Ćma", "bibliotekarz"),
        ("Wydarzenia w bibliotece", "spotkania, nowości, godziny otwarcia"),
    ),
}
WORKS_AT_A_UNIT = ("recipients_clerk", "editor")
TOPICS = (
    ("Alarmy i zagrożenia", "pogoda, powódź, smog, skażenie wody", True),
    ("Przerwy w dostawach", "woda, prąd, gaz, ciepło", False),
    ("Odpady komunalne", "harmonogram i zmiany odbioru", False),
    ("Drogi i komunikacja", "objazdy, remonty, autobusy", False),
    ("Podatki i opłaty lokalne", "przypomnienia o terminach", False),
    ("Wydarzenia i konsultacje", "kultura, sport, budżet obywatelski", False),
)
LAW = "ustawa z 26 kwietnia 2007 r. o zarządzaniu kryzysowym"
DOMAIN = "zazolcin.example"


def hire(password: str) -> dict[str, User]:
    """Make the units and the staff that are not there yet; returns the staff by role.

    Whoever knows the clerk's role here may also write messages, so that one login can walk the
    whole way of the demonstration.
    """
    seed_roles()
    units = [
        Unit.objects.get_or_create(name=name, defaults={"sender_name": sender})[0]
        for name, sender in UNITS.items()
    ]
    staff: dict[str, User] = {}
    for role in ROLES:
        local, first, last, position, unit = STAFF[role]
        login = f"{local}@{DOMAIN}"
        known = User.objects.filter(login_token=login).first()
        roles = [role, "editor"] if role == "recipients_clerk" else [role]
        staff[role] = known or User.objects.create_user(
            login, password, StaffProfile(first, last, position), units[unit], roles
        )
    for name, (sender, person, _topic) in MUNICIPAL.items():
        _hire_at(name, sender, person, units[0], password)
    return staff


def _hire_at(
    name: str, sender: str, person: tuple[str, str, str, str], above: Unit, password: str
) -> None:
    """A school or a library, and the one member of its staff who writes for it."""
    given = {"kind": Unit.Kind.MUNICIPAL, "parent": above, "sender_name": sender}
    unit = Unit.objects.get_or_create(name=name, defaults=given)[0]
    local, first, last, position = person
    login = f"{local}@{DOMAIN}"
    if not User.objects.filter(login_token=login).exists():
        profile = StaffProfile(first, last, position)
        User.objects.create_user(login, password, profile, unit, WORKS_AT_A_UNIT)


def logins() -> list[str]:
    """Who may sign in, a line each, for the words of `make run`."""
    words = {f"{STAFF[role][0]}@{DOMAIN}": label_of(role) for role in ROLES}
    at_units = {f"{person[0]}@{DOMAIN}": unit for unit, (_, person, _) in MUNICIPAL.items()}
    words |= at_units
    return [f"  {login:32} {label}" for login, label in words.items()]


def open_topics() -> list[Topic]:
    """The topics of the office's form; alarms are sent by law. Municipal units get theirs, too."""
    for place, (name, description, mandatory) in enumerate(TOPICS):
        Topic.objects.get_or_create(
            name=name,
            defaults={
                "description": description,
                "bit": place,
                "place": place,
                "mandatory": mandatory,
                "legal_basis": LAW if mandatory else "",
            },
        )
    for place, (unit, (_, _, (name, about))) in enumerate(MUNICIPAL.items(), len(TOPICS)):
        defaults: dict[str, object] = {"description": about, "bit": place, "place": place}
        defaults["unit"] = Unit.objects.get(name=unit)
        Topic.objects.get_or_create(name=name, defaults=defaults)
    return list(Topic.objects.filter(unit=None))
