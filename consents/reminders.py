"""From a form that did not come back to the letter that goes before it in the envelope.

The words are Polish here and not in the catalogue: this is a letter of a Polish office.
"""

from typing import Any

from django.utils import timezone

from admin_module.configuration import Municipality, read
from recipients.models import Address

from .models import ConsentForm

TITLE = "Prosimy o podpisany formularz zgody"
PARAGRAPHS = (
    "{printed} przygotowaliśmy dla Pani/Pana formularz zgody na otrzymywanie komunikatów"
    " (numer {number}). Podpisany formularz jeszcze do nas nie wrócił, więc niczego nie wysyłamy.",
    "Jeśli nadal chce Pani/Pan dostawać komunikaty, prosimy sprawdzić dane na załączonym formularzu,"
    " podpisać go i odesłać na adres: {address}, albo przynieść do urzędu.",
    "Jeśli Pani/Pan już tego nie chce, nie trzeba robić nic. Może Pani/Pan też powiedzieć nam o tym"
    " telefonicznie (tel. {phone}); usuniemy wtedy wszystkie dane.",
)


def letter(form: ConsentForm) -> dict[str, Any]:
    """What stands on the letter before a form."""
    office = read(Municipality)
    today, printed = timezone.localdate(), timezone.localdate(form.printed_at)
    names = {
        "number": form.number,
        "printed": f"{printed:%d.%m.%Y}",
        "address": f"{office.name}, {office.address}",
        "phone": office.phone,
    }
    return {
        "to": _addressed_to(form),
        "place": f"{office.town}, {today:%d.%m.%Y}",
        "title": TITLE,
        "paragraphs": [paragraph.format(**names) for paragraph in PARAGRAPHS],
    }


def _addressed_to(form: ConsentForm) -> list[str]:
    """The envelope of a child's form is for the guardian."""
    person = form.recipient
    reader = person.guardian or person.identity
    lines = [f"{reader.first_name} {reader.last_name}"]
    if person.address:
        lines += _address(person.address)
    return lines


def _address(address: Address) -> list[str]:
    house = f"{address.house}/{address.flat}" if address.flat else address.house
    return [f"{address.street} {house}", f"{address.postal_code} {address.town}".strip()]
