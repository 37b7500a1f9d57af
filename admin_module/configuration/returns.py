"""What comes back: the mailbox of returned mail, and how long a confirmation is waited for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from django.conf import settings


def _known(section: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f.name: values[f.name] for f in fields(section) if f.name in values}


@dataclass(frozen=True, slots=True)
class MailReturns:
    """The mailbox that undelivered mail comes back to; without a server it is not read.

    `keep`: mails that were understood stay in an IMAP box, marked as read. `timeout` in seconds.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    plain: ClassVar[frozenset[str]] = frozenset({"protocol", "host", "security", "folder"})

    protocol: str = "imap"  # imap | pop3
    host: str = ""
    port: int = 993
    security: str = "tls"  # tls | starttls | none
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    keep: bool = False
    every_seconds: int = 60
    timeout: float = 20

    @classmethod
    def from_environment(cls) -> Self:
        return cls(**_known(cls, settings.MAIL_RETURNS))

    @property
    def is_on(self) -> bool:
        """Whether there is a box to read."""
        return bool(self.host)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Hours after which an accepted message without news counts as "no confirmation came"."""

    secret: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[frozenset[str]] = frozenset()

    email_hours: int = 72
    sms_hours: int = 72
    push_hours: int = 72
    epuap_hours: int = 72

    @classmethod
    def from_environment(cls) -> Self:
        return cls()

    def hours_of(self, channel: str) -> int:
        """For one channel."""
        hours: int = getattr(self, f"{channel}_hours")
        return hours
