"""After a clerk's and a stranger's work at the talkative web server, its log names nobody and no secret."""

import re
import secrets
from pathlib import Path

import pytest
import requests
import urllib3

from tests import leaks, story
from tests.scan import panel

pytestmark = [
    pytest.mark.dry,
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]
PASSWORD = "planted-Hasło-77-żółw"
GUESSED = "Zk3vQ9xR7mT2pL8wYb5NhJdQ"
CARD_WORDS = [story.FIRST, story.LAST, story.PESEL, "512904417", story.EMAIL]


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def test_the_log_of_the_web_server_names_nobody_and_no_secret(tmp_path: Path) -> None:
    urllib3.disable_warnings()
    secret_key, sms_token = secrets.token_urlsafe(50), secrets.token_hex(16)
    environment = {
        "ICP_LOG_LEVEL": "DEBUG",
        "ICP_SECRET_KEY": secret_key,
        "ICP_TWILIO_TOKEN": sms_token,
        "ICP_TWILIO_ACCOUNT": "AC" + secrets.token_hex(16),
    }
    with panel.running(tmp_path, **environment) as running:
        cookie = running.cookies["recipients_clerk"]
        clerk, stranger = requests.Session(), requests.Session()
        for session in (clerk, stranger):
            session.verify, session.trust_env = False, False
            session.headers["Referer"] = f"{running.url}/"
        clerk.cookies.set(running.cookie_name, cookie)
        seen = _clerk_works(clerk, running.url, running.person)
        _stranger_tries(stranger, running.url)
    log = (tmp_path / "panel.log").read_bytes()
    assert all(word in seen for word in (story.FIRST, story.LAST))  # the pages did show the person
    planted = [*CARD_WORDS, PASSWORD, GUESSED, cookie, secret_key, sms_token]
    assert leaks.found(planted, {"panel.log": log}) == []
    # It was talkative, and what is masked is masked, not missing.
    assert b"DEBUG" in log
    assert len(log) > 3000
    assert b"/wypisz/[secret]" in log


def _clerk_works(clerk: requests.Session, url: str, person: int) -> str:
    page = clerk.get(f"{url}/odbiorcy/", timeout=30).text
    token = token_of(page)
    for word in (story.PESEL, story.LAST, story.EMAIL, story.PHONE):
        data = {"q": word, "csrfmiddlewaretoken": token}
        page += clerk.post(f"{url}/odbiorcy/szukaj/", data, timeout=30).text
    page += clerk.get(f"{url}/odbiorcy/{person}/", timeout=30).text
    # Things that go wrong are logged with what Django knows of them.
    clerk.post(f"{url}/odbiorcy/szukaj/", {"q": story.PESEL}, timeout=30)
    clerk.get(f"{url}/odbiorcy/?q={story.PESEL}&mail={story.EMAIL}&x=%00", timeout=30)
    clerk.get(f"{url}/odbiorcy/{story.PESEL}/", timeout=30)
    clerk.get(f"{url}/nie-ma/{story.EMAIL}/+48512904417", timeout=30)
    return page


def _stranger_tries(stranger: requests.Session, url: str) -> None:
    token = token_of(stranger.get(f"{url}/zaloguj/", timeout=30).text)
    data = {"login": story.EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert stranger.post(f"{url}/zaloguj/", data, timeout=30).status_code in {422, 429}
    assert stranger.get(f"{url}/wypisz/{GUESSED}/", timeout=30).status_code == 404
    stranger.get(f"{url}/zaproszenie/{GUESSED}/", timeout=30)
    headers = {"X-Twilio-Signature": GUESSED, "Authorization": f"Bearer {GUESSED}"}
    news = {"To": story.PHONE, "MessageStatus": "delivered"}
    answer = stranger.post(f"{url}/callbacks/sms/", news, headers=headers, timeout=30)
    assert answer.status_code == 400
