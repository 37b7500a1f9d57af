"""The tables of the administration module."""

from .office import SeededPermission, StaffProfile, Unit, User, UserManager, UserQuerySet
from .records import AuditEntry, AuditLink, Heartbeat, SignInFailure

__all__ = [
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
