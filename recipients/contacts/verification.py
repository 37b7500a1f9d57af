"""From an address that was given to the proof that its owner holds it: validation codes (§ 4.5).

Asking leaves a row; messaging draws the text in the worker that sends it, or the printed letter draws
it for the paper; `redeem` is what the app calls with what a person typed.
"""

import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from icp.encryption import tokens
from icp.encryption.erasing import hold_key
from recipients.correspondence import answers, telling
from recipients.models import ContactPoint, Recipient, ValidationCode
from recipients.values import checks

from . import address_health, attempts

CODE_KINDS = ("email", "sms", "epuap")  # an app's token is where a code is entered, not sent
PAPER = "letter"
# How long a code is good for, counted from the moment it is drawn.
GOOD_FOR = {
    "email": timedelta(hours=24),
    "sms": timedelta(hours=24),
    "epuap": timedelta(days=14),
    PAPER: timedelta(days=30),
}
ATTEMPTS = 5  # wrong entries until a code is worth nothing
CODES_A_DAY = 5  # to one contact point, or on paper to one person
CODES_A_DAY_TO_ADDRESS = 10  # a family may share an address
ANSWER_AFTER = 0.3  # seconds: a refusal takes as long whatever its reason
# Crockford's base32: no I, L, O, U; what people misread is read as what was meant.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 10
_LABEL = "validation.code"


class TooManyCodes(Exception):
    """Enough codes went to this address today; the sentence is for staff."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Whose code was entered, and the address that it confirms; None: it came on paper."""

    recipient: Recipient
    point: ContactPoint | None


def ask_for_codes(
    recipient: Recipient, *, kinds: Collection[str] = CODE_KINDS
) -> list[ValidationCode]:
    """Ask for a code to each contact point of an active person that is not confirmed yet.

    Asking twice before the first was posted gives no second code. The sender picks the rows up.
    """
    if recipient.state != Recipient.State.ACTIVE:
        return []
    points = recipient.contact_points.filter(
        kind__in=set(kinds) & set(CODE_KINDS), verified_at__isnull=True
    )
    waiting = set(
        ValidationCode.objects.filter(contact_point__in=points, posted_at__isnull=True).values_list(
            "contact_point_id", flat=True
        )
    )
    now = timezone.now()
    return ValidationCode.objects.bulk_create(
        ValidationCode(contact_point=point, created_at=now)
        for point in points
        if point.pk not in waiting
    )


def ask_again(point: ContactPoint, *, by: User | None) -> ValidationCode:
    """A fresh code to one contact point of an active person, at their wish; raises TooManyCodes."""
    with transaction.atomic():
        held = ContactPoint.objects.select_for_update(of=("self",)).select_related("recipient")
        point = held.get(pk=point.pk)
        _want_active(point.recipient)
        codes = ValidationCode.objects.filter(contact_point=point)
        waiting = codes.filter(posted_at__isnull=True).first()
        if waiting is not None:
            return waiting
        _within(codes, CODES_A_DAY)
        same = ValidationCode.objects.filter(contact_point__value_token=point.value)
        _within(same, CODES_A_DAY_TO_ADDRESS)
        code = ValidationCode.objects.create(contact_point=point, created_at=timezone.now())
        detail: dict[str, object] = {"channel": point.kind, "code": code.pk}
        audit.record("recipient.code_asked", point.recipient, by=by, detail=detail)
    return code


def draw_on_paper(recipient: Recipient, *, by: User) -> tuple[str, ValidationCode]:
    """Draw a code for a letter that is printed now; what was printed before is worth nothing.

    Raises TooManyCodes after CODES_A_DAY letters, or where the person may get no code.
    """
    now = timezone.now()
    text = _text()
    with transaction.atomic():
        row = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
        _want_active(row)
        codes = ValidationCode.objects.filter(recipient=row)
        _within(codes, CODES_A_DAY)
        codes.filter(expires_at__gt=now).update(expires_at=now)
        code = ValidationCode.objects.create(
            recipient=row,
            created_at=now,
            posted_at=now,
            digest=_digest(text),
            expires_at=now + GOOD_FOR[PAPER],
        )
        audit.record("recipient.code_printed", row, by=by, detail={"code": code.pk})
    return _shown(text), code


def _want_active(recipient: Recipient) -> None:
    if recipient.state != Recipient.State.ACTIVE:
        raise TooManyCodes(_("Codes go to people with an active account only."))


def _within(codes: QuerySet[ValidationCode], limit: int) -> None:
    """Raise TooManyCodes where so many were asked for within a day."""
    day_ago = timezone.now() - timedelta(days=1)
    recent = codes.filter(created_at__gt=day_ago).order_by("-created_at")
    newest = list(recent.values_list("created_at", flat=True)[:limit])
    if len(newest) < limit:
        return
    again = timezone.localtime(newest[-1] + timedelta(days=1))
    raise TooManyCodes(
        _("%(count)d codes went out within a day. The next one is possible on %(day)s at %(hour)s.")
        % {"count": limit, "day": f"{again:%d.%m.%Y}", "hour": f"{again:%H:%M}"}
    )


def to_post(limit: int = 500) -> QuerySet[ValidationCode]:
    """Codes that wait to be sent, oldest first; lock them in the transaction that posts them."""
    waiting = ValidationCode.objects.filter(posted_at__isnull=True)
    return waiting.select_related("contact_point__recipient").order_by("pk")[:limit]


def mark_posted(codes: Sequence[int]) -> None:
    """Their deliveries stand in the outbox now."""
    ValidationCode.objects.filter(pk__in=codes).update(posted_at=timezone.now())


def draw(code_id: int) -> str:
    """Draw the text of a code in the worker that sends it: `XXXXX-XXXXX`.

    Only its HMAC is kept, so the text is known once. Drawn again for a second try, the earlier
    text is worth nothing any more.
    """
    text = _text()
    with transaction.atomic():
        code = ValidationCode.objects.select_for_update(of=("self",)).get(pk=code_id)
        point = ContactPoint.objects.only("kind").get(codes=code)
        code.digest = _digest(text)
        code.expires_at = timezone.now() + GOOD_FOR[point.kind]
        code.attempts = 0
        code.save(update_fields=["digest", "expires_at", "attempts"])
    return _shown(text)


def _nothing_more(_person: Recipient) -> Mapping[str, object]:
    return {}


def redeem(
    text: str,
    *,
    address: str = "",
    source: str = "",
    now: datetime | None = None,
    then: Callable[[Recipient], Mapping[str, object]] = _nothing_more,
) -> Redeemed | None:
    """Whose code this is; it confirms their address once, and their other addresses are told.

    `address`: what the person typed to say who they are (e-mail, phone, box, or the identifier on
    a printed letter); empty where the app did not ask. `source`: where the try comes from. `then` is
    done in the same transaction, while the person's row is held, and says what the log adds.

    None says the same, after the same time, for a wrong, a used, an expired and an unknown code or
    address. After ATTEMPTS wrong entries for its address a code is worth nothing; raises
    attempts.TooManyTries where the source or the address has to wait.
    """
    asked = address.strip()
    attempts.check(asked, source)
    began = time.monotonic()
    found = _redeem(asked, normal(text), now or timezone.now(), then)
    if found is None:
        attempts.count(asked, source)
        time.sleep(max(0.0, began + ANSWER_AFTER - time.monotonic()))
    return found


@transaction.atomic
def _redeem(
    address: str,
    entered: str,
    moment: datetime,
    then: Callable[[Recipient], Mapping[str, object]],
) -> Redeemed | None:
    meant = _live(address, entered, moment)
    # The person before their codes, as everybody holds them; what they are is looked at once more then.
    for pk, uid in sorted({_owner(code) for code in _right(meant, entered)}):
        hold_key(uid)
        Recipient.objects.select_for_update(no_key=True).get(pk=pk)
    live = list(meant.select_for_update(of=("self",)))
    right = _right(live, entered)
    if not right:
        _count_attempt(live)
        return None
    code = right[0]
    code.used_at = moment
    code.save(update_fields=["used_at"])
    point = code.contact_point
    if point is not None:
        address_health.proved(point)
    person = point.recipient if point else code.recipient
    if person is None:  # a constraint says that there is one
        return None
    if point is not None:
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=moment)
        point.verified_at = moment
    audit.record("recipient.paired", person, by=None, detail={"code": code.pk, **then(person)})
    telling.tell(person, answers.paired(), but=point.kind if point else "")
    return Redeemed(person, point)


def _right(codes: Iterable[ValidationCode], entered: str) -> list[ValidationCode]:
    return [code for code in codes if tokens.verify_mac(_LABEL, entered.encode(), _kept(code))]


def _owner(code: ValidationCode) -> tuple[int, UUID]:
    person = code.contact_point.recipient if code.contact_point else code.recipient
    if person is None:  # a constraint says that there is one
        raise ValueError("A code of nobody.")
    return person.pk, person.uid


def normal(text: str) -> str:
    """What was entered as it was meant: no hyphens or spaces, O is 0, I and L are 1."""
    return re.sub(r"[\s\-]", "", text).upper().translate(_MISREAD)[: _LENGTH + 1]


def _under_identifier(address: str) -> list[int]:
    """Whose identifier this is, or was before two cards of theirs were merged."""
    found = Recipient.objects.filter(identifier=address.upper())
    return list(found.values_list(Coalesce("merged_into", "pk"), flat=True))


def _live(address: str, entered: str, moment: datetime) -> QuerySet[ValidationCode]:
    """Codes that may be meant: those of an address, or those that read like what was entered."""
    active = Recipient.State.ACTIVE
    if address:
        meant = Q(contact_point__value_token__in=_spellings(address)) | Q(
            recipient__in=_under_identifier(address)
        )
    else:
        meant = Q(digest__in=tokens.macs(_LABEL, entered.encode()))
    return (
        ValidationCode.objects.select_related("contact_point__recipient", "recipient")
        .filter(
            meant,
            Q(contact_point__recipient__state=active) | Q(recipient__state=active),
            digest__isnull=False,
            used_at__isnull=True,
            expires_at__gt=moment,
            attempts__lt=ATTEMPTS,
        )
        .order_by("pk")
    )


def _spellings(address: str) -> list[str]:
    """The address as each kind of contact point would keep it: "512 345 678" is +48512345678."""
    spellings = []
    for kind in CODE_KINDS:
        try:
            spellings.append(checks.contact(kind, address))
        except ValidationError:
            continue
    return spellings


def _count_attempt(codes: Sequence[ValidationCode]) -> None:
    for code in codes:
        code.attempts += 1
    ValidationCode.objects.bulk_update(codes, ["attempts"])


def _text() -> str:
    return "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))


def _shown(text: str) -> str:
    return f"{text[:5]}-{text[5:]}"


def _digest(text: str) -> bytes:
    return tokens.mac(_LABEL, text.encode())


def _kept(code: ValidationCode) -> bytes:
    return bytes(code.digest or b"")
