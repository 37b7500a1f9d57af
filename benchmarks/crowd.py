"""From a number to so many active people who agreed to a topic, in seconds."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from recipients.contacts.permissions import bit
from recipients.models import Address, Recipient
from recipients.people import duplicates, registration
from recipients.people.particulars import RegistrationData
from tests import make

BATCH = 2000


def crowd(
    number: int, topic_bit: int, kinds: tuple[str, ...] = ("email",), *, first: int = 0
) -> None:
    """Register people with one contact point of each kind; nothing else in the town matters.

    They are numbered from `first`, so that a second call brings others.
    """
    granted = sum(bit(topic_bit, kind) for kind in kinds)

    def arrive(_place: int, row: Recipient) -> None:
        row.state = Recipient.State.ACTIVE
        row.consents = granted
        row.registered_at = timezone.now()

    end = first + number
    for start in range(first, end, BATCH):
        people = [_person(n, kinds) for n in range(start, min(start + BATCH, end))]
        with transaction.atomic():
            duplicates.lock()
            registration.create_all(
                people, origin=Recipient.Origin.IMPORT, by=make.clerk(), arrive=arrive
            )


def _person(number: int, kinds: tuple[str, ...]) -> RegistrationData:
    every = {
        "email": f"osoba{number}@przyklad.example",
        "sms": f"+4851{number:07d}",
        "epuap": f"/osoba{number}/SkrytkaESP",
        "push": f"app-token-{number}",
    }
    born = date(1930 + number % 70, number % 12 + 1, number % 28 + 1)
    return RegistrationData(
        first_name="Żaneta",
        last_name=f"Gżegżółka-{number}",
        birth_date=born,
        sex="F",
        pesel="",
        address=Address(street="Sportowa", house=str(number % 60 + 1), town="Zażółcin"),
        contacts={kind: every[kind] for kind in kinds},
    )
