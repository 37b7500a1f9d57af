"""From the fields about the customer office to its section: names, people at a listening, terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .base import SectionForm

LONGEST_NAME = 150


def _name(label: Any, help_text: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST_NAME
    )


def _days(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=most,
        error_messages={"invalid": _("Enter a whole number of days, for example 14.")},
    )


class CustomerOfficeForm(SectionForm):
    code = "customer_office"
    fieldsets = (
        (
            _("Names in notices and letters"),
            ("office_name", "centre_name", "centre_locative", "office_instrumental", "commune"),
        ),
        (_("Listenings"), ("place", "supervisors_at_listening", "playback_minutes")),
        (
            _("Terms of the procedure"),
            (
                "verify_working_days",
                "opinion_days",
                "opinion_reminder_days",
                "decision_days",
                "appointment_days",
                "hold_days_after_case",
            ),
        ),
        (_("Access of administrators"), ("administrators_listen",)),
    )

    office_name = _name(_("Customer office"), _("For example: Biuro Obsługi Interesantów."))
    centre_name = _name(_("Information centre"), _("For example: Centrum Informacji Mieszkańców."))
    centre_locative = _name(
        _("Information centre in the locative"),
        _("“Witamy w…” For example: Biurze Informacji Mieszkańców."),
    )
    office_instrumental = _name(
        _("Office in the instrumental"),
        _("“Kontakt z…” For example: Urzędem Miejskim w Zażółcinie. Empty: ICP works it out."),
        required=False,
    )
    commune = _name(
        _("Municipality that is the controller"),
        _("“Administrator danych tj.…” For example: Gmina Zażółcin. Empty: Gmina and the town."),
        required=False,
    )
    place = forms.CharField(
        label=_("Room for listenings"),
        max_length=200,
        required=False,
        help_text=_("It is proposed for every appointment. Say whether a wheelchair gets in."),
    )
    supervisors_at_listening = forms.IntegerField(
        label=_("Designated persons at a listening, at least"),
        min_value=1,
        max_value=5,
        help_text=_("Order 308/18, § 4.6: the Director designates them."),
    )
    playback_minutes = forms.IntegerField(
        label=_("One session of listening or reading lasts at most (minutes)"),
        min_value=5,
        max_value=240,
        help_text=_("Whoever needs longer gives a reason again."),
    )
    verify_working_days = _days(_("Check an application within (working days)"), 30)
    opinion_days = _days(_("Give an opinion within (days)"), 30)
    opinion_reminder_days = _days(
        _("Remind of an opinion after (days)"),
        30,
        _("Nothing counts as an opinion but an opinion."),
    )
    decision_days = _days(_("Decide within (days)"), 30)
    appointment_days = _days(_("Offer an appointment within (days)"), 60)
    hold_days_after_case = _days(
        _("Keep a recording after its case is closed (days)"),
        365,
        _("Time for a complaint to the supervisory authority or to a court."),
    )
    administrators_listen = forms.BooleanField(
        label=_("Administrators hear and read with a written reason (§ 5 to the letter)"),
        required=False,
        help_text=_(
            "Usually off: administrators get in only in an emergency, and the Director is told at"
            " once. Switched on, they need a written reason as designated staff do. Everything is"
            " recorded either way."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("opinion_reminder_days", 0) > data.get("opinion_days", 30):
            self.add_error(
                "opinion_reminder_days", _("Remind before the time for the opinion is over.")
            )
        return data
