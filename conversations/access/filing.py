"""From an application, on paper or from a page, to a request with a number, a deadline and what it may be about held."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from admin_module import audit
from admin_module.models import User
from conversations.models import AccessRequest, Applicant, RequestEvent, RequestLetter

from . import application_paper, letters, matching, numbering
from .deadlines import due_on
from .holding import hold_candidates

Identity = AccessRequest.Identity


@dataclass(frozen=True, slots=True)
class Application:
    """`received_at`: when it reached the office; `reference`: the number of its paper or ePUAP document."""

    applicant: Applicant = field(repr=False)
    channel: str
    basis: str = AccessRequest.Basis.ORDER
    requested_form: str = AccessRequest.Form.SUPERVISED
    identity: str = Identity.NONE
    received_at: datetime = field(default_factory=timezone.now)
    reference: str = ""
    form_key: uuid.UUID | None = None


def file(new: Application, by: User | None) -> AccessRequest:
    """Keep an application once for each `form_key`; sent again, the first request is returned."""
    try:
        with transaction.atomic():
            return _known(new) or _kept(new, by)
    except IntegrityError:  # the same form came in twice at the same moment
        known = _known(new)
        if known is None:
            raise
        return known


def _known(new: Application) -> AccessRequest | None:
    if new.form_key is None:
        return None
    found: AccessRequest | None = AccessRequest.objects.filter(form_key=new.form_key).first()
    return found


def _kept(new: Application, by: User | None) -> AccessRequest:
    received = timezone.localdate(new.received_at)
    proven = new.identity != Identity.NONE
    request: AccessRequest = AccessRequest.objects.create(
        number=numbering.next_number(timezone.localdate().year),
        basis=new.basis,
        channel=new.channel,
        requested_form=new.requested_form,
        applicant=new.applicant,
        identity=new.identity,
        identity_by=by if proven else None,
        identity_at=timezone.now() if proven else None,
        received_at=new.received_at,
        due_on=due_on(received),
        registered_by=by,
        reference=new.reference,
        form_key=new.form_key,
    )
    RequestEvent.objects.create(
        request=request, action="filed", step_from="", step_to=request.step, by=by
    )
    audit.record("access_request.filed", request, by=by, detail={"channel": str(new.channel)})
    letters.keep(request, RequestLetter.Kind.APPLICATION, by, application_paper.filled(request))
    hold_candidates(request, matching.candidates(request), by)
    return request
