"""From a category and a district to the unit that is in charge: the most specific rule wins."""

from django.db.models import Q

from admin_module.models import Unit, User
from recipients.models import District
from reports.models import ReportCategory, RoutingRule


def rule_for(category: ReportCategory, district: District | None) -> RoutingRule | None:
    """The rule that fits best; where none does, the category's own unit gets the report."""
    fits = Q(category=category) | Q(category=None, group__in=["", category.group])
    place = Q(district=None) if district is None else Q(district=None) | Q(district=district)
    rules = RoutingRule.objects.filter(fits, place).select_related("unit", "assignee")
    open_ones = [rule for rule in rules if rule.unit.closed_at is None]
    return max(open_ones, key=lambda rule: (rule.weight, -rule.pk), default=None)


def whose(category: ReportCategory, rule: RoutingRule | None) -> tuple[Unit | None, User | None]:
    """The unit and the person in charge; nobody in particular where neither rule nor category says."""
    if rule is not None:
        active = rule.assignee is not None and rule.assignee.is_active
        return rule.unit, rule.assignee if active else None
    unit = category.unit
    return (unit if unit is not None and unit.closed_at is None else None), None
