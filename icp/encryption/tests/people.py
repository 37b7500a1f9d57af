"""Invented people for these tests, made straight from the models."""

from datetime import UTC, date, datetime
from itertools import count

from recipients.models import Address, ContactPoint, Identity, Recipient

_number = count(1)
BORN = date(1985, 1, 1)
MARKED = Identity("Świętopełk", "Gżegżółka-Zebrzydowska", BORN, "M", "85010112346", "Źdźbło")
MARKED_ADDRESS = Address("ul. Źdźbłowa", "7F", postal_code="00-123", town="Zażółcin")
MARKED_MAIL = "swietopelk.gz@przyklad.example"


def identity(last_name: str = "Kowalska", pesel: str = "") -> Identity:
    return Identity("Anna", last_name, BORN, "F", pesel)


def unsaved(who: Identity | None = None, address: Address | None = None) -> Recipient:
    return Recipient(
        identifier=f"R-test-{next(_number)}",
        identity=who or identity(),
        address=address or Address("ul. Polna", "1"),
        state=Recipient.State.ACTIVE,
        origin=Recipient.Origin.DESK,
        registered_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


def person(who: Identity | None = None, address: Address | None = None) -> Recipient:
    row = unsaved(who, address)
    row.save()
    return row


def mail(owner: Recipient, value: str) -> ContactPoint:
    return ContactPoint.objects.create(recipient=owner, kind="email", value=value)


def marked() -> Recipient:
    """A person whose data can be searched for in a dump."""
    row = person(MARKED, MARKED_ADDRESS)
    mail(row, MARKED_MAIL)
    return row
