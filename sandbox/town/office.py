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
}
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
    return staff


def logins() -> list[str]:
    """Who may sign in, a line each, for the words of `make run`."""
    words = {f"{STAFF[role][0]}@{DOMAIN}": label_of(role) for role in ROLES}
    return [f"  {login:32} {label}" for login, label in words.items()]


def open_topics() -> list[Topic]:
    """The topics of the printed form; alarms are sent by law."""
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
    return list(Topic.objects.all())
