"""From a person's yes or no to an append-only row, their current consents and an audit entry."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from recipients import permissions
from recipients.models import CONTACT_KINDS, Recipient

from .models import Consent, ConsentForm, ConsentText, Topic


class CannotConsent(Exception):
    """A sentence for the person at the screen; it names nobody."""


def text_for(moment: datetime) -> ConsentText:
    """Return the words in force at `moment`; raises CannotConsent where there are none yet."""
    text = ConsentText.objects.valid_on(timezone.localdate(moment)).first()
    if text is None:
        raise CannotConsent(_("There is no wording of the consent in force on this day."))
    return text


def grant(
    recipient: Recipient,
    topic: Topic,
    channel: str,
    *,
    how: str,
    by: User | None,
    form: ConsentForm | None = None,
) -> Consent:
    """Say yes to one topic by one channel; saying the same twice keeps the first yes."""
    return _decide(
        Consent(
            recipient=recipient,
            topic=topic,
            channel=channel,
            act=Consent.Act.GRANT,
            how=how,
            form=form,
            by=by,
        )
    )


def withdraw(
    recipient: Recipient,
    topic: Topic,
    channel: str,
    *,
    how: str,
    by: User | None,
    form: ConsentForm | None = None,
) -> Consent:
    """Say no to one topic by one channel; it counts from this moment on."""
    return _decide(
        Consent(
            recipient=recipient,
            topic=topic,
            channel=channel,
            act=Consent.Act.WITHDRAW,
            how=how,
            form=form,
            by=by,
        )
    )


def grant_wanted(
    form: ConsentForm, wanted: int, *, how: str, by: User | None, at: datetime | None = None
) -> list[Consent]:
    """Grant every bit of `wanted` that is not granted yet, as the person signed it in `form`."""
    moment = at or timezone.now()
    with transaction.atomic():
        recipient = _locked(form.recipient_id)
        new = wanted & ~recipient.consents
        rows = Consent.objects.bulk_create(
            Consent(
                recipient=recipient,
                topic=topic,
                channel=kind,
                act=Consent.Act.GRANT,
                how=how,
                text_id=form.text_id,
                form=form,
                at=moment,
                by=by,
            )
            for topic, kind in ticked(new)
        )
        for row in rows:
            permissions.set_bit(recipient.pk, row.topic.bit, row.channel, True)
            _record(row, by)
    return rows


def ticked(bits: int) -> Iterator[tuple[Topic, str]]:
    """Yield every topic and channel that is set in `bits`, in the order of the form."""
    for topic in Topic.objects.all():
        for place, kind in enumerate(CONTACT_KINDS):
            if bits >> (topic.bit * 4 + place) & 1:
                yield topic, kind


@transaction.atomic
def _decide(act: Consent) -> Consent:
    recipient = _locked(act.recipient_id)
    wanted = act.act == Consent.Act.GRANT
    place = act.topic.bit * 4 + CONTACT_KINDS.index(act.channel)
    if bool(recipient.consents >> place & 1) == wanted:
        latest = _latest(act)
        if latest is not None:
            return latest
    act.at = timezone.now()
    act.text = act.form.text if act.form else text_for(act.at)
    act.save(force_insert=True)
    permissions.set_bit(recipient.pk, act.topic.bit, act.channel, wanted)
    _record(act, act.by)
    return act


def _locked(pk: int) -> Recipient:
    recipient = Recipient.objects.select_for_update().get(pk=pk)
    if recipient.state == Recipient.State.ERASED:
        raise CannotConsent(_("This person's data have been erased."))
    return recipient


def _latest(act: Consent) -> Consent | None:
    same = Consent.objects.filter(recipient=act.recipient_id, topic=act.topic, channel=act.channel)
    latest = same.order_by("-pk").first()
    return latest if latest and latest.act == act.act else None


def _record(act: Consent, by: User | None) -> None:
    audit.record(
        "consent.granted" if act.act == Consent.Act.GRANT else "consent.withdrawn",
        act.recipient,
        by=by,
        detail={"topic": act.topic_id, "channel": act.channel, "how": act.how, "act": act.pk},
    )
