"""From words and addresses to header lines that nobody can break out of."""

import re
from base64 import b64encode
from email.utils import parseaddr

# What a mail server will be told verbatim: no spaces, brackets, quotes or control characters.
LOCAL_PART = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
ADDRESS = re.compile(rf"{LOCAL_PART}@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,252}}[A-Za-z0-9])?", re.ASCII)
URL = re.compile(r"https?://[!#-;=?-~]{1,1900}", re.ASCII)  # no blanks, quotes or angle brackets
PLAIN = re.compile(r"[ -~]{0,60}", re.ASCII)
ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]{1,60}", re.ASCII)
WORD_BYTES = 45  # of UTF-8 in one encoded word: 60 letters of base64, within RFC 2047's 75


def ascii_address(text: str) -> str:
    """Give the address as it goes on the wire (the domain in its ASCII form, RFC 5890).

    Raises ValueError on everything that is not one plain address.
    """
    local, at, domain = text.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise ValueError("no address") from error
    address = f"{local}{at}{domain}"
    if not ADDRESS.fullmatch(address) or ".." in domain:
        raise ValueError("no address")
    return address


def words(text: str) -> bytes:
    """Encode unstructured text (a subject) by RFC 2047, folded; line breaks become blanks."""
    text = " ".join(text.split())
    if PLAIN.fullmatch(text) and "=?" not in text:
        return text.encode("ascii")
    return b"\r\n ".join(_encoded_words(text))


def mailbox(name: str, address: str) -> bytes:
    """Write `name <address>`; raises ValueError on a bad address."""
    address = ascii_address(address)
    name = " ".join(name.split())
    if not name:
        return address.encode("ascii")
    shown = name.encode("ascii") if ATOMS.fullmatch(name) else b"\r\n ".join(_encoded_words(name))
    return shown + b" <" + address.encode("ascii") + b">"


def split_mailbox(text: str) -> tuple[str, str]:
    """Read `name <address>` from a setting."""
    return parseaddr(text)


def link(url: str) -> bytes:
    """Give a URL for a header; raises ValueError on what could break out of it."""
    if not URL.fullmatch(url):
        raise ValueError("no URL")
    return url.encode("ascii")


def _encoded_words(text: str) -> list[bytes]:
    """Cut at characters, never inside one: each word must decode by itself."""
    pieces: list[bytes] = [b""]
    for character in text:
        code = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(code) > WORD_BYTES:
            pieces.append(b"")
        pieces[-1] += code
    return [b"=?utf-8?b?" + b64encode(piece) + b"?=" for piece in pieces]
