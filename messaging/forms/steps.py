"""From the fields "when the SMS goes out" and "how many at most" to a message's escalation and limit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.ledger import escalating
from messaging.ledger.escalating import Escalation
from messaging.models import Message

AT_ONCE, AFTER_APP = "at_once", "after_app"
STEP = (
    (AT_ONCE, _("At once, as to everybody")),
    (AFTER_APP, _("Later, and only if the app is not enough")),
)
UNTIL = (
    (escalating.READ, _("everybody who did not open the message in the app")),
    (escalating.DELIVERED, _("only those whose app did not even get it")),
)
MOST_PARTS = 10_000_000


class StepsForm(forms.Form):
    """Asked only where both the app and SMS are chosen; without an answer everything goes out at once."""

    sms_step = forms.ChoiceField(
        label=_("SMS to people who have the app"),
        choices=STEP,
        widget=forms.RadioSelect,
        required=False,
    )
    escalation_minutes = forms.IntegerField(
        label=_("SMS after how many minutes"),
        required=False,
        min_value=escalating.FEWEST_MINUTES,
        max_value=escalating.MOST_MINUTES,
        help_text=_("Between 5 minutes and a day. People without the app get the SMS at once."),
    )
    escalation_until = forms.ChoiceField(
        label=_("Who gets the SMS then"),
        choices=UNTIL,
        required=False,
    )
    sms_limit = forms.IntegerField(
        label=_("At most so many SMS parts"),
        required=False,
        min_value=1,
        max_value=MOST_PARTS,
        help_text=_(
            "Empty: no limit of its own. If there would be more, the sending stops and asks. It does not hold for alarms."
        ),
    )

    @staticmethod
    def initial_steps(message: Message | None) -> dict[str, object]:
        """What the fields show of a stored message."""
        plan = escalating.read(message.escalation) if message is not None else None
        shown = plan or Escalation()
        return {
            "sms_step": AFTER_APP if plan else AT_ONCE,
            "escalation_minutes": shown.after_minutes,
            "escalation_until": shown.until,
            "sms_limit": message.sms_limit if message is not None else None,
        }

    def check_steps(self, data: dict[str, Any]) -> None:
        """The SMS must not come due after the message has ended; to call when its times are known."""
        message = Message(
            klass=data.get("klass") or Message.Klass.INFORMATION,
            channels=list(data.get("channels") or ()),
            due_at=data.get("due_at"),
            expires_at=data.get("expires_at"),
            escalation=self.escalation(),
        )
        if "expires_at" not in self.errors and escalating.ends_before_second(message):
            self.add_error(
                "escalation_minutes",
                _("The message ends before its SMS would go out. Move its end, or wait shorter."),
            )

    def escalation(self) -> dict[str, Any]:
        """As Message.escalation: empty where it was not asked for, or where a channel lacks."""
        data = self.cleaned_data
        pair = {escalating.FIRST, escalating.THEN}
        if data.get("sms_step") != AFTER_APP or not pair <= {*(data.get("channels") or ())}:
            return {}
        minutes = data.get("escalation_minutes") or escalating.DEFAULT_MINUTES
        return Escalation(minutes, data.get("escalation_until") or escalating.READ).as_json()

    def fill_in_steps(self, message: Message) -> None:
        """Put the answers into a message whose channels are set."""
        message.escalation = self.escalation()
        limit = self.cleaned_data.get("sms_limit")
        message.sms_limit = limit if escalating.THEN in message.channels else None


def steps_in_words(message: Message) -> dict[str, object]:
    """For two versions of a draft side by side, by the names of the fields."""
    plan = escalating.read(message.escalation)
    choice = AFTER_APP if plan else AT_ONCE
    until = dict(UNTIL)[plan.until] if plan else ""
    return {
        "sms_step": dict(STEP)[choice],
        "escalation_minutes": plan.after_minutes if plan else "",
        "escalation_until": until,
        "sms_limit": message.sms_limit or "",
    }
