"""From envelopes to SMTP transactions on kept connections, and to one answer each."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    ChannelError,
    Envelope,
    Pace,
    StatusUpdate,
    now,
)
from messaging.channels.email import headers
from messaging.channels.email.codes import CODES, connect_code, read_refusal
from messaging.channels.email.connection import Connection, GarbledError, Transaction
from messaging.channels.email.errand import Errand
from messaging.channels.email.mime import Sender, Skeleton, has_long_value
from messaging.channels.pacing import Pacer

SKELETONS = 64


class EmailChannel:
    """The municipality's mail relay."""

    name = "email"

    def __init__(self, config: Mapping[str, Any]) -> None:
        name, address = headers.split_mailbox(str(config.get("sender", "")))
        bounces = str(config.get("bounces") or address)
        self._sender = Sender(name, address, bounces)
        self._config = {"port": 25, **config, "sender_domain": self._sender.domain or "localhost"}
        self._timeout = float(config.get("timeout", 30))
        self.pace = Pace(
            window=int(config.get("window", 50)),
            streams=int(config.get("streams", 2)),
            groups=1,  # a relay nearby answers at once: fewer turns of the database win
            rate=float(config.get("rate", 0)),
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.streams)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._skeletons: OrderedDict[tuple[str, str, bool], Skeleton] = OrderedDict()

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, one transaction overlapping the next; see Channel.send."""
        errand = Errand(self, envelopes, deadline)
        while wait := self.pacer.enter():
            if now() > deadline:
                yield from errand.give_up("deadline")
                return
            time.sleep(wait)
        try:
            yield from errand.run()
        finally:
            self.pacer.leave()

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Refuse: a mail relay posts nothing to us."""
        raise BadCallback("E-mail has no callbacks.")

    def check(self) -> str:
        """Connect, sign in and say NOOP; returns the server's name and what it offers."""
        if not self._config.get("host"):
            raise ChannelError(_("No mail server is configured."), "not_configured")
        try:
            connection = self.take()
            connection.write(b"NOOP\r\n")
            reply = connection.reply()
        except (OSError, GarbledError) as error:
            code = connect_code(error)
            raise ChannelError(str(CODES[code].words), code) from error
        if not reply.positive:
            connection.close()
            code, meaning = read_refusal(reply)
            raise ChannelError(str(meaning.words), code)
        offers = ", ".join(sorted(connection.smtp.esmtp_features))
        self.put_back(connection)
        return f"{self._config['host']}:{self._config['port']} ({offers})"

    def close(self) -> None:
        """Hang up on every kept connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

    @property
    def configured(self) -> bool:
        """Say whether there is a server to talk to."""
        return bool(self._config.get("host") and self._sender.address)

    def take(self) -> Connection:
        """Give a kept connection that still works, or a new one."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return Connection(self._config, self._timeout)
            if not connection.spent:
                return connection
            connection.quit()

    def put_back(self, connection: Connection) -> None:
        """Keep a connection for the next time."""
        with self._lock:
            self._idle.append(connection)

    def prepare(self, envelope: Envelope, *, eight_bit: bool) -> Transaction:
        """Build one mail; raises ValueError with the code of what is wrong with it."""
        try:
            address = headers.ascii_address(envelope.address)
        except ValueError as error:
            raise ValueError("bad_address") from error
        try:
            skeleton = self._skeleton(envelope, eight_bit and not has_long_value(envelope))
            body = skeleton.mail(envelope, address)
            sender = self._sender.return_path(envelope.reference)
        except ValueError as error:
            raise ValueError("bad_content") from error
        option = " BODY=8BITMIME" if skeleton.eight_bit else ""
        return Transaction(
            envelope,
            f"MAIL FROM:<{sender}>{option}\r\n".encode("ascii"),
            f"RCPT TO:<{address}>\r\n".encode("ascii"),
            body,
        )

    def _skeleton(self, envelope: Envelope, eight_bit: bool) -> Skeleton:
        content = envelope.content
        key = (content.key, content.language, eight_bit)
        with self._lock:
            skeleton = self._skeletons.get(key)
        if skeleton is None:
            skeleton = Skeleton(content, self._sender, eight_bit=eight_bit)
            with self._lock:
                self._skeletons[key] = skeleton
                if len(self._skeletons) > SKELETONS:
                    self._skeletons.popitem(last=False)
        return skeleton
