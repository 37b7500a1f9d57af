"""A request to hear or read one's own conversation, from the application to the last letter (§ 4)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.models import Unit
from admin_module.scoping import ByUnit
from icp.encryption import canon
from icp.encryption.fields import BlindIndexField, SealedDocField, SealedField
from icp.encryption.files import SealedFile, SealedFileQuerySet, file_secret
from icp.encryption.models import SealedModel, SealedQuerySet

from .conversations import Conversation


class Step(models.TextChoices):
    """Where a request stands. Every way to LISTENING leads through OPINIONS, DECISION and APPOINTED."""

    SUBMITTED = "submitted", _("submitted")
    CHECKING = "checking", _("being checked")
    COMPLETION = "completion", _("to be completed by the applicant")
    OPINIONS = "opinions", _("waits for opinions")
    DECISION = "decision", _("waits for the decision")
    GRANTED = "granted", _("granted")
    APPOINTED = "appointed", _("appointment set")
    LISTENING = "listening", _("being heard or read")
    HANDING_OVER = "handing_over", _("copy or transcript to be handed over")
    REFUSED = "refused", _("refused, letter to be sent")
    CLOSED_GRANTED = "closed_granted", _("closed: heard, read or handed over")
    CLOSED_REFUSED = "closed_refused", _("closed: refused")
    CLOSED_NOT_FOUND = "closed_not_found", _("closed: no such recording")
    CLOSED_UNCOMPLETED = "closed_uncompleted", _("closed: not completed")
    CLOSED_WITHDRAWN = "closed_withdrawn", _("closed: withdrawn")
    CLOSED_ABSENT = "closed_absent", _("closed: the applicant did not come twice")


class AccessRequestQuerySet(ByUnit, SealedQuerySet["AccessRequest"]):
    """A request belongs to the unit whose conversation it is about."""

    def open(self) -> Self:
        return self.filter(closed_at=None)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks, and what they say of the conversation."""

    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)  # the number they called from, E.164
    epuap: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)  # who acts for them
    needs: str = field(default="", repr=False)  # interpreter, sign language, accessible room
    conversation_on: str = field(default="", repr=False)  # ISO day
    conversation_time: str = field(default="", repr=False)
    about: str = field(default="", repr=False)
    justification: str = field(default="", repr=False)

    @property
    def day(self) -> date | None:
        """Of the conversation."""
        return date.fromisoformat(self.conversation_on) if self.conversation_on else None


class AccessRequest(SealedModel):
    """Owns the data key of its applicant, letters and opinions."""

    class Basis(models.TextChoices):
        ORDER = "order_308", _("order 308/18, § 4")
        GDPR = "gdpr_15", _("RODO, art. 15")
        AUTHORITY = "authority", _("court, police, prosecutor")

    class Channel(models.TextChoices):
        PAPER = "paper", _("paper")
        EPUAP = "epuap", "ePUAP"
        EDORECZENIA = "edoreczenia", "e-Doręczenia"
        WEB = "web", _("form on the page")
        IN_PERSON = "inperson", _("in person")

    class Form(models.TextChoices):
        SUPERVISED = "supervised_listening", _("hearing or reading in the office")
        TRANSCRIPT = "transcript", _("transcript")
        COPY = "copy", _("copy")

    class Identity(models.TextChoices):
        NONE = "", _("not proven yet")
        COUNTER = "counter", _("document seen at the counter")
        EPUAP = "epuap", _("trusted signature")
        SMS = "sms", _("code sent to the calling number")
        OTHER = "other", _("otherwise (art. 15)")

    number = models.CharField(max_length=30, unique=True)  # "BOI.12.2026"
    step = models.CharField(max_length=18, choices=Step, default=Step.SUBMITTED)
    basis = models.CharField(max_length=9, choices=Basis, default=Basis.ORDER)
    channel = models.CharField(max_length=11, choices=Channel)
    requested_form = models.CharField(max_length=20, choices=Form, default=Form.SUPERVISED)
    applicant = SealedDocField(Applicant, label="access_request.applicant", null=True)
    number_token = BlindIndexField(
        "applicant.phone", label="access_request.number", canon=canon.contact
    )
    identity = models.CharField(max_length=7, choices=Identity, blank=True, default="")
    identity_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    identity_at = models.DateTimeField(null=True, blank=True)
    unit = models.ForeignKey(  # whose conversation it is: its head gives an opinion (§ 4.3)
        Unit, models.PROTECT, null=True, related_name="access_requests"
    )
    received_at = models.DateTimeField()
    due_on = models.DateField()
    extended_to = models.DateField(null=True, blank=True)
    step_since = models.DateTimeField(default=timezone.now)
    missed_appointments = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reference = models.CharField(max_length=60, blank=True)  # of the paper or the ePUAP document
    form_key = models.UUIDField(null=True, unique=True)  # of a form that was sent twice
    revision = models.PositiveIntegerField(default=1)

    objects = AccessRequestQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()
        permissions = (
            ("view_accessrequest", _("Can see requests for access")),
            ("register_accessrequest", _("Can register and check requests for access")),
            ("opine_as_officer", _("Can give the data protection officer’s opinion")),
            ("opine_as_unit", _("Can give the opinion of the unit concerned")),
            ("decide_accessrequest", _("Can decide about a request for access")),
            ("run_listening", _("Can run a supervised listening, if designated")),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(step__in=Step.values), name="a_request_stands_at_a_known_step"
            ),
            models.CheckConstraint(
                condition=(Q(step__startswith="closed") & Q(closed_at__isnull=False))
                | (~Q(step__startswith="closed") & Q(closed_at__isnull=True)),
                name="a_closed_request_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def deadline(self) -> date:
        """The day by which the applicant has an answer (RODO art. 12 (3))."""
        return self.extended_to or self.due_on

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def decision(self) -> "AccessDecision | None":
        """The one that stands."""
        return self.decisions.order_by("-id").first()


class RequestItem(models.Model):
    """A conversation that a request is about."""

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="asked_for_by")

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["request", "conversation"], name="a_request_names_a_conversation_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.conversation_id}"


class RequestEvent(SealedModel):
    """Append-only: a step of the procedure, who took it, and the words that belong to it."""

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="events")
    action = models.CharField(max_length=30)
    code = models.CharField(max_length=30, blank=True)  # what the step was told: a reason, a way
    step_from = models.CharField(max_length=18)
    step_to = models.CharField(max_length=18)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = SealedField(models.TextField(max_length=4000), label="request_event.note", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.request_id} {self.action}"


class Opinion(SealedModel):
    """§ 4.3: of the data protection officer, and of the head of the unit concerned."""

    class Giver(models.TextChoices):
        OFFICER = "iod", _("data protection officer")
        UNIT = "unit", _("head of the unit")

    class Verdict(models.TextChoices):
        POSITIVE = "positive", _("positive")
        CONDITIONAL = "conditional", _("positive with conditions")
        NEGATIVE = "negative", _("negative")

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="opinions")
    giver = models.CharField(max_length=4, choices=Giver)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)  # the Director was told it is late
    verdict = models.CharField(max_length=11, choices=Verdict, blank=True)
    text = SealedField(models.TextField(max_length=4000), label="opinion.text", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    as_deputy = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)  # asked again

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["request", "giver"],
                condition=Q(superseded_at__isnull=True),
                name="one_opinion_of_each_giver_counts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.giver}"


class AccessDecision(SealedModel):
    """§ 4.3: the Director's; append-only."""

    class Verdict(models.TextChoices):
        GRANT = "grant", _("granted")
        PARTIAL = "partial", _("granted in part")
        REFUSE = "refuse", _("refused")

    class Ground(models.TextChoices):
        THIRD_PARTY = "third_party", _("rights of others (RODO art. 15 (4))")
        EXCESSIVE = "excessive", _("unfounded or excessive (RODO art. 12 (5))")
        NOT_IDENTIFIED = "not_identified", _("person not identified (RODO art. 11 (2), 12 (6))")
        CALLER_UNKNOWN = "caller_unknown", _("number not identifiable (order 308/18, § 4.7)")
        NOT_JUSTIFIED = "not_justified", _("no exceptional, justified case (order 308/18, § 4.1)")
        OTHER_LAW = "other_law", _("other law")

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=7, choices=Verdict)
    form = models.CharField(max_length=20, choices=AccessRequest.Form, blank=True)
    # {conversation id: [[from ms, to ms], …]}; empty: all of it
    segments = models.JSONField(default=dict)
    with_notes = models.BooleanField(default=False)  # staff's notes of a chat are shown, too
    ground = models.CharField(max_length=14, choices=Ground, blank=True)
    reasons = SealedField(models.TextField(max_length=8000), label="access_decision.reasons")
    legal_basis = models.TextField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    acting_as = models.ForeignKey(
        "conversations.Designation", models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=(Q(verdict="refuse") & ~Q(ground="") & Q(form=""))
                | (~Q(verdict="refuse") & ~Q(form="")),
                name="a_refusal_has_a_ground_a_grant_a_form",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.verdict}"


class RequestLetter(SealedFile):
    """A letter of the procedure as PDF, and when it went and arrived."""

    class Kind(models.TextChoices):
        APPLICATION = "application", _("application")
        COMPLETION = "completion", _("call for completion")
        OPINION_REQUEST = "opinion_request", _("request for an opinion")
        OPINION = "opinion", _("opinion")
        EXTENSION = "extension", _("notice of a longer time")
        DECISION = "decision", _("decision")
        APPOINTMENT = "appointment", _("notice of the appointment")
        REFUSAL = "refusal", _("refusal")
        NOT_FOUND = "not_found", _("notice that there is no recording")
        CLOSING = "closing", _("notice that the case is closed")
        TRANSCRIPT = "transcript", _("letter with a transcript or copy")
        COPY = "copy", _("copy or transcript of a conversation")
        PROTOCOL = "protocol", _("protocol of the listening")
        SIGNED = "signed", _("scan of a signed paper")

    class Way(models.TextChoices):
        POST = "post", _("post")
        EPUAP = "epuap", "ePUAP"
        EDORECZENIA = "edoreczenia", "e-Doręczenia"
        EMAIL = "email", _("e-mail")
        COLLECTED = "collected", _("collected in the office")

    key_owner = "request"

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=15, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opinion = models.ForeignKey(Opinion, models.CASCADE, null=True, related_name="letters")
    signed_for = models.ForeignKey(  # a scan: of which letter
        "self", models.CASCADE, null=True, related_name="scans"
    )
    sent_by = models.CharField(max_length=11, choices=Way, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    secret = file_secret("request_letter.secret")

    objects = SealedFileQuerySet.as_manager()  # type: ignore[misc]  # the base declares a ClassVar

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"letter {self.pk}"
