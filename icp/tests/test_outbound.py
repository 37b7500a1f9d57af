"""Addresses typed in: what leads into the city's own network is refused, however it is written."""

import pytest
from pytest_django import Settings

from icp import outbound
from icp.outbound import OutboundRefused, Target

pytestmark = pytest.mark.dry


@pytest.fixture(autouse=True)
def _production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SANDBOX = settings.ALLOW_LOCAL_GATEWAYS = False
    names = {
        "smtp.example": ["93.184.216.34"],
        "six.example": ["2606:2800:220:1:248:1893:25c8:1946"],
        "inside.example": ["10.0.0.5"],
        "both.example": ["93.184.216.34", "127.0.0.1"],
    }
    asked = outbound._look_up

    def look_up(host: str, port: int) -> list[str]:
        if host.endswith(".example"):
            if host not in names:
                raise OSError("no such name")
            return names[host]
        return asked(host, port)  # numbers in all their spellings, by the system itself

    monkeypatch.setattr(outbound, "_look_up", look_up)


def refused(url: str) -> str:
    with pytest.raises(OutboundRefused) as caught:
        outbound.check_url(url)
    assert str(caught.value)
    return str(caught.value.code)


def test_the_answer_is_the_address_that_was_looked_at() -> None:
    assert outbound.check_url("https://smtp.example/x?y") == Target(
        "smtp.example", 443, "93.184.216.34"
    )
    assert outbound.check_url("https://six.example:8443").port == 8443
    assert outbound.check_host("smtp.example", 587).address == "93.184.216.34"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",  # noqa: S104 (an address to refuse)
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
        "localhost",
        "inside.example",
        "both.example",
    ],
)
def test_nothing_inside_is_reached(host: str) -> None:
    assert refused(f"https://{host}/") == "local"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://smtp.example", "scheme"),
        ("ftp://smtp.example", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://smtp.example", "scheme"),
        ("//smtp.example", "scheme"),
        ("", "scheme"),
        ("https://", "malformed"),
        ("https://[::1", "malformed"),
        ("https://smtp.example:99999", "malformed"),
        ("https://smtp.example:0", "port"),
        ("https://smtp.example\\@inside.example", "malformed"),
        ("https://smtp.example\r\nHost: x", "malformed"),
        ("https://" + "a" * 2000, "malformed"),
        ("https://user:secret@smtp.example", "credentials"),
        ("https://nobody.example", "unknown"),
        ("https://a..b", "unknown"),
    ],
)
def test_other_addresses_get_their_sentence(url: str, code: str) -> None:
    assert refused(url) == code


def test_where_local_gateways_are_allowed_they_are_reached(settings: Settings) -> None:
    settings.ALLOW_LOCAL_GATEWAYS = True
    assert outbound.check_url("http://127.0.0.1:8025").address == "127.0.0.1"
    assert refused("ftp://127.0.0.1") == "scheme"
