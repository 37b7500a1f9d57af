"""From an empty installation to the first message: what is done, and where to do the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import ConfigurationVersion, GatewayCheck, User
from consents.models import Topic
from messaging.models import Message
from recipients.models import AddressPoint, Recipient


@dataclass(frozen=True, slots=True)
class FirstStep:
    label: str | Promise
    done: bool
    url: str


@dataclass(frozen=True, slots=True)
class _Step:
    """`permission` is that of the page `url_name`, where the step is taken."""

    label: Promise
    permission: str
    url_name: str
    done: Callable[[], bool]


STEPS = (
    _Step(
        _("Say who the municipality is."),
        "admin_module.change_configurationversion",
        "settings-edit",
        lambda: ConfigurationVersion.objects.filter(section="municipality").exists(),
    ),
    _Step(
        _("Invite the staff."),
        "admin_module.add_user",
        "staff-list",
        lambda: len(User.objects.values_list("pk", flat=True)[:2]) > 1,
    ),
    _Step(
        _("Set up a channel and test its connection."),
        "admin_module.change_configurationversion",
        "settings-index",
        lambda: GatewayCheck.objects.filter(ok=True).exists(),
    ),
    _Step(
        _("Import the streets and house numbers."),
        "recipients.import_addresses",
        "address-register",
        AddressPoint.objects.exists,
    ),
    _Step(
        _("Set up the topics people may agree to."),
        "consents.add_topic",
        "topic-list",
        Topic.objects.exists,
    ),
    _Step(
        _("Register the first person."),
        "recipients.register_recipient",
        "recipient-new",
        Recipient.objects.exists,
    ),
    _Step(
        _("Send the first message."),
        "messaging.add_message",
        "message-new",
        lambda: Message.objects.real().filter(sent_at__isnull=False).exists(),
    ),
)
ARGUMENTS = {"settings-edit": ["urzad"]}


def first_steps(user: User) -> list[FirstStep]:
    """The steps this member of staff may take; none once all of them are taken."""
    steps = [
        FirstStep(
            step.label, step.done(), reverse(step.url_name, args=ARGUMENTS.get(step.url_name))
        )
        for step in STEPS
        if user.has_perm(step.permission)
    ]
    return [] if all(step.done for step in steps) else steps
