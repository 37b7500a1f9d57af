"""The stand-ins: what they keep, show and pretend; that they keep out of a real ICP."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.testing import ROOT, Box, running_sandbox
from sandbox.world import Verdict, World


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box) -> Box:
    running.reset()
    return running


def sms(
    box: Box, text: str = "Nie ma wody.", to: str = "+48501000000", **more: str
) -> requests.Response:
    account = box.accounts.twilio_account
    return requests.post(
        f"{box.http_url}/2010-04-01/Accounts/{account}/Messages.json",
        auth=(account, box.accounts.twilio_token),
        data={"To": to, "From": "ICP", "Body": text, **more},
        timeout=5,
    )


def push(box: Box, **headers: str) -> requests.Response:
    given = {"Authorization": f"Bearer {box.accounts.fcm_token}"} | headers
    return requests.post(
        f"{box.http_url}/v1/projects/{box.accounts.fcm_project}/messages:send",
        headers=given,
        json={"message": {"token": "device", "notification": {"title": "T", "body": "B"}}},
        timeout=5,
    )


@pytest.mark.parametrize(("allowed", "works"), [("1", True), ("0", False)])
def test_only_a_development_icp_can_import_it(allowed: str, works: bool) -> None:
    code = "from django.conf import settings; settings.SANDBOX; import sandbox.world"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "icp.settings",
        "ICP_SECRET_KEY": "only-for-this-test",
        "ICP_SANDBOX": allowed,
    }
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert (run.returncode == 0) is works
    assert works or b"ImproperlyConfigured" in run.stderr


def test_what_arrived_survives_a_restart(tmp_path: Path) -> None:
    file = str(tmp_path / "sandbox.sqlite3")
    with running_sandbox(file=file) as box:
        sms(box, "pierwszy", StatusCallback="http://127.0.0.1:9/r1")
    with running_sandbox(file=file) as box:
        assert [row["text"] for row in box.arrived("sms")] == ["pierwszy"]
        sms(box, "drugi", StatusCallback="http://127.0.0.1:9/r1")
        assert [(row["number"], row["copy"]) for row in box.arrived("sms")] == [(1, 1), (2, 2)]
        requests.delete(f"{box.http_url}/arrived", timeout=5)
    with running_sandbox(file=file) as box:
        assert box.arrived() == []


def test_arrivals_can_be_asked_for_piecemeal(box: Box) -> None:
    for number in range(3):
        sms(box, str(number))
    push(box)
    first = box.arrived("sms")[0]["number"]
    assert [row["text"] for row in box.arrived("sms", since=first)] == ["1", "2"]
    assert len(box.arrived()) == 4
    assert "text" not in box.arrived(texts=False)[0]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"to": "501"}, 400, 21211),
        ({"to": ""}, 400, 21604),
        ({"text": ""}, 400, 21602),
    ],
)
def test_twilio_refuses_in_its_own_words(
    box: Box, fields: dict[str, str], status: int, code: int
) -> None:
    answer = sms(box, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert answer.json()["status"] == status


def test_fcm_refuses_in_its_own_words(box: Box) -> None:
    box.switch("push", refuse_permanent=1)
    error = push(box).json()["error"]
    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert error["details"][0]["errorCode"] == "UNREGISTERED"
    assert push(box, Authorization="Bearer wrong").json()["error"]["status"] == "UNAUTHENTICATED"


def test_the_page_shows_what_arrived_newest_first_and_escaped(box: Box) -> None:
    sms(box, "pierwszy")
    sms(box, "<script>drugi</script>", StatusCallback="http://127.0.0.1:9/r1")
    sms(box, "trzeci", StatusCallback="http://127.0.0.1:9/r1")
    page = requests.get(f"{box.http_url}/?channel=sms", timeout=5)
    text = page.text
    assert text.index("trzeci") < text.index("&lt;script&gt;drugi") < text.index("pierwszy")
    assert "<script" not in text
    assert "powtórka nr 2" in text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_large_mail_arrives_whole_and_its_reference_is_read(box: Box) -> None:
    long_line, short_lines = "ż" * 50_000, "..kropki\r\n" * 100_000
    mail = f"Message-ID: <r1@icp.example>\r\n\r\n{long_line}\r\n{short_lines}"
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=20) as client:
        client.sendmail("icp@zazolcin.example", ["ala@przyklad.example"], mail.encode())
        assert client.has_extn("pipelining")
        assert client.has_extn("8bitmime")
    (row,) = box.arrived("email")
    assert (row["reference"], row["address"]) == ("r1", "ala@przyklad.example")
    assert box.raw("email") == [mail]


def test_the_page_finds_and_pages(box: Box) -> None:
    for number in range(60):
        sms(box, f"numer {number}.", to=f"+4850100{number:04d}")
    found = requests.get(f"{box.http_url}/", params={"q": "NUMER 7."}, timeout=5).text
    assert found.count("<article") == 1
    first = requests.get(f"{box.http_url}/", timeout=5).text
    assert first.count("<article") == 50
    address = first.split('<a href="/?before=')[1].split('"')[0]
    rest = requests.get(f"{box.http_url}/?before={address}", timeout=5).text
    assert rest.count("<article") == 10
    assert "Nic tu nie ma" in requests.get(f"{box.http_url}/?q=brak", timeout=5).text


def test_the_form_turns_switches_on_and_off(box: Box) -> None:
    form = {"channel": "sms", "delay_ms": "40", "refuse_permanent": "0,5", "silent": "on"}
    page = requests.post(f"{box.http_url}/switches", data=form, timeout=5)
    assert page.url.endswith("/?channel=sms")
    now = requests.get(f"{box.http_url}/switches.json", timeout=5).json()["sms"]
    assert (now["delay_ms"], now["refuse_permanent"], now["silent"]) == (40, 0.5, True)
    requests.post(f"{box.http_url}/switches", data={"channel": "sms"}, timeout=5)
    now = requests.get(f"{box.http_url}/switches.json", timeout=5).json()["sms"]
    assert now["silent"] is False


@pytest.mark.parametrize("changes", [{"no_such": 1}, {"refuse_permanent": 2}, {"delay_ms": "x"}])
def test_a_wrong_switch_is_refused(box: Box, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="error"):
        box.switch("sms", **changes)


def test_another_web_site_cannot_post_here(box: Box) -> None:
    for path in ("/switches", "/arrived/forget"):
        answer = requests.post(
            box.http_url + path,
            data={"channel": "sms", "off": "on"},
            headers={"Origin": "https://elsewhere.example"},
            timeout=5,
        )
        assert answer.status_code == 403


def test_shares_are_exact() -> None:
    world = World()
    world.switch("sms", {"refuse_permanent": 0.1, "drop_after_accept": "0,25"})
    verdicts = [world.judge("sms") for _ in range(200)]
    assert verdicts.count(Verdict.REFUSE_FOREVER) == 20
    assert verdicts.count(Verdict.DROP) == 45  # a quarter of those not refused
