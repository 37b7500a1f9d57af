"""From the month's messages to the SMS parts that are left to one member of staff's office and unit."""

from dataclasses import dataclass

from admin_module.models import User
from messaging.budget.budgeting import Budget, office_budget, unit_budget

SCARCE = 0.9  # of a budget used: time to look


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """One budget; its unit's name, or nothing for the whole office."""

    budget: Budget
    unit: str

    @property
    def tone(self) -> str:
        """The tone of its bar: danger once nothing is left, warn when little is."""
        if not self.budget.left:
            return "danger"
        return "warn" if self.budget.used >= self.budget.limit * SCARCE else "sms"


def budgets(user: User) -> list[BudgetLeft]:
    """The office's for its own staff, and that of the person's unit; none where nothing is limited."""
    whole = office_budget() if user.scope is None else None
    own = unit_budget(user.unit)
    return [
        BudgetLeft(budget, str(budget.unit or "")) for budget in (whole, own) if budget is not None
    ]
