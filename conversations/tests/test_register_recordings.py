"""A recording is sealed with the digests of what came and of what lies there; a spool leaves nothing readable."""

import hashlib
import io
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from conversations.models import PurgeState
from conversations.register import recordings, spooling
from conversations.register.audio import sniff
from icp.encryption.erasing import erase_key
from icp.encryption.errors import KeyErased
from tests import make_conversations, sounds


@pytest.mark.django_db
def test_a_recording_is_kept_with_both_digests() -> None:
    content, of = sounds.mulaw(), make_conversations.call()
    kept = recordings.keep(of, io.BytesIO(content), found=sniff(io.BytesIO(content)))
    kept.refresh_from_db()
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.cipher_sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest()
    assert (kept.codec, kept.playable, kept.duration_ms) == ("pcm_mulaw", False, 1000)
    assert kept.read() == content
    assert content[:44] not in kept.path.read_bytes()
    assert recordings.is_whole(kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        recordings.keep(of, io.BytesIO(content), found=sniff(io.BytesIO(content)))


@pytest.mark.django_db
def test_a_changed_or_lost_copy_is_not_whole() -> None:
    kept = make_conversations.recording(make_conversations.call())
    kept.cipher_sha256 = recordings.digest_of(kept.path)
    assert recordings.is_whole(kept)
    sealed = kept.path.read_bytes()
    kept.path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert not recordings.is_whole(kept)
    kept.path.unlink()
    assert not recordings.is_whole(kept)


@pytest.mark.django_db
def test_nothing_is_kept_of_a_conversation_that_is_gone() -> None:
    content = make_conversations.wav()
    of = make_conversations.call()
    of.purge_state = PurgeState.PURGING
    with pytest.raises(KeyErased):
        recordings.keep(of, io.BytesIO(content), found=sniff(io.BytesIO(content)))
    erased = make_conversations.call()
    erase_key(erased.uid)
    with pytest.raises(KeyErased):
        recordings.keep(erased, io.BytesIO(content), found=sniff(io.BytesIO(content)))


@pytest.mark.dry
def test_a_spool_reads_from_any_byte_and_takes_no_more_than_it_may(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    with spooling.spooled(io.BytesIO(content), most=len(content)) as spool:
        assert (spool.size, spool.sha256) == (256_000, hashlib.sha256(content).hexdigest())
        for place in (0, 1, 65_535, 65_536, 200_001, 255_999, 256_000, 300_000):
            spool.file.seek(place)
            assert spool.file.read(70_000) == content[place : place + 70_000]
        spool.file.seek(-3, io.SEEK_END)
        assert spool.file.read() == content[-3:]
    with (
        pytest.raises(spooling.TooLarge),
        spooling.spooled(io.BytesIO(content), most=len(content) - 1),
    ):
        pass
