"""From sound whose kind is known to a sealed recording of a conversation, and back to prove that it is whole."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from conversations.models import Conversation, PurgeState, Recording
from icp.encryption.errors import KeyErased, Tampered

from .audio import Sniffed

PIECE = 1024 * 1024


def keep(
    conversation: Conversation,
    stream: BinaryIO,
    *,
    role: str = Recording.Role.ORIGINAL,
    found: Sniffed,
) -> Recording:
    """Seal the stream from where it stands; the digest of what came and of what lies on the disk go along.

    Raises KeyErased where the conversation is gone, IntegrityError where it has such a recording.
    """
    if conversation.purge_state != PurgeState.KEPT:
        raise KeyErased(str(conversation.uid))
    recording = Recording.keep(
        stream,
        media_type=found.media_type,
        conversation=conversation,
        role=role,
        codec=found.codec,
        channels=found.channels,
        duration_ms=found.duration_ms,
        playable=found.playable,
    )
    recording.cipher_sha256 = digest_of(recording.path)
    recording.save(update_fields=["cipher_sha256"])
    return recording


def is_whole(recording: Recording) -> bool:
    """Whether the sealed copy opens from its first byte to its last and is what came in."""
    content = hashlib.sha256()
    try:
        with recording.open() as reader:
            for piece in reader:
                content.update(piece)
    except (Tampered, FileNotFoundError):
        return False
    return content.hexdigest() == recording.sha256 and (
        digest_of(recording.path) == recording.cipher_sha256
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
