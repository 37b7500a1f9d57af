"""From the calling number to proof that the applicant holds its telephone: a code by SMS, read back to a clerk.

It proves possession of the number, not a name; § 4.7 of the order wants the number.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from conversations.models import AccessRequest, IdentityCode
from icp.encryption.tokens import mac
from messaging.correspondence import farewells
from recipients.correspondence.telling import Words

from . import steps
from .refusing import NotAllowed
from .telling import mobile

GOOD_FOR = timedelta(minutes=30)
ATTEMPTS = 5
CODES_A_DAY = 5
_LABEL = "access_request.code"
_DIGITS = 6


def may_send(request: AccessRequest) -> bool:
    person = request.applicant
    return bool(person and mobile(person.phone))


def send(request: AccessRequest, by: User) -> IdentityCode:
    """A code of six digits to the number of the application; the ones before are worth nothing.

    Raises NotAllowed where no SMS can reach it, or enough codes went out today.
    """
    if not may_send(request):
        raise NotAllowed("no_mobile")
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    now = timezone.now()
    with transaction.atomic():
        row = steps.locked(request.pk)
        today = row.codes.filter(sent_at__gt=now - timedelta(days=1)).count()
        if today >= CODES_A_DAY:
            raise NotAllowed("codes_many")
        row.codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
        sent: IdentityCode = IdentityCode.objects.create(
            request=row, digest=_digest(row, code), expires_at=now + GOOD_FOR, by=by
        )
        said = _(
            "Code for your request %(number)s at the office: %(code)s. Read it to the clerk."
        ) % {
            "number": row.number,
            "code": code,
        }
        subject = _("Code for request %(number)s") % {"number": row.number}
        farewells.post_to_address(Words(subject, said, said), sms=mobile(row.applicant.phone))
        audit.record("access_request.code_sent", row, by=by, detail={"code": sent.pk})
    return sent


def redeem(request: AccessRequest, typed: str, by: User) -> bool:
    """Prove the identity with what the applicant read out; False for a wrong or an old code."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    with transaction.atomic():
        row = steps.locked(request.pk)
        good = row.codes.select_for_update().filter(
            used_at=None, expires_at__gt=timezone.now(), attempts__lt=ATTEMPTS
        )
        code = good.order_by("-id").first()
        if code is None:
            return False
        code.attempts += 1
        fits = secrets.compare_digest(bytes(code.digest), _digest(row, digits))
        code.used_at = timezone.now() if fits else None
        code.save(update_fields=["attempts", "used_at"])
        if fits:
            steps.perform(row, "prove_identity", by, {"how": AccessRequest.Identity.SMS})
    request.refresh_from_db()
    return fits


def _digest(request: AccessRequest, code: str) -> bytes:
    return bytes(mac(_LABEL, request.uid.bytes + code.encode()))
