"""What a sound file is, by its content alone: every form that exchanges write, and everything that is none."""

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.register.audio import SENTENCES, AudioRefused, Sniffed, sniff
from tests import make_conversations, sounds

pytestmark = pytest.mark.dry


def look(content: bytes, **how: object) -> Sniffed:
    return sniff(io.BytesIO(content), **how)  # type: ignore[arg-type]


def refusal(content: bytes, **how: object) -> str:
    with pytest.raises(AudioRefused) as caught:
        look(content, **how)
    assert str(SENTENCES[caught.value.code])
    return caught.value.code


def test_every_form_that_exchanges_write_is_known_by_its_content() -> None:
    forms: dict[str, tuple[bytes, tuple[str, str, int, int, bool]]] = {
        "pcm": (make_conversations.wav(2), ("audio/wav", "pcm_s16le", 1, 2000, True)),
        "µ-law": (sounds.mulaw(1.5), ("audio/wav", "pcm_mulaw", 1, 1500, False)),
        "A-law": (sounds.wav_of(6), ("audio/wav", "pcm_alaw", 1, 1000, False)),
        "wav49": (sounds.gsm_wav(25), ("audio/wav", "gsm_ms", 1, 1000, False)),
        "mp3": (sounds.mp3(40), ("audio/mpeg", "mp3", 1, 1044, True)),
        "mp3 with tags": (
            b"ID3\x04\0\0\0\0\0\x05abcde" + sounds.mp3(40) + b"TAG" + bytes(125),
            ("audio/mpeg", "mp3", 1, 1044, True),
        ),
        "ogg": (sounds.ogg(50), ("audio/ogg", "opus", 1, 1000, True)),
        "webm": (sounds.webm(50), ("audio/webm", "opus", 1, 1000, True)),
        "webm of a browser": (sounds.webm(50, live=True), ("audio/webm", "opus", 1, 1000, True)),
        "gsm": (sounds.gsm(50), ("audio/GSM", "gsm", 1, 1000, False)),
    }
    for name, (content, expected) in forms.items():
        found = look(content)
        said = (found.media_type, found.codec, found.channels, found.duration_ms, found.playable)
        assert said == expected, name


def test_sound_without_a_head_is_believed_by_its_source_only() -> None:
    noise = bytes(range(128, 256)) * 125
    assert refusal(noise) == "wrong_codec"
    assert look(noise, said="G.722").codec == "g722"
    assert look(noise, said="ulaw").duration_ms == 2000
    assert look(b"\xd5" * 8000, said="alaw").codec == "pcm_alaw"
    assert look(make_conversations.wav(), said="ulaw").codec == "pcm_s16le"
    for other in (b"%PDF-1.7" + noise, b"Dzie\n" * 2000, b"<svg>" + noise, b"PK\x03\x04" + noise):
        assert refusal(other, said="g722") == "wrong_codec"
    assert refusal(noise, said="opus") == "wrong_codec"


def test_half_written_files_are_refused_in_every_form() -> None:
    wav = make_conversations.wav(2)
    assert refusal(b"") == "empty"
    for cut in (wav[:-2000], wav[:4], wav[:20], wav[:4] + bytes(4) + wav[8:]):
        assert refusal(cut) == "cut_off"
    assert refusal(sounds.mp3(40)[:-5]) == "cut_off"
    assert refusal(sounds.gsm(50)[:-5]) == "cut_off"
    assert refusal(sounds.ogg(50)[:-2]) == "cut_off"
    assert refusal(sounds.ogg(50, ended=False)) == "cut_off"
    assert refusal(sounds.webm(50)[:-2]) == "cut_off"
    assert refusal(sounds.webm(50, live=True)[:-2]) == "cut_off"


def test_a_head_that_lies_about_the_length_is_refused() -> None:
    wav = make_conversations.wav(2)
    assert refusal(wav + bytes(5000)) == "wrong_length"
    assert refusal(sounds.ogg(5) + bytes(50)) == "wrong_length"
    assert refusal(sounds.webm(5) + bytes(50)) == "wrong_length"
    assert refusal(wav[:40] + struct.pack("<I", 2**31) + wav[44:]) == "cut_off"
    assert refusal(wav[:40] + bytes(4) + wav[44:]) == "empty"
    assert refusal(sounds.ogg(0)) == "cut_off"


def test_what_is_no_sound_or_another_sound_is_refused() -> None:
    others: dict[str, Callable[[], bytes]] = {
        "video": lambda: sounds.webm(codec=b"V_VP9"),
        "speex": lambda: sounds.ogg(head=b"Speex   1.2"),
        "adpcm": lambda: sounds.wav_of(0x11),
        "avi": lambda: sounds.riff(b"AVI " + bytes(100)),
        "flac": lambda: b"fLaC" + bytes(100),
        "pdf": lambda: b"%PDF-1.7\n" + bytes(200),
        "text": lambda: b"to nie jest nagranie " * 20,
        "zeros": lambda: bytes(5000),
    }
    for name, content in others.items():
        assert refusal(content()) == "wrong_codec", name
    assert refusal(sounds.mp3(3) + b"garbage" * 40) == "damaged"


def test_limits_of_size_and_time() -> None:
    assert refusal(make_conversations.wav(1), most=1000) == "too_large"
    hours = make_conversations.wav(1)
    slow = hours[:24] + struct.pack("<II", 1, 2) + hours[32:]  # 8000 samples, one a second
    assert look(slow).duration_ms == 8_000_000
    assert refusal(sounds.ogg(1)[:-40] + b"") in ("cut_off", "damaged")
    far = sounds.ogg(1).replace(struct.pack("<q", 960), struct.pack("<q", 48_000 * 13 * 3600))
    assert refusal(far) == "too_long"


@given(st.binary(max_size=300), st.sampled_from(["wav", "mp3", "ogg", "webm", "gsm", ""]))
def test_any_bytes_give_a_kind_or_a_code(noise: bytes, start: str) -> None:
    heads = {"wav": sounds.mulaw(0.01), "mp3": sounds.mp3(1), "ogg": sounds.ogg(1)}
    heads |= {"webm": sounds.webm(1), "gsm": sounds.gsm(2), "": b""}
    for content in (heads[start] + noise, heads[start][: len(noise)] + noise):
        said = ""
        try:
            found = look(content)
        except AudioRefused as refused:
            said = refused.code
        assert said in SENTENCES or found.duration_ms > 0
