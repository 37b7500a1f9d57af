"""The tables of the administration module."""

from .configuration import ConfigurationVersion, GatewayCheck, Logo
from .invitations import Invitation
from .office import SeededPermission, StaffProfile, User, UserManager, UserQuerySet
from .records import AuditEntry, AuditLink, Heartbeat
from .second_factor import Authenticator, Passkey, RecoveryCode, RecoverySheet
from .sessions import StaffSession
from .units import AccessReview, Unit

__all__ = [
    "AccessReview",
    "AuditEntry",
    "AuditLink",
    "Authenticator",
    "ConfigurationVersion",
    "GatewayCheck",
    "Heartbeat",
    "Invitation",
    "Logo",
    "Passkey",
    "RecoveryCode",
    "RecoverySheet",
    "SeededPermission",
    "StaffProfile",
    "StaffSession",
    "Unit",
    "User",
    "UserManager",
    "UserQuerySet",
]
