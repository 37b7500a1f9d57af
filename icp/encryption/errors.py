"""What can be wrong with a sealed value; no message ever quotes one."""


class EncryptionError(Exception):
    """Something sealed could not be read or written."""


class KeyringError(EncryptionError):
    """The keyring is missing or malformed."""


class UnknownKey(EncryptionError):
    """A value names a key that is not in the keyring (or was retired)."""


class Tampered(EncryptionError):
    """A value does not belong here, was changed, or has a format nobody knows."""


class KeyErased(EncryptionError):
    """The data key is gone: the person was erased, or the key table was not restored."""
