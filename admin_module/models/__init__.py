"""The tables of the administration module."""

from .office import SeededPermission, StaffProfile, User, UserManager, UserQuerySet
from .records import AuditEntry, AuditLink, Heartbeat, SignInFailure
from .units import AccessReview, Unit

__all__ = [
    "AccessReview",
    "AuditEntry",
    "AuditLink",
    "Heartbeat",
    "SeededPermission",
    "SignInFailure",
    "StaffProfile",
    "Unit",
    "User",
    "UserManager",
    "UserQuerySet",
]
