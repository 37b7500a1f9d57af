"""The button "send" under real HTTP: pressed twice, by two, and under a server that is killed."""

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import requests

from tests.faults.conftest import PEOPLE
from tests.faults.installation import Installation, Web, eventually

ALREADY = "Nic nie wysłano drugi raz"
WORD = "WSZYSCY"


class Clerk:
    """A browser without a screen, signed in."""

    def __init__(self, web: Web, cookie: str, session: str) -> None:
        self.web, self.cookie, self.session = web, cookie, session
        self.http = self.window()

    def window(self) -> requests.Session:
        """Another tab: the same person, its own connection."""
        http = requests.Session()
        http.cookies.set(self.cookie, self.session)
        return http

    def form(self, message: int) -> dict[str, str]:
        """What the button of the last look would send."""
        page = self.http.get(f"{self.web.url}/wiadomosci/{message}/sprawdzenie/", timeout=20)
        fields = re.findall(r'name="(csrfmiddlewaretoken|revision)"\s+value="([^"]*)"', page.text)
        # Planted drafts all say the same, and the page asks about that.
        return dict(fields) | {"confirmation": WORD, "same_text": "1"}

    def press(
        self, message: int, form: dict[str, str], http: requests.Session | None = None
    ) -> requests.Response:
        http = http or self.http
        http.cookies.update(self.http.cookies)
        address = f"{self.web.url}/wiadomosci/{message}/wyslanie/"
        return http.post(address, data=form, headers={"Referer": self.web.url}, timeout=30)


@pytest.fixture(scope="module")
def web(small: Installation) -> Iterator[Web]:
    with small.web() as running:
        yield running


@pytest.fixture(scope="module")
def clerks(small: Installation, web: Web) -> list[Clerk]:
    planted = small.plant("clerks", 2)
    return [Clerk(web, planted["cookie"], session) for session in planted["sessions"]]


def drafts(small: Installation, number: int) -> list[int]:
    found: list[int] = small.plant("drafts", number, "email")["messages"]
    return found


def orders(small: Installation, message: int) -> int:
    """How often the order to send was written into the audit log."""
    rows = small.sql(
        "SELECT COUNT(*) FROM admin_module_auditentry WHERE action = 'message.sent'"
        f" AND subject = 'messaging.message:{message:d}'"
    )
    return int(rows[0][0])


def all_out(small: Installation, messages: list[int]) -> None:
    with small.dispatcher():
        eventually(lambda: all(small.ended(message) for message in messages))
    for message in messages:
        assert small.judge(message, PEOPLE) == {"accepted": PEOPLE}
        assert orders(small, message) == 1


def at_once(presses: list[tuple[Clerk, int, dict[str, str]]]) -> list[requests.Response]:
    """Press all the buttons in the same moment."""
    gate = threading.Barrier(len(presses))
    answers: list[requests.Response] = []

    def press(clerk: Clerk, message: int, form: dict[str, str]) -> None:
        http = clerk.window()
        gate.wait(10)
        answers.append(clerk.press(message, form, http))

    threads = [threading.Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.parametrize("who", [(0, 1), (0, 0)], ids=["two clerks", "double click"])
def test_send_pressed_twice_at_once(
    small: Installation, clerks: list[Clerk], who: tuple[int, int]
) -> None:
    messages = drafts(small, 2)
    for message in messages:
        presses = [(clerks[n], message, clerks[n].form(message)) for n in who]
        answers = at_once(presses)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert {answer.url for answer in answers} == {f"{clerks[0].web.url}/wiadomosci/{message}/"}
        assert sum(ALREADY in answer.text for answer in answers) == 1
    all_out(small, messages)


# When the server dies: while the order waits to be written, somewhere on the way, just written.
MOMENTS = {"before": {False}, "soon": {True, False}, "later": {True, False}, "after": {True}}


def test_the_web_process_is_killed_right_after_send(
    small: Installation, web: Web, clerks: list[Clerk]
) -> None:
    """The order was given or it was not; whoever is unsure presses again and nothing goes twice."""
    messages = drafts(small, len(MOMENTS))
    for message, (moment, expected) in zip(messages, MOMENTS.items(), strict=True):
        form = clerks[0].form(message)
        press_and_kill(small, web, clerks[0], message, form, moment)
        given = small.status(message) == "scheduled"
        assert given in expected
        assert orders(small, message) == given
        again = retried(clerks[0], message, form)
        assert (ALREADY in again.text) is given
        assert small.status(message) == "scheduled"
    all_out(small, messages)


def press_and_kill(
    small: Installation, web: Web, clerk: Clerk, message: int, form: dict[str, str], moment: str
) -> None:
    pressed = threading.Thread(target=press_into_nothing, args=(clerk, message, form))
    victim = web.worker()
    with small.held(message) if moment == "before" else nullcontext():
        pressed.start()
        if moment == "after":
            eventually(lambda: small.status(message) == "scheduled")
        else:
            time.sleep({"before": 1.0, "soon": 0.05, "later": 0.1}[moment])
        os.kill(victim, signal.SIGKILL)
        pressed.join(40)
    eventually(lambda: web.worker() not in {0, victim})


def press_into_nothing(clerk: Clerk, message: int, form: dict[str, str]) -> None:
    try:
        clerk.press(message, form, clerk.window())
    except requests.ConnectionError:
        return  # the server was killed: that is the test


def retried(clerk: Clerk, message: int, form: dict[str, str]) -> requests.Response:
    """The new worker needs a moment; meanwhile the connection waits or breaks."""
    answers: list[requests.Response] = []

    def answered() -> bool:
        try:
            answers.append(clerk.press(message, form, clerk.window()))
        except requests.ConnectionError:
            return False
        return True

    eventually(answered)
    return answers[0]
