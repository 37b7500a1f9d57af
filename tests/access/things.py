"""From the name of an address to what fills it in: whose it is, and what else it needs."""

from django.utils import timezone

from messaging.models import Message, SentAlone
from recipients.contacts import address_health
from recipients.models import Recipient
from reports.models import Open311Key, State
from tests import make
from tests.access.conversation_things import CONVERSATION_THINGS
from tests.access.thing import Thing

from .text_world import folder_of, place_of, template_of


def _held_address(person: Recipient) -> int:
    """A person to whose e-mail address nothing is sent."""
    address_health.hold({person.pk: "5.1.1"}, "email", "hard")
    return person.pk


def _sent_alone(message: Message) -> int:
    """The id of the message, which went as an alarm without a second person."""
    now = timezone.now()
    if not SentAlone.objects.filter(message=message).exists():
        row = {"by": message.author, "at": now, "reason": "Woda", "due_on": now.date()}
        SentAlone.objects.create(message=message, **row)
    return int(message.pk)


PERSON = Thing(lambda world, of: {"pk": of.person.pk})
TWO = Thing(lambda world, of: {"pk": of.person.pk, "other": of.twin.pk})
PAIR = Thing(lambda world, of: {"pk": of.pair.pk})
GROUP = Thing(lambda world, of: {"pk": of.group.pk})
PAPER = Thing(lambda world, of: {"number": of.paper.number})
REQUEST = Thing(lambda world, of: {"pk": of.request.pk})
CODE = Thing(lambda world, of: {"pk": of.person.pk, "kind": "email"})
MESSAGE = Thing(lambda world, of: {"pk": of.message.pk})
DELIVERY = Thing(lambda world, of: {"pk": of.delivery.pk})
COLLEAGUE = Thing(lambda world, of: {"pk": of.colleague.pk})
UNIT = Thing(lambda world, of: {"pk": of.unit.pk})
TOPIC = Thing(lambda world, of: {"pk": of.topic.pk})
ROLE = Thing(lambda world, of: {"pk": world.own_role.pk}, of_unit=False)
JOB = Thing(
    lambda world, of: {"pk": world.job.pk}, of_unit=False, needs="recipients.import_addresses"
)
REPORT = Thing(lambda world, of: {"pk": of.told.report.pk})
PHOTO = Thing(lambda world, of: {"pk": of.told.report.pk, "uid": of.told.photo.uid})
CLUSTER = Thing(lambda world, of: {"pk": of.told.cluster.pk})
SHEET = Thing(lambda world, of: {"pk": of.sheet.pk})
DEVICE = Thing(lambda world, of: {"pk": of.person.pk, "device": make.paired_device(of.person).pk})
DOCUMENT = Thing(lambda world, of: {"code": "rejestr-czynnosci"}, of_unit=False)
SECTION = Thing(lambda world, of: {"section": "urzad"}, of_unit=False)

# By the name of the address; a new one with arguments and without a line here fails a test.
THINGS: dict[str, Thing] = {
    **CONVERSATION_THINGS,
    **dict.fromkeys(
        (
            "template-card", "template-edit", "template-archive", "template-move", "template-use",
        ),
        Thing(lambda world, of: {"pk": template_of(of.message).pk}),
    ),
    "template-restore": Thing(
        lambda world, of: {"pk": template_of(of.message).pk, "number": 1}
    ),
    **dict.fromkeys(
        ("template-folder-edit", "template-folder-remove"),
        Thing(lambda world, of: {"pk": folder_of(of.message).pk}),
    ),
    "message-attachments": MESSAGE,
    **dict.fromkeys(
        ("attachment-open", "attachment-remove"),
        Thing(lambda world, of: {"pk": of.message.pk, "place": place_of(of.message)}),
    ),
    "message-review": Thing(lambda world, of: {"pk": _sent_alone(of.message)}),
    **dict.fromkeys(
        (
            "recipient-card", "recipient-edit", "recipient-restrict", "recipient-lift",
            "recipient-suspend", "recipient-resume", "consent-edit", "recipient-erase",
            "consent-withdraw",
            "person-trace", "person-looks", "person-copy", "person-copy-delete",
            "erasure-print", "request-new", "code-print", "address-accept",
        ),
        PERSON,
    ),
    **dict.fromkeys(
        ("request-detail", "request-extend", "request-close", "request-print"), REQUEST
    ),
    **dict.fromkeys(
        ("address-ask", "address-lift"),
        Thing(lambda world, of: {"pk": _held_address(of.person), "kind": "email"}),
    ),
    "code-send": CODE,
    "device-remove": DEVICE,
    **dict.fromkeys(("form-receive", "form-print", "scan-add"), PAPER),
    **dict.fromkeys(
        ("scan-page", "scan-file", "scan-replace"), Thing(lambda world, of: {"pk": of.scan.pk})
    ),
    "consent-act": Thing(lambda world, of: {"pk": of.paper.acts.all()[0].pk}),
    **dict.fromkeys(
        (
            "message-progress", "message-progress-live", "message-edit", "message-check",
            "message-autosave-draft", "message-copy", "message-unreached", "message-delete",
            "message-send", "message-approve", "message-break-glass", "message-answer",
            "message-deliveries", "message-pause", "message-resume", "message-cancel",
            "message-withdraw", "message-correct", "message-call-off", "message-evidence", "message-deliveries-export", "message-move", "message-take-back",
        ),
        MESSAGE,
    ),
    **dict.fromkeys(("delivery-detail", "delivery-settle"), DELIVERY),
    **dict.fromkeys(
        (
            "staff-card", "staff-edit", "staff-roles", "staff-block", "staff-unblock",
            "staff-password-reset", "staff-link-send", "staff-link-revoke", "staff-factors-reset",
            "staff-sessions-end", "staff-lock-lift",
        ),
        COLLEAGUE,
    ),
    **dict.fromkeys(
        ("group-card", "group-edit", "group-remove", "group-add", "group-take-out"), GROUP
    ),
    "recipient-join": TWO,
    "duplicate-apart": PAIR,
    **dict.fromkeys(("recipient-groups", "recipient-twin"), PERSON),
    **dict.fromkeys(("unit-edit", "unit-close", "unit-reopen"), UNIT),
    **dict.fromkeys(("topic-edit", "topic-close", "topic-reopen", "topic-move"), TOPIC),
    **dict.fromkeys(("role-rename", "role-remove"), ROLE),
    **dict.fromkeys(("job", "job-cancel", "job-file", "address-import"), JOB),
    **dict.fromkeys(
        (
            "people-import-page", "people-import-columns", "people-import-confirm",
            "people-import-drop", "people-import-undo", "people-import-changes",
        ),
        SHEET,
    ),
    **dict.fromkeys(
        (
            "report", "report-assign", "report-route", "report-sort", "report-note",
            "report-answer", "report-letter", "report-preview", "report-template",
            "report-moderate", "reporter-reveal",
        ),
        REPORT,
    ),
    "report-move": Thing(lambda world, of: {"pk": of.told.report.pk, "to": State.ACCEPTED}),
    "report-photo": Thing(lambda world, of: {"uid": of.told.photo.uid}),
    "open311-key-revoke": Thing(
        lambda world, of: {"pk": Open311Key.objects.get().pk}, of_unit=False
    ),
    **dict.fromkeys(("photo-show", "photo-redact", "photo-restore"), PHOTO),
    **dict.fromkeys(("report-cluster", "cluster-draft", "cluster-dismiss"), CLUSTER),
    **dict.fromkeys(
        ("report-category-edit", "report-category-close", "report-category-move"),
        Thing(lambda world, of: {"pk": of.told.category.pk}, of_unit=False),
    ),
    **dict.fromkeys(
        ("routing-rule-edit", "routing-rule-remove"),
        Thing(lambda world, of: {"pk": of.told.rule.pk}, of_unit=False),
    ),
    **dict.fromkeys(
        ("outside-body-edit", "outside-body-close"),
        Thing(lambda world, of: {"pk": of.told.body.pk}, of_unit=False),
    ),
    **dict.fromkeys(
        ("answer-template-edit", "answer-template-close"),
        Thing(lambda world, of: {"pk": of.told.template.pk}, of_unit=False),
    ),
    "people-import-template": Thing(lambda world, of: {"ending": "csv"}, of_unit=False),
    **dict.fromkeys(("settings-section", "settings-edit"), SECTION),
    # Whoever registered the person, for their next step only.
    "recipient-done": Thing(lambda world, of: {"pk": of.person.pk}, there=False),
    **dict.fromkeys(
        ("channel-reopen", "provider-reopen", "provider-switch-off"),
        Thing(lambda world, of: {"section": "email"}, of_unit=False),
    ),
    "epuap-key-remove": Thing(lambda world, of: {"pk": world.key.pk}, of_unit=False),
    "delivery-upp": Thing(
        lambda world, of: {"pk": of.in_box.pk, "upp": of.receipt.pk},
        needs="recipients.view_recipient",
    ),
    **dict.fromkeys(
        ("epuap-document", "epuap-document-decide", "epuap-document-xml"),
        Thing(lambda world, of: {"pk": world.document.pk}, of_unit=False),
    ),
    "epuap-form-edit": Thing(lambda world, of: {"pk": world.mapping.pk}, of_unit=False),
    "settings-test": Thing(lambda world, of: {"section": "email"}, of_unit=False),
    "settings-restore": Thing(lambda world, of: {"section": "urzad", "version": 1}, of_unit=False),
    **dict.fromkeys(
        ("consent-text", "consent-text-compare", "consent-text-preview"),
        Thing(lambda world, of: {"version": 1}, of_unit=False),
    ),
    "handbook-page": Thing(lambda world, of: {"slug": "alarm"}, of_unit=False),
    "document-page": DOCUMENT,
    "document-pdf": DOCUMENT,
    "document-version": Thing(lambda world, of: {"version": 1}, of_unit=False),
    "document-data": Thing(
        lambda world, of: {"code": "rejestr-czynnosci", "table": "kolumny"}, of_unit=False
    ),
    # One's own session and one's own second factor: of anybody else's nobody is told.
    "session-end": Thing(lambda world, of: {"pk": 0}, of_unit=False, there=False),
    "person-copy-file": Thing(
        lambda world, of: {"pk": of.person.pk, "file": 0}, of_unit=False, there=False
    ),
    "evidence-file": Thing(
        lambda world, of: {"pk": of.message.pk, "file": 0}, of_unit=False, there=False
    ),
    **dict.fromkeys(
        ("message-undelete", "unsaved-drop"),
        Thing(lambda world, of: {"pk": 0}, of_unit=False, there=False),
    ),
    "export-delete": Thing(lambda world, of: {"pk": 0}, of_unit=False, there=False),
    "factor-remove": Thing(
        lambda world, of: {"kind": "passkey", "pk": 0}, of_unit=False, there=False
    ),
}  # fmt: skip
