"""From the account at Twilio Voice to typed settings."""

from dataclasses import dataclass, fields
from typing import ClassVar, Self

from django.conf import settings


@dataclass(frozen=True, slots=True)
class VoiceGateway:
    """The account that answers calls; `voice` reads notices aloud in Polish (Polly.Ewa).

    Which phones ring when somebody calls a line is set with the line (conversations.models.VoiceLine).
    """

    secret: ClassVar[frozenset[str]] = frozenset({"token"})
    plain: ClassVar[frozenset[str]] = frozenset({"base_url", "voice"})

    account: str = ""
    token: str = ""
    base_url: str = "https://api.twilio.com"
    voice: str = "Polly.Ewa"
    timeout: float = 20

    @classmethod
    def from_environment(cls) -> Self:
        known = settings.VOICE
        return cls(**{f.name: known[f.name] for f in fields(cls) if f.name in known})

    @property
    def is_on(self) -> bool:
        return bool(self.account and self.token)
