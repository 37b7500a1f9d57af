"""From a row's number to 32 hex digits that say nothing to others, and back: no column, no index.

Format: one AES-256 block under a sub-key of section `mac`: row number 8 | the row's salt 4 | zeros 4.
The salt is kept in the row: after a backup was restored, numbers are given out a second time.
"""

from collections.abc import Callable, Iterable
from struct import Struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from .keyring import Keyring, ring

SALTS = 2**31
_BLOCK = Struct(">QIxxxx")
_ZEROS = bytes(4)
Numbers = tuple[int, int]  # the row's number, its salt


class Cloak:
    """Codes of one purpose: nobody else can make one, and those of other purposes do not fit."""

    def __init__(self, label: str, keys: Callable[[], Keyring] = ring) -> None:
        self.label, self.keys = label, keys

    def cover(self, rows: Iterable[Numbers]) -> list[str]:
        """One code for each row, made in one go."""
        plain = b"".join(_BLOCK.pack(number, salt) for number, salt in rows)
        codes = self._cipher(self.keys().primary("mac")).encryptor().update(plain).hex()
        return [codes[start : start + 32] for start in range(0, len(codes), 32)]

    def uncover(self, code: str) -> Numbers | None:
        """The row that a code was made for; None for what was not made here."""
        try:
            block = bytes.fromhex(code)
        except ValueError:
            return None
        for key_id in self.keys().live("mac") if len(block) == _BLOCK.size else ():
            plain = self._cipher(key_id).decryptor().update(block)
            if plain.endswith(_ZEROS):
                number, salt = _BLOCK.unpack(plain)
                return number, salt
        return None

    def _cipher(self, key_id: int) -> Cipher[ECB]:
        # One block that no other row shares: what ECB gives away, equal blocks, does not occur.
        return Cipher(AES256(self.keys().subkey("mac", key_id, self.label)), ECB())  # noqa: S305
