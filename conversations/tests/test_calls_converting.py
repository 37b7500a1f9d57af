"""Sound that no browser plays: kept and marked; converted under the same key once there is a decoder."""

import io
import shutil
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from conversations.access.grant_form import GrantForm
from conversations.calls import converting
from conversations.calls.converting import NoDecoder
from conversations.models import Recording
from conversations.playback import pieces
from conversations.playback.rights import Refused
from conversations.register import recordings
from conversations.register.audio import sniff
from tests import make, make_access, make_conversations, make_listening, sounds

pytestmark = pytest.mark.django_db
FFMPEG = shutil.which("ffmpeg")


@pytest.fixture(autouse=True)
def forgets() -> None:
    converting._failed.clear()


def kept(content: bytes, said: str = "") -> Recording:
    found = sniff(io.BytesIO(content), said=said)
    return recordings.keep(make_conversations.call(), io.BytesIO(content), found=found)


def decoder(place: Path, answer: bytes, *, code: int = 0) -> str:
    """A program that takes what FFmpeg takes, writes down how it was called, and answers this."""
    (place / "answer").write_bytes(answer)
    program = place / "ffmpeg"
    program.write_text(
        f"#!{sys.executable} -I\n"
        "import pathlib, sys\n"
        f"place = pathlib.Path({str(place)!r})\n"
        "(place / 'called').write_text(' '.join(sys.argv[1:]))\n"
        "(place / 'given').write_bytes(sys.stdin.buffer.read())\n"
        "sys.stdout.buffer.write((place / 'answer').read_bytes())\n"
        f"sys.exit({code})\n"
    )
    program.chmod(0o700)
    return str(program)


def test_a_decoder_makes_a_second_recording_under_the_same_key(
    tmp_path: Path, settings: Settings
) -> None:
    settings.FFMPEG = decoder(tmp_path, sounds.ogg(50))
    original, playable = kept(sounds.mulaw(30)), kept(make_conversations.wav())
    assert list(converting.waiting()) == [original]
    assert converting.convert_some() == 1
    assert (tmp_path / "given").read_bytes() == original.read()
    assert " -f mulaw" not in (tmp_path / "called").read_text(), "the WAV file says what it is"
    made = Recording.objects.get(role="derivative")
    assert made.conversation == original.conversation
    assert (made.codec, made.playable, made.duration_ms) == ("opus", True, 1000)
    assert made.read() != original.read()
    assert recordings.is_whole(made)
    assert (converting.convert_some(), converting.convert(original)) == (0, None)
    assert not converting.waiting().exists()
    assert playable.conversation.recordings.count() == 1


def test_sound_without_a_head_is_named_to_the_decoder(tmp_path: Path, settings: Settings) -> None:
    settings.FFMPEG = decoder(tmp_path, sounds.ogg(5))
    converting.convert(kept(b"\xd5" * 8000, "alaw"))
    assert "-f alaw -ar 8000 -i pipe:0" in (tmp_path / "called").read_text()
    converting.convert(kept(sounds.gsm()))
    assert "-f gsm" in (tmp_path / "called").read_text()


def test_a_decoder_that_fails_is_not_believed(tmp_path: Path, settings: Settings) -> None:
    kept(sounds.mulaw(1))
    for answer, code in ((b"", 0), (sounds.ogg(5), 1), (b"nie dzwiek", 0)):
        converting._failed.clear()
        settings.FFMPEG = decoder(tmp_path, answer, code=code)
        assert converting.convert_some() == 0
        assert converting.convert_some() == 0
    assert not Recording.objects.filter(role="derivative").exists()
    assert converting.waiting().count() == 1


def test_without_a_decoder_the_recording_waits_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FFMPEG = "nie-ma-takiego-programu"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    original = kept(sounds.mulaw(1))
    assert converting.convert_some() == 0
    with pytest.raises(NoDecoder):
        converting.convert(original)
    with pytest.raises(CommandError, match="1 recordings wait"):
        call_command("convert_recordings")
    original.refresh_from_db()
    assert original.playable is False


def test_the_card_says_that_a_recording_waits(client: Client) -> None:
    original = kept(sounds.mulaw(1))
    client.force_login(make.staff("centre_head"))
    address = f"/rozmowy/{original.conversation.pk}/"
    assert "Wymaga konwersji" in client.get(address).content.decode()
    content = io.BytesIO(sounds.ogg())
    found = sniff(content)
    recordings.keep(original.conversation, content, role="derivative", found=found)
    assert "Wymaga konwersji" not in client.get(address).content.decode()


def test_the_decoder_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """With FFmpeg or PyAV sound is converted; without them it is marked as waiting, and nothing else."""
    original = kept(sounds.gsm_wav(100))
    try:
        converting.decoder(original.media_type)
    except NoDecoder:
        assert FFMPEG is None
        assert list(converting.waiting()) == [original]
        assert original.playable is False
        return
    call_command("convert_recordings")
    assert "1 recordings were converted" in capsys.readouterr().out
    made = Recording.objects.get(role="derivative")
    assert made.playable is True
    assert abs(made.duration_ms - original.duration_ms) < 100


def test_what_parts_are_decided_of_becomes_wav_and_is_cut(
    tmp_path: Path, settings: Settings
) -> None:
    settings.FFMPEG = decoder(tmp_path, sounds.ogg(50))
    played, silent, other = kept(sounds.mp3()), kept(sounds.mulaw(1)), kept(sounds.mp3())
    assert converting.convert_some() == 1
    opus = Recording.objects.get(role="derivative")
    assert opus.conversation == silent.conversation
    parts = [(100, 600)]
    for original in (played, silent):
        with pytest.raises(Refused):
            pieces.pieces_of(original.conversation, parts)
        make_listening.appointed(original.conversation, {str(original.conversation.pk): parts})
    assert set(converting.to_cut()) == {played, silent}
    settings.FFMPEG = decoder(tmp_path, bytes(2 * converting.RATE))
    assert converting.convert_some() == 2
    assert "-c:a pcm_s16le -ar 16000 -f s16le -ac 1 pipe:1" in (tmp_path / "called").read_text()
    for original in (played, silent):
        (piece,) = pieces.pieces_of(original.conversation, parts)
        assert (piece.recording.role, piece.recording.codec) == ("derivative", "pcm_s16le")
        assert piece.size == 44 + converting.RATE  # half a second of 16 bits
        assert recordings.is_whole(piece.recording)
    opus.refresh_from_db()
    assert opus.role == "attachment"  # what was heard of it stays written down
    assert not converting.to_cut().exists()
    assert converting.convert_some() == 0
    assert other.conversation.recordings.count() == 1


def test_a_director_reads_what_parts_need(tmp_path: Path, settings: Settings) -> None:
    original = kept(sounds.mp3())
    row = make_access.opined(of=original.conversation)
    name = f"parts_{original.conversation.pk}"

    def told() -> str:
        by = make_access.director()
        return str(GrantForm(request=row, by=by).fields[name].help_text)

    settings.FFMPEG = decoder(tmp_path, b"")
    assert "po decyzji" in told()
    settings.FFMPEG = "nie-ma-takiego-programu"
    if not converting.is_possible():
        assert "FFmpeg" in told()
    Recording.objects.filter(pk=original.pk).update(codec="pcm_s16le")
    assert told().endswith("3:00-4:10")
