"""A supervised listening from the first who comes to the signed protocol."""

import io
import wave
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import AuditEntry, User
from conversations.access import listening_protocol, listening_steps
from conversations.models import (
    Appointment,
    Attendance,
    ListeningProtocol,
    PlaybackSession,
    Recording,
    RequestLetter,
    Step,
)
from conversations.playback import pieces
from conversations.playback.rights import Refused
from tests import make, make_access, make_conversations, make_listening

pytestmark = pytest.mark.django_db
PASSWORD = make.PASSWORD


def supervisor(number: int) -> tuple[User, Client]:
    user = make_access.supervisors()[number]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user, make_listening.signed_in(user)


def post(client: Client, page: str, term: Appointment, /, *more: int, **data: object) -> int:
    return client.post(reverse(page, args=[term.pk, *more]), data).status_code


def _arrives(first: Client, second: Client, term: Appointment) -> None:
    """Both confirm by their passwords that they are here; the applicant and an interpreter come."""
    assert post(first, "listening-check-in", term, password="nie to") == 422
    for client in (first, second):
        assert post(client, "listening-check-in", term, password=PASSWORD) == HTTPStatus.FOUND
    guest = {"role": "applicant", "name": "Jadwiga Żółkiewska-Próbna"}
    assert post(first, "listening-admit", term, **guest) == 422  # which document?
    assert post(first, "listening-admit", term, **guest, document="id_card") == HTTPStatus.FOUND
    interpreter = {"role": "interpreter", "name": "Ewa Migowa"}
    assert post(first, "listening-admit", term, **interpreter) == HTTPStatus.FOUND


def test_only_the_decided_parts_are_heard() -> None:
    call, content = make_listening.recorded(30)
    term = make_listening.appointed(call, {str(call.pk): [[5000, 10_000], [20_000, 21_000]]})
    client = make_listening.signed_in(make_listening.everybody_in(term))
    assert post(client, "listening-begin", term, device="BOI 3") == HTTPStatus.FOUND
    sounds = opened(client, term, call.pk).context["sounds"]
    assert [sound["piece"].number for sound in sounds] == [1, 2]
    with wave.open(io.BytesIO(all_of(client, sounds[1]["url"]))) as part:
        assert part.readframes(8000) == content[44:][20 * 16_000 : 21 * 16_000]
    assert len(all_of(client, sounds[0]["url"])) == 44 + 5 * 16_000
    beyond = client.get(sounds[1]["url"], headers={"Range": "bytes=16044-"})
    assert beyond.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


def test_parts_of_another_codec_are_refused() -> None:
    call = make_conversations.call()
    make_conversations.recording(call, b"OggS" + bytes(5000))
    term, by = make_listening.running(call, {str(call.pk): [[0, 900]]})
    page = opened(make_listening.signed_in(by), term, call.pk)
    assert (page.context["refused"].code, page.context.get("sounds")) == ("not_cut", None)
    # What was converted to WAV is cut in its place.
    converted = Recording.keep(
        io.BytesIO(make_listening.ramp(3)),
        media_type="audio/wav",
        conversation=call,
        role=Recording.Role.DERIVATIVE,
    )
    found = pieces.pieces_of(call, [(0, 2000)])
    assert [(piece.recording, piece.size) for piece in found] == [(converted, 44 + 32_000)]


def test_a_listening_over_the_pages() -> None:
    call, _content = make_listening.recorded(30)
    term = make_listening.appointed(call)
    (_one, first), (two, second) = supervisor(0), supervisor(1)
    assert post(first, "listening-begin", term) == 422
    _arrives(first, second, term)
    assert post(first, "listening-begin", term, device="BOI 3") == HTTPStatus.FOUND
    url = opened(first, term, call.pk).context["sounds"][0]["url"]
    trace = reverse("playback-trace", args=[PlaybackSession.objects.get().uid])
    told = {"recording": call.recordings.get().pk, "part": 0}
    first.post(trace, told | {"action": "play", "begin": 2000, "end": 0})
    first.post(trace, told | {"action": "pause", "begin": 13_900, "end": 0})
    assert post(second, "listening-finish", term, interrupted="1") == 422  # why?
    remarks = "Wnioskodawczyni zgłosiła, że nagranie jest ciche."
    assert post(second, "listening-finish", term, remarks=remarks) == HTTPStatus.FOUND
    gone = first.get(url, headers={"Range": "bytes=0-"})
    assert (gone.status_code, gone.content) == (HTTPStatus.GONE, b"")
    term.request.refresh_from_db()
    assert term.request.step == Step.CLOSED_GRANTED
    assert AuditEntry.objects.filter(action="playback.ended").count() == 1
    _papers(first, term, str(two), remarks)


def _papers(client: Client, term: Appointment, supervisor: str, remarks: str) -> None:
    """The protocol says who, when and which minutes; its signed scan is taken in."""
    paper = client.get(reverse("listening-protocol", args=[term.pk]))
    assert paper.content.startswith(b"%PDF-1.7")
    said = listening_protocol.draft(ListeningProtocol.objects.get())
    assert said["played"][0][1:] == ["całość", "0:02–0:13"]
    assert said["remarks"] == [remarks]
    present = {tuple(row[:3]) for row in said["present"]}
    assert ("Jadwiga Żółkiewska-Próbna", "osoba wnioskująca", "dowód osobisty") in present
    assert ("Ewa Migowa", "tłumacz", "–") in present
    assert (supervisor, "osoba wyznaczona przez Dyrektora", "własne logowanie") in present
    assert ["Stanowisko", "BOI 3"] in said["facts"]
    wrong, scan = SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("p.pdf", paper.content)
    assert post(client, "listening-signed", term, scan=wrong) == 422
    assert post(client, "listening-signed", term, scan=scan) == HTTPStatus.FOUND
    kinds = list(term.request.letters.order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == [RequestLetter.Kind.PROTOCOL, RequestLetter.Kind.SIGNED]


def opened(client: Client, term: Appointment, conversation: int):  # type: ignore[no-untyped-def]
    there = client.post(reverse("listening-open", args=[term.pk, conversation]))
    return client.get(there["Location"])


def all_of(client: Client, url: str) -> bytes:
    got, total = b"", 1
    while len(got) < total:
        answer = client.get(url, headers={"Range": f"bytes={len(got)}-"})
        total = int(answer["Content-Range"].rsplit("/", 1)[1])
        got += answer.content
    return got


def test_a_pause_stops_the_sound_and_is_counted() -> None:
    call, _content = make_listening.recorded(1)
    term, by = make_listening.running(call)
    client = make_listening.signed_in(by)
    url = opened(client, term, call.pk).context["sounds"][0]["url"]
    assert post(client, "listening-pause", term) == HTTPStatus.FOUND
    assert client.get(url, headers={"Range": "bytes=0-"}).status_code == HTTPStatus.GONE
    assert post(client, "listening-open", term, call.pk) == 422
    assert post(client, "listening-resume", term) == HTTPStatus.FOUND
    assert opened(client, term, call.pk).context["sounds"]
    protocol = ListeningProtocol.objects.get()
    assert (protocol.interruptions, protocol.paused_at) == (1, None)


def test_one_that_is_broken_off_goes_back_for_another_appointment() -> None:
    call, _content = make_listening.recorded(1)
    term, by = make_listening.running(call)
    listening_steps.finish(term, by=by, remarks="Awaria głośników.", interrupted=True)
    term.request.refresh_from_db()
    assert term.request.step == Step.GRANTED
    assert ListeningProtocol.objects.get().letter is not None
    with pytest.raises(Refused):
        listening_steps.finish(term, by=by, remarks="", interrupted=False)


def test_an_absence_is_written_down_and_the_second_closes_the_case() -> None:
    call, _content = make_listening.recorded(1)
    term = make_listening.appointed(call)
    _user, client = supervisor(0)
    assert post(client, "listening-absent", term) == HTTPStatus.FOUND
    term.request.refresh_from_db()
    assert (term.request.step, term.request.missed_appointments) == (Step.GRANTED, 1)
    assert post(client, "listening-absent", term) == 422


def test_only_who_may_runs_it() -> None:
    call, _content = make_listening.recorded(1)
    term = make_listening.appointed(call)
    undesignated = make.staff("centre_head")
    with pytest.raises(Refused):
        listening_steps.admit(term, "applicant", "Jadwiga", "id_card", by=undesignated)
    client = make_listening.signed_in(undesignated)
    assert client.get(reverse("listening", args=[term.pk])).context["runs"] is False
    reader = make_listening.signed_in(make.staff("secretary"))
    assert reader.get(reverse("listening", args=[term.pk])).status_code == HTTPStatus.OK
    assert post(reader, "listening-begin", term) == HTTPStatus.FORBIDDEN
    assert (
        post(make_listening.signed_in(make_conversations.agent()), "listening-admit", term) == 403
    )


def test_who_left_is_not_there_any_more_and_may_come_back() -> None:
    call, _content = make_listening.recorded(1)
    term, by = make_listening.running(call)
    row = Attendance.objects.get(appointment=term, user=by)
    client = make_listening.signed_in(by)
    assert post(client, "listening-check-out", term, row.pk) == HTTPStatus.FOUND
    assert post(client, "listening-open", term, call.pk) == 422
    listening_steps.check_in(term, by)
    assert opened(client, term, call.pk).context["sounds"]


def test_a_player_without_a_script_is_told_by_its_bytes() -> None:
    call, content = make_listening.recorded(30)
    term, by = make_listening.running(call)
    client = make_listening.signed_in(by)
    url = opened(client, term, call.pk).context["sounds"][0]["url"]
    client.get(url, headers={"Range": f"bytes=0-{len(content) // 2}"})
    protocol = ListeningProtocol.objects.get()
    protocol.ended_at = timezone.now() + timedelta(minutes=3)
    drafted = listening_protocol.draft(protocol)
    assert drafted["played"][0][2] == "0:00–0:15"
