"""From what an administrator types on a page of settings to a section that may be saved."""

from .base import SectionForm
from .gateways import EmailForm, EpuapForm, PushForm, SmsForm
from .office import ApprovalForm, MunicipalityForm, NoticesForm, RetentionForm
from .rules import BudgetsForm, QuietHoursForm

FORMS: dict[str, type[SectionForm]] = {
    "municipality": MunicipalityForm,
    "email": EmailForm,
    "sms": SmsForm,
    "push": PushForm,
    "epuap": EpuapForm,
    "quiet_hours": QuietHoursForm,
    "budgets": BudgetsForm,
    "approval": ApprovalForm,
    "notices": NoticesForm,
    "retention": RetentionForm,
}

__all__ = ["FORMS", "SectionForm"]
