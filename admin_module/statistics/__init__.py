"""From the rows of every app to the few numbers of the start page, in a handful of queries.

What a member of staff may not see is not there: permission by permission, unit by unit. Numbers come
from counters and aggregates; no page counts deliveries.
"""

from dataclasses import dataclass

from admin_module.models import User

from .budgets import BudgetLeft, budgets
from .gateways import Gateway, gateways
from .month import Month, month
from .sends import ActiveSend, active_sends
from .steps import FirstStep, first_steps
from .waiting import Waiting, waiting
from .workers import Worker, workers

__all__ = [
    "ActiveSend",
    "Board",
    "BudgetLeft",
    "FirstStep",
    "Gateway",
    "Month",
    "Waiting",
    "Worker",
    "board",
    "month",
]


@dataclass(frozen=True, slots=True)
class Board:
    """The start page; a part that is None is not for this member of staff."""

    waiting: list[Waiting]
    active: list[ActiveSend] | None
    month: Month | None
    gateways: list[Gateway] | None
    budgets: list[BudgetLeft]
    workers: list[Worker]
    first_steps: list[FirstStep]


def board(user: User, *, steps: bool = True) -> Board:
    """Everything for the start page of `user`; `steps` False leaves the first steps out."""
    reads = user.has_perm("messaging.view_message")
    return Board(
        waiting=waiting(user),
        active=active_sends(user) if reads else None,
        month=month(user) if reads else None,
        gateways=gateways() if user.has_perm("messaging.view_attempt") else None,
        budgets=budgets(user) if reads else [],
        workers=workers(user),
        first_steps=first_steps(user) if steps else [],
    )
