"""From bytes to a message authentication code that other apps may hand out or store.

Format: key id 1 | HMAC-SHA256 truncated to 31 bytes. Keys of section `mac` are never reindexed:
a code stays verifiable as long as its key is in the ring.
"""

from hmac import compare_digest

from .errors import UnknownKey
from .keyring import hmac_sha256, ring

MAC_LENGTH = 32


def mac(label: str, data: bytes) -> bytes:
    """32 bytes that only this installation can make for this purpose and data."""
    return _mac(label, data, ring().primary("mac"))


def macs(label: str, data: bytes) -> list[bytes]:
    """The codes to look for in a column: as `mac` made them under any key that still lives."""
    return [_mac(label, data, key_id) for key_id in ring().live("mac")]


def verify_mac(label: str, data: bytes, code: bytes) -> bool:
    """Whether `code` was made by `mac` for the same label and data."""
    code = bytes(code)
    if len(code) != MAC_LENGTH:
        return False
    try:
        return compare_digest(_mac(label, data, code[0]), code)
    except UnknownKey:
        return False


def _mac(label: str, data: bytes, key_id: int) -> bytes:
    key = ring().subkey("mac", key_id, label)
    return bytes([key_id]) + hmac_sha256(key, data)[: MAC_LENGTH - 1]
