"""From the moment a form was given out to a stamp in it: programs that send forms are quicker than people."""

import base64
import binascii
import time

from icp.encryption.tokens import mac, verify_mac

LABEL = "chat.form"
SHORTEST, LONGEST = 2.0, 12 * 3600  # seconds
EIGHT = 8


def stamp() -> str:
    """Thousandths of a second since 1970, and the proof that the office wrote them."""
    body = int(time.time() * 1000).to_bytes(EIGHT)
    return base64.urlsafe_b64encode(body + mac(LABEL, body)).rstrip(b"=").decode()


def is_human(given: str) -> bool:
    """Whether the form was made here and was open for as long as somebody needs."""
    try:
        raw = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        return False
    body, code = raw[:EIGHT], raw[EIGHT:]
    open_for = time.time() - int.from_bytes(body) / 1000
    return verify_mac(LABEL, body, code) and SHORTEST <= open_for <= LONGEST
