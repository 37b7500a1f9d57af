"""ePUAP: the common cases, and what is ePUAP's own."""

from collections.abc import Callable

import pytest

from messaging.channels.base import Channel, Outcome
from messaging.channels.epuap.channel import EpuapChannel
from messaging.channels.epuap.letter import general_letter
from messaging.channels.epuap.upp import read_upp
from messaging.channels.epuap.xml import parse
from messaging.tests.channel_cases import ChannelCases, closed_port, outcomes
from sandbox.certificates import demo_certificates
from sandbox.epuap import upp
from sandbox.testing import Box

pytestmark = pytest.mark.dry


class TestEpuap(ChannelCases):
    name = "epuap"
    make = EpuapChannel
    address = "/osoba{}/domyslna"
    extra = {"require_signed_answers": True}
    unconfigured = {"url": ""}

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def foreign_key(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        files = demo_certificates(tmp_path_factory.mktemp("foreign"))
        cls.wrong_credentials = {
            "key_file": str(files.key),
            "certificate_file": str(files.certificate),
        }

    def at_closed_port(self) -> dict[str, object]:
        return {"url": f"http://127.0.0.1:{closed_port()}"}

    def test_what_comes_after_the_end_stays_here(self, channel: Channel) -> None:
        channel.close()
        assert [one.code for one in self.send(channel, self.envelopes(3))] == ["closed"] * 3

    def test_the_receipt_in_the_answer_makes_it_delivered(self, channel: Channel) -> None:
        (answer,) = self.send(channel, self.envelopes(1))
        assert answer.outcome == Outcome.DELIVERED
        assert answer.provider_id.startswith("DOC-")
        assert answer.code == f"UPP-{answer.provider_id}"

    def test_without_a_receipt_it_is_only_accepted(self, box: Box, channel: Channel) -> None:
        box.switch("epuap", silent=True)
        assert outcomes(self.send(channel, self.envelopes(2))) == {Outcome.ACCEPTED: 2}

    def test_a_forged_answer_is_not_believed(self, box: Box, channel: Channel) -> None:
        box.switch("epuap", forge_callbacks=True)
        (answer,) = self.send(channel, self.envelopes(1))
        assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "not_trusted")
        assert len(box.arrived("epuap")) == 1

    def test_a_code_that_settings_do_not_name_is_tried_again(
        self, box: Box, build: Callable[..., Channel]
    ) -> None:
        box.switch("epuap", refuse_permanent=1)
        (answer,) = self.send(build(refused_codes=[]), self.envelopes(1))
        assert (answer.outcome, answer.code) == (Outcome.RETRY, "kod 20")

    def test_a_missing_key_file_says_so(self, build: Callable[..., Channel]) -> None:
        (answer,) = self.send(build(key_file="/nowhere"), self.envelopes(1))
        assert (answer.code, answer.channel_down) == ("not_configured", True)


def test_the_letter_holds_title_and_paragraphs() -> None:
    from datetime import date

    raw = general_letter(
        subject="Przerwa <w> wodzie",
        text="Pierwszy.\n\nDrugi \x0bakapit.",
        office="Urząd",
        day=date(2026, 11, 20),
    )
    root = parse(raw)
    assert root.findtext(".//{*}Tytul") == "Przerwa <w> wodzie"
    texts = [node.text for node in root.findall(".//{*}Informacje/{*}Informacja")]
    assert texts == ["Pierwszy.", "Drugi akapit."]


def test_a_receipt_is_read_and_other_bytes_are_not() -> None:
    read = read_upp(upp("DOC-7"))
    assert read is not None
    assert (read.number, read.document) == ("UPP-DOC-7", "DOC-7")
    assert read_upp(b"<a/>") is None
    assert read_upp(b"\x00") is None
