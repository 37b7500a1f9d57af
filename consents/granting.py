"""From a person's yes or no to an append-only row, their current consents and an audit entry."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.models import User
from icp.uploads import Sheet
from recipients.contacts import permissions, verification
from recipients.models import CONTACT_KINDS, Recipient
from recipients.people import moves, registration

from . import archive
from .models import Consent, ConsentForm, ConsentText, NoScan, Topic


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
    yes = Consent(recipient=recipient, topic=topic, channel=channel, how=how, by=by, form=form)
    yes.act = Consent.Act.GRANT
    if not topic.offers(channel):
        raise CannotConsent(_("Nobody can agree to this topic by this channel any more."))
    return _decide(yes)


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
    no = Consent(recipient=recipient, topic=topic, channel=channel, how=how, by=by, form=form)
    no.act = Consent.Act.WITHDRAW
    return _decide(no)


@transaction.atomic
def withdraw_all(
    recipient: Recipient,
    channel: str = "",
    *,
    how: str,
    by: User | None,
    form: ConsentForm | None = None,
) -> list[Consent]:
    """Say no to everything that was agreed to, by one kind of contact or by every one.

    Returns the acts, one for each topic and kind; none where nothing was agreed to.
    """
    bits = _locked(recipient.pk).consents
    return [
        withdraw(recipient, topic, kind, how=how, by=by, form=form)
        for topic in Topic.objects.all()
        for kind in CONTACT_KINDS
        if channel in {"", kind} and permissions.may(bits, topic.bit, kind)
    ]


def receive_form(
    form: ConsentForm, *, by: User, paper: Sheet | NoScan, granted: int | None = None
) -> Recipient:
    """The signed form is here: grant what is ticked on it, make its person active, ask for codes.

    `paper` is its scan for the archive, or the exception by which there is none (§ 5.1). `granted`
    are the ticks on the paper where they differ from the print. Receiving a form twice changes
    nothing the second time.
    """
    with transaction.atomic():
        recipient = _locked(form.recipient_id)
        row = ConsentForm.objects.select_for_update().get(pk=form.pk)
        if row.received_at is not None:
            return recipient
        row.received_at = timezone.now()
        row.received_by = by
        row.without_scan = paper if isinstance(paper, NoScan) else ""
        row.save(update_fields=["received_at", "received_by", "without_scan"])
        if isinstance(paper, Sheet):
            archive.keep(row, paper, by=by)
        bits = row.wanted if granted is None else granted
        acts = acts_of(row, bits, by=by, at=row.received_at)
        Consent.objects.bulk_create(acts)
        given = sum(_bit(act) for act in acts)
        permissions.set_bits(recipient.pk, given)
        audit.record(
            "consent.form_received",
            recipient,
            by=by,
            detail={"form": row.number, "granted": given, "without_scan": row.without_scan},
        )
        active = registration.activate(recipient, by=by)
        verification.ask_for_codes(active)
    return active


def acts_of(
    form: ConsentForm,
    bits: int,
    *,
    by: User | None,
    at: datetime,
    topics: Iterable[Topic] | None = None,
) -> list[Consent]:
    """The unsaved yes for every tick of a signed paper form, in the order of the form.

    Ticks of a topic or a channel that was closed since the form was printed are left out. `topics`
    are all topics, where a caller with many forms has fetched them already.
    """
    return [
        Consent(
            recipient_id=form.recipient_id,
            topic=topic,
            channel=kind,
            act=Consent.Act.GRANT,
            how=Consent.How.PAPER,
            text_id=form.text_id,
            form=form,
            at=at,
            by=by,
        )
        for topic in (Topic.objects.all() if topics is None else topics)
        for kind in CONTACT_KINDS
        if permissions.may(bits, topic.bit, kind) and topic.offers(kind)
    ]


@transaction.atomic
def _decide(act: Consent) -> Consent:
    recipient = _locked(act.recipient_id)
    wanted = act.act == Consent.Act.GRANT
    latest = _latest(act)
    known = bool(recipient.consents & _bit(act)) == wanted
    if latest is not None and known and latest.act == act.act:
        return latest
    act.at = timezone.now()
    act.text = act.form.text if act.form else text_for(act.at)
    act.save(force_insert=True)
    permissions.set_bit(recipient.pk, act.topic.bit, act.channel, wanted)
    _record(act, act.by)
    return act


def _locked(pk: int) -> Recipient:
    recipient = moves.locked(pk)
    if recipient.state in Recipient.GONE:
        raise CannotConsent(_("This person's data have been erased."))
    return recipient


def _latest(act: Consent) -> Consent | None:
    same = Consent.objects.filter(recipient=act.recipient_id, topic=act.topic, channel=act.channel)
    return same.order_by("-pk").first()


def _bit(act: Consent) -> int:
    return permissions.bit(act.topic.bit, act.channel)


def _record(act: Consent, by: User | None) -> None:
    audit.record(
        "consent.granted" if act.act == Consent.Act.GRANT else "consent.withdrawn",
        act.recipient,
        by=by,
        detail={"topic": act.topic_id, "channel": act.channel, "how": act.how, "act": act.pk},
    )
