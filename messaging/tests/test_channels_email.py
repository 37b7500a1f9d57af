"""E-mail: the common cases, and what SMTP servers do that no other provider does."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from messaging.channels.base import Answer, Channel, Content, Envelope, Outcome, now
from messaging.channels.email.channel import EmailChannel
from messaging.channels.email.codes import CODES
from messaging.tests.channel_cases import ChannelCases, closed_port, outcomes
from messaging.tests.smtp_script import Script, serving
from sandbox.testing import Box
from sandbox.world import Accounts

pytestmark = pytest.mark.dry

SENDER = {"sender": "ICP <icp@zazolcin.example>", "bounces": "icp-zwroty@zazolcin.example"}


class TestEmail(ChannelCases):
    name = "email"
    make = EmailChannel
    address = "osoba{}@przyklad.example"
    accounts = Accounts(smtp_user="icp", smtp_password="tajne")
    extra = dict(SENDER)
    wrong_credentials = {"password": "wrong"}
    unconfigured = {"host": ""}

    def at_closed_port(self) -> dict[str, object]:
        return {"port": closed_port()}

    def test_connections_are_kept(self, box: Box, channel: Channel) -> None:
        assert isinstance(channel, EmailChannel)
        for _ in range(3):
            self.send(channel, self.envelopes(5))
        assert [connection.sent for connection in channel._idle] == [15]

    def test_a_connection_is_given_up_after_its_share(
        self, box: Box, channel: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert isinstance(channel, EmailChannel)
        for module in ("connection", "errand"):
            monkeypatch.setattr(f"messaging.channels.email.{module}.MAILS_PER_CONNECTION", 4)
        answers = self.send(channel, self.envelopes(10))
        assert outcomes(answers) == {Outcome.ACCEPTED: 10}
        assert [connection.sent for connection in channel._idle] == [2]

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "nobody",
            "a b@c.example",
            "a@b\r\nRCPT TO:<x@y.example>",
            "<a@b.example>",
            "ż@b.example",
            "a@b..example",
            "a@b.example,c@d.example",
        ],
    )
    def test_what_is_no_address_is_refused_and_breaks_nothing(
        self, box: Box, channel: Channel, address: str
    ) -> None:
        good, bad = self.envelopes(2)
        bad = Envelope(bad.reference, address, bad.content, bad.values)
        answers = {a.reference: a for a in self.send(channel, [bad, good])}
        assert answers[bad.reference].outcome is Outcome.REFUSED
        assert answers[good.reference].outcome is Outcome.ACCEPTED
        assert len(box.arrived("email", texts=False)) == 1

    def test_a_domain_with_polish_letters_travels_in_ascii(
        self, box: Box, channel: Channel
    ) -> None:
        (envelope,) = self.envelopes(1)
        envelope = Envelope(envelope.reference, "ala@zażółć.example", envelope.content)
        self.send(channel, [envelope])
        assert box.arrived("email")[0]["address"] == "ala@xn--za-6ja4f8n1l.example"

    def test_a_malformed_reply_to_is_refused_in_words(self, channel: Channel) -> None:
        answers = self.send(channel, self.envelopes(1, reply_to="nobody\r\nBcc: x@y.example"))
        assert outcomes(answers) == {Outcome.REFUSED: 1}


def test_every_code_is_explained() -> None:
    assert all(str(meaning.words).endswith(".") for meaning in CODES.values())


# --- Servers with manners of their own ------------------------------------------------------------


def mails(number: int) -> list[Envelope]:
    content = Content(uuid4().hex, "Temat", "Zażółć gęślą jaźń.")
    return [Envelope(f"{n:032x}", f"osoba{n}@przyklad.example", content) for n in range(number)]


@contextmanager
def speaking_to(script: Script, **settings: object) -> Iterator[EmailChannel]:
    with serving(script) as port:
        config = {"host": "127.0.0.1", "port": port, "timeout": 3, "streams": 4, **SENDER}
        channel = EmailChannel({**config, **settings})
        try:
            yield channel
        finally:
            channel.close()


def send(channel: EmailChannel, number: int) -> list[Answer]:
    answers = list(channel.send(mails(number), deadline=now() + 20))
    assert len({a.reference for a in answers}) == len(answers) == number
    return sorted(answers, key=lambda a: a.reference)


def test_commands_and_bodies_share_a_write() -> None:
    script = Script()
    with speaking_to(script) as channel:
        assert outcomes(send(channel, 10)) == {Outcome.ACCEPTED: 10}
    assert len(script.bodies) == 10
    # EHLO, the first commands, nine bodies with the next commands behind, the last body, QUIT.
    assert script.reads <= 13


@pytest.mark.parametrize("offers", [("8BITMIME",), ()])
def test_a_server_that_does_not_pipeline_gets_one_command_at_a_time(
    offers: tuple[str, ...],
) -> None:
    script = Script(offers=offers, patient=False)
    with speaking_to(script) as channel:
        assert outcomes(send(channel, 5)) == {Outcome.ACCEPTED: 5}
    assert len(script.bodies) == 5
    assert not script.hurried


def test_without_8bitmime_nothing_but_ascii_travels() -> None:
    script = Script(offers=("PIPELINING",))
    with speaking_to(script) as channel:
        send(channel, 1)
    (body,) = script.bodies
    assert body.isascii()
    assert b"quoted-printable" in body
    assert b"BODY=" not in b"".join(script.commands)


def test_with_8bitmime_utf8_travels_as_it_is() -> None:
    script = Script()
    with speaking_to(script) as channel:
        send(channel, 1)
    assert "Zażółć gęślą jaźń.".encode() in script.bodies[0]
    assert any(command.endswith(b"BODY=8BITMIME") for command in script.commands)


def test_a_server_that_opens_a_body_nobody_may_get_receives_only_the_dot() -> None:
    script = Script(rcpt={1: b"550 5.1.1 Nobody"}, opens_body_for_nobody=True)
    with speaking_to(script) as channel:
        answers = send(channel, 3)
    assert [a.outcome for a in answers] == [Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED]
    assert answers[1].address_gone
    assert min(map(len, script.bodies)) == 0
    assert len(script.bodies) == 3


def test_a_refused_recipient_leaves_no_open_transaction() -> None:
    # This one, as Postfix does, refuses a second MAIL within a transaction.
    script = Script(rcpt={0: b"450 4.2.0 Busy", 2: b"550 5.2.1 Disabled"}, strict=True)
    with speaking_to(script) as channel:
        answers = send(channel, 4)
    assert [a.outcome for a in answers] == [
        Outcome.RETRY,
        Outcome.ACCEPTED,
        Outcome.REFUSED,
        Outcome.ACCEPTED,
    ]


def test_a_refused_sender_pauses_the_channel() -> None:
    with speaking_to(Script(mail=b"553 5.7.1 Not yours")) as channel:
        answers = send(channel, 2)
    assert all(a.channel_down and a.outcome is Outcome.RETRY for a in answers)


def test_a_server_that_wants_a_login_pauses_the_channel() -> None:
    with speaking_to(Script(mail=b"530 5.7.0 Authentication required")) as channel:
        (answer,) = send(channel, 1)
    assert (answer.outcome, answer.code, answer.channel_down) == (Outcome.RETRY, "530", True)


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (b"250 2.0.0 Ok: queued as 4XyZ12", Outcome.ACCEPTED, "250"),
        (b"451 4.3.0 Try later", Outcome.RETRY, "4.3.0"),
        (b"554 Rejected as spam", Outcome.REFUSED, "554"),
        (b"552 5.3.4 Too large", Outcome.REFUSED, "5.3.4"),
        (b"550 4.7.0 Numbers disagree", Outcome.REFUSED, "4.7.0"),
        (b"banan", Outcome.UNKNOWN, "no_reply"),
        (b"999 banan", Outcome.UNKNOWN, "no_reply"),
        (b"", Outcome.UNKNOWN, "no_reply"),
    ],
)
def test_the_reply_to_the_body_decides(reply: bytes, outcome: Outcome, code: str) -> None:
    with speaking_to(Script(body=reply)) as channel:
        (answer,) = send(channel, 1)
    assert (answer.outcome, answer.code) == (outcome, code)
    if outcome is Outcome.ACCEPTED:
        assert answer.provider_id == "4XyZ12"


def test_replies_of_several_lines_are_read_to_their_end() -> None:
    with speaking_to(Script(body=b"250-One\r\n250-two\r\n250 three")) as channel:
        assert outcomes(send(channel, 3)) == {Outcome.ACCEPTED: 3}


def test_421_after_a_mail_ends_the_connection_and_slows_down() -> None:
    script = Script(rcpt={2: b"421 4.7.0 Too many"}, hangs_up_after_421=True)
    with speaking_to(script) as channel:
        answers = send(channel, 5)
        assert channel.pacer.allowed == 2
    assert [a.outcome for a in answers].count(Outcome.ACCEPTED) == 4
    assert (answers[2].outcome, answers[2].code) == (Outcome.RETRY, "421")
    assert script.connections == 2


def test_a_server_that_always_says_421_ends_in_retry_without_a_storm() -> None:
    script = Script(rcpt=dict.fromkeys(range(50), b"421 Too many"), hangs_up_after_421=True)
    with speaking_to(script) as channel:
        answers = send(channel, 50)
    assert outcomes(answers) == {Outcome.RETRY: 50}
    assert script.connections <= 3


def test_a_421_greeting_is_retry() -> None:
    with speaking_to(Script(greeting=b"421 Go away")) as channel:
        answers = send(channel, 2)
        assert channel.pacer.allowed == 2
    assert {(a.outcome, a.code) for a in answers} == {(Outcome.RETRY, "421")}


def test_a_connection_that_dies_before_the_body_costs_nothing() -> None:
    script = Script(dies_at_rcpt={3})
    with speaking_to(script) as channel:
        assert outcomes(send(channel, 6)) == {Outcome.ACCEPTED: 6}
    assert script.connections == 2
    assert len(script.bodies) == 6


def test_a_server_that_always_dies_before_the_body_never_gets_one() -> None:
    script = Script(dies_at_rcpt=set(range(1000)))
    with speaking_to(script) as channel:
        answers = send(channel, 5)
    assert outcomes(answers) == {Outcome.NOT_SENT: 5}
    assert script.bodies == []
    assert script.connections <= 3


def test_a_server_that_dies_after_each_body_gets_each_mail_once() -> None:
    script = Script(dies_after_body=True)
    with speaking_to(script) as channel:
        answers = send(channel, 6)
    assert outcomes(answers)[Outcome.UNKNOWN] == len(script.bodies)
    assert set(outcomes(answers)) <= {Outcome.UNKNOWN, Outcome.NOT_SENT}


def test_an_idle_connection_closed_by_the_server_is_replaced() -> None:
    script = Script()
    with speaking_to(script) as channel:
        send(channel, 1)
        script.hang_up_on_all()
        assert outcomes(send(channel, 2)) == {Outcome.ACCEPTED: 2}
    assert script.connections == 2


def test_starttls_that_is_not_offered_sends_nothing_in_clear() -> None:
    script = Script()
    with speaking_to(script, security="starttls") as channel:
        answers = send(channel, 1)
    assert outcomes(answers) == {Outcome.RETRY: 1}
    assert script.bodies == []


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    script = Script(tls=True)
    with speaking_to(script, security="tls") as channel:
        answers = send(channel, 1)
    assert {(a.outcome, a.code) for a in answers} == {(Outcome.RETRY, "tls")}
    assert script.bodies == []


def test_a_mail_goes_over_tls_when_the_certificate_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = Script(tls=True)
    with speaking_to(script, security="tls") as channel:
        monkeypatch.setenv("SSL_CERT_FILE", str(script.certificate))
        assert outcomes(send(channel, 3)) == {Outcome.ACCEPTED: 3}
    assert len(script.bodies) == 3
