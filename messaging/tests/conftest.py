"""What the tests of the engine share: channels that answer as told, and people to write to."""

from collections.abc import Callable

import pytest
from cryptography import x509

from messaging import channels
from messaging.channels.epuap.signers import Trusted
from messaging.tests.fakes import FakeChannel, Rule, accept
from sandbox.certificates import Certificates, demo_certificates


@pytest.fixture(scope="session")
def epuap_files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Keys of both sides of ePUAP, the minister's seal, an authority of qualified certificates."""
    return demo_certificates(tmp_path_factory.mktemp("epuap"))


@pytest.fixture(scope="session")
def epuap_trusted(epuap_files: Certificates) -> Trusted:
    """The seal and the authority, pinned."""
    seal, authority = (
        x509.load_pem_x509_certificate(path.read_bytes())
        for path in (epuap_files.seal, epuap_files.authority)
    )
    return Trusted([seal], [authority])


Fake = Callable[..., FakeChannel]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """`fake("sms", rule)` stands in for a channel for the length of a test."""

    def stand_in(
        name: str = "email", rule: Rule = accept, *, window: int = 10, groups: int = 0
    ) -> FakeChannel:
        channel = FakeChannel(name, rule, window=window, groups=groups)
        monkeypatch.setitem(channels._made, name, channels.Made(channel))
        return channel

    return stand_in
