"""Two providers of one channel: the second is asked after clear refusals only, and nobody gets two."""

from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest

from messaging.channels import several
from messaging.channels.base import Answer, Callback, Content, Envelope, Outcome, now
from messaging.channels.failing_over import FailingOver
from messaging.tests.channel_cases import closed_port
from messaging.tests.fakes import FakeChannel, always
from sandbox.testing import Box, running_sandbox

pytestmark = pytest.mark.dry

CONTENT = Content("k", "", "Nie ma wody.")
URGENT = Content("k", "", "Woda w mieście.", urgent=True)


def envelopes(number: int, content: Content = CONTENT) -> list[Envelope]:
    return [Envelope(uuid4().hex, f"+48501000{n:03d}", content) for n in range(number)]


def hand_over(channel: FailingOver, batch: list[Envelope], soon: float = 30) -> list[Answer]:
    answers = list(channel.send(batch, deadline=now() + soon))
    assert sorted(a.reference for a in answers) == sorted(e.reference for e in batch)
    return answers


@pytest.fixture(scope="module")
def running() -> Iterator[Box]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Box) -> Box:
    running.reset()
    return running


@pytest.fixture
def sms(box: Box) -> Iterator[FailingOver]:
    """SMSAPI first, then Twilio."""
    config = {
        **box.config("sms"),
        "sender": "ICP",
        "timeout": 5,
        "order": ["smsapi", "twilio"],
        "smsapi": {**box.config("smsapi"), "sender": "ICP"},
    }
    channel = several.channel_of("sms", config)
    yield channel
    channel.close()


def test_the_first_provider_gets_everything(box: Box, sms: FailingOver) -> None:
    answers = hand_over(sms, envelopes(6))
    assert {a.provider for a in answers} == {"smsapi"}
    assert (len(box.arrived("smsapi")), len(box.arrived("sms"))) == (6, 0)


@pytest.mark.parametrize(
    "switches",
    [{"refuse_temporary": 1}, {"no_credit": True}],
    ids=["out of service", "no credit"],
)
def test_after_a_clear_refusal_the_second_takes_it(
    box: Box, sms: FailingOver, switches: dict[str, object]
) -> None:
    box.switch("smsapi", **switches)
    answers = hand_over(sms, envelopes(6))
    assert {(a.outcome, a.provider) for a in answers} == {(Outcome.ACCEPTED, "twilio")}
    assert {refused[0] for a in answers for refused in a.passed_over} == {"smsapi"}
    assert (len(box.arrived("smsapi")), len(box.arrived("sms"))) == (0, 6)


def test_an_empty_account_rests_at_once_and_only_that_one(box: Box, sms: FailingOver) -> None:
    box.switch("smsapi", no_credit=True)
    hand_over(sms, envelopes(2))
    assert sms.leading == "twilio"
    assert not any(a.passed_over for a in hand_over(sms, envelopes(2)))


def test_where_nobody_listens_the_second_takes_it(box: Box) -> None:
    config = {
        **box.config("sms"),
        "sender": "ICP",
        "timeout": 5,
        "order": ["smsapi", "twilio"],
        "smsapi": {"token": "t", "base_url": f"http://127.0.0.1:{closed_port()}"},
    }
    channel = several.channel_of("sms", config)
    answers = hand_over(channel, envelopes(3))
    channel.close()
    assert {(a.outcome, a.provider) for a in answers} == {(Outcome.ACCEPTED, "twilio")}


def test_after_a_lost_answer_nobody_else_is_asked(box: Box) -> None:
    config = {
        **box.config("sms"),
        "sender": "ICP",
        "timeout": 5,
        "order": ["twilio", "smsapi"],
        "smsapi": {**box.config("smsapi")},
    }
    channel = several.channel_of("sms", config)
    box.switch("sms", drop_after_accept=0.5)
    answers = hand_over(channel, envelopes(6))
    channel.close()
    assert Counter(a.outcome for a in answers) == {Outcome.ACCEPTED: 3, Outcome.UNKNOWN: 3}
    assert (len(box.arrived("sms")), len(box.arrived("smsapi"))) == (6, 0)


def test_a_bad_number_is_bad_everywhere(box: Box, sms: FailingOver) -> None:
    bad = [one._replace(address="501") for one in envelopes(2)]
    answers = hand_over(sms, bad)
    assert {(a.outcome, a.provider) for a in answers} == {(Outcome.REFUSED, "smsapi")}


def test_too_fast_waits_unless_it_is_urgent(box: Box, sms: FailingOver) -> None:
    box.switch("smsapi", throttle=1)
    assert {a.outcome for a in hand_over(sms, envelopes(2))} == {Outcome.RETRY}
    assert {a.provider for a in hand_over(sms, envelopes(2, URGENT))} == {"twilio"}


def test_both_down_keeps_everything_here(box: Box, sms: FailingOver) -> None:
    box.switch("smsapi", no_credit=True)
    box.switch("sms", refuse_temporary=1)
    answers = hand_over(sms, envelopes(3))
    assert {(a.outcome, a.provider) for a in answers} == {(Outcome.RETRY, "twilio")}
    assert {a.passed_over[0] for a in answers} == {("smsapi", "smsapi:103", True)}


def test_without_an_account_the_first_says_so() -> None:
    channel = several.channel_of("sms", {"order": ["smsapi", "twilio"]})
    answers = hand_over(channel, envelopes(2))
    assert {(a.outcome, a.code, a.channel_down) for a in answers} == {
        (Outcome.RETRY, "not_configured", True)
    }


def two(first: FakeChannel, second: FakeChannel) -> FailingOver:
    return FailingOver("sms", {"one": first, "two": second})


def test_those_that_rest_are_left_out() -> None:
    one, other = FakeChannel(), FakeChannel()
    channel = two(one, other)
    channel.heed({"one"})
    assert {a.provider for a in hand_over(channel, envelopes(3))} == {"two"}
    channel.heed({"one", "two"})
    answers = hand_over(channel, envelopes(3))
    assert {(a.outcome, a.code) for a in answers} == {(Outcome.NOT_SENT, "resting")}
    assert (len(one.got), len(other.got)) == (0, 3)


def test_a_probe_is_one_envelope() -> None:
    one, other = FakeChannel(), FakeChannel()
    channel = two(one, other)
    channel.heed({"one"}, probe="one")
    answers = hand_over(channel, envelopes(4))
    assert Counter(a.provider for a in answers) == {"one": 1, "two": 3}
    hand_over(channel, envelopes(2))
    assert len(one.got) == 1


def test_a_probe_that_fails_costs_nobody_the_message() -> None:
    one, other = FakeChannel(rule=always(Outcome.RETRY, "503")), FakeChannel()
    channel = two(one, other)
    channel.heed({"one"}, probe="one")
    answers = hand_over(channel, envelopes(4))
    assert {(a.outcome, a.provider) for a in answers} == {(Outcome.ACCEPTED, "two")}
    assert Counter(len(a.passed_over) for a in answers) == {1: 1, 0: 3}


def test_a_probe_of_the_only_provider_keeps_the_rest() -> None:
    only = FakeChannel(rule=always(Outcome.RETRY, "503"))
    channel = FailingOver("sms", {"one": only})
    channel.heed({"one"}, probe="one")
    answers = hand_over(channel, envelopes(3))
    assert Counter(a.outcome for a in answers) == {Outcome.RETRY: 1, Outcome.NOT_SENT: 2}
    assert len(only.got) == 1


def test_a_refusal_after_the_deadline_goes_nowhere_else() -> None:
    one, other = FakeChannel(rule=always(Outcome.RETRY, "503")), FakeChannel()
    answers = hand_over(two(one, other), envelopes(1), soon=0.0)
    assert {a.outcome for a in answers} <= {Outcome.RETRY, Outcome.NOT_SENT}
    assert not other.got


@pytest.mark.parametrize(
    ("path", "reader"),
    [("/callbacks/sms/two/abc/", "two"), ("/callbacks/sms/" + "0" * 32, "one")],
)
def test_a_callback_goes_to_whom_its_address_names(path: str, reader: str) -> None:
    made = {"one": FakeChannel(), "two": FakeChannel()}
    for name, channel in made.items():
        channel.news = [name]  # type: ignore[list-item]
    several_of = FailingOver("sms", made)
    told = several_of.read_callback(Callback("https://icp" + path, {}, b""))
    assert [str(one) for one in told] == [reader]


def test_the_order_of_the_office_holds_and_names_nobody_twice() -> None:
    config = {"order": ["smsapi", "nobody", "smsapi"]}
    assert several.order_of("sms", config) == ["smsapi"]
    assert several.order_of("sms", {}) == ["twilio", "smsapi"]


def test_no_provider_is_made_with_anothers_secrets() -> None:
    config = {"account": "AC1", "token": "twilio's", "sender": "ICP", "timeout": 7}
    part = several.part_of("sms", "smsapi", config | {"smsapi": {"sender": "X"}})
    assert part == {"timeout": 7, "sender": "X"}
