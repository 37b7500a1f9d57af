"""From a new key of a program, shown once, to what is kept of it; and from a key that comes to whether it is that one."""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

_PARTS = 3
NOBODYS = sha256(b"nobody").digest()


@dataclass(frozen=True, slots=True)
class ProgramKey:
    """`<kind>_<public>_<secret>`: the public part finds the row, the digest proves the secret."""

    kind: str
    public: str  # 12 hexadecimal digits
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """What its program is given, this once."""
        return f"{self.kind}_{self.public}_{self.secret}"

    @property
    def digest(self) -> bytes:
        """What is kept of the secret: SHA-256."""
        return sha256(self.secret.encode("utf-8", "surrogatepass")).digest()

    def is_that_of(self, digest: bytes | None) -> bool:
        """Whether the row with this digest is its own; takes as long where there is no row."""
        same = compare_digest(NOBODYS if digest is None else digest, self.digest)
        return same and digest is not None


def new(kind: str) -> ProgramKey:
    """One that nobody has."""
    return ProgramKey(kind, secrets.token_hex(6), secrets.token_urlsafe(32))


def read(kind: str, text: str) -> ProgramKey | None:
    """What somebody sent, taken apart; None where it is no key of this kind."""
    parts = text.split("_", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != kind or "\0" in text:
        return None
    return ProgramKey(*parts)
