"""An office for tests: one unit, and members of staff in the roles they need."""

from admin_module.models import StaffProfile, Unit, User

PASSWORD = "poprawny-koń-bateria-spinacz"


def staff(
    *roles: str, login: str = "anna.nowak@zazolcin.example", password: str | None = None
) -> User:
    unit, _new = Unit.objects.get_or_create(name="Wydział Promocji")
    return User.objects.create_user(login, password, StaffProfile("Anna", "Nowak"), unit, roles)
