"""A mail server that misbehaves exactly as told, for what the sandbox does not do."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp


@dataclass
class Script:
    """How the server behaves, and what it saw. Recipients are counted from 0 over all mails."""

    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    greeting: bytes = b"220 script.example"
    mail: bytes = b"250 2.1.0 Ok"
    body: bytes = b"250 2.0.0 Ok"
    rcpt: dict[int, bytes] = field(default_factory=dict)
    opens_body_for_nobody: bool = False
    strict: bool = False  # a second MAIL within a transaction is an error
    patient: bool = True  # may commands come before the last reply?
    hangs_up_after_421: bool = False
    dies_at_rcpt: set[int] = field(default_factory=set)
    dies_after_body: bool = False
    tls: bool = False
    # What it saw.
    bodies: list[bytes] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    connections: int = 0
    recipients: int = 0
    reads: int = 0
    hurried: bool = False
    certificate: Path | None = None
    open_sockets: list[socket.socket] = field(default_factory=list)

    def hang_up_on_all(self) -> None:
        """Close every connection, as a server does with the idle."""
        for each in self.open_sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class Died(Exception):
    """The server hangs up now."""


class Talk:
    """One connection."""

    def __init__(self, script: Script, sock: socket.socket) -> None:
        self.script, self.sock = script, sock
        self.buffer = b""
        self.wanted = False  # a recipient was accepted
        self.begun = False
        sock.settimeout(10)

    def run(self) -> None:
        """Talk until somebody hangs up."""
        with suppress(OSError, Died):
            self.say(self.script.greeting)
            while True:
                self.command(self.until(b"\r\n"))
        self.sock.close()

    def until(self, end: bytes) -> bytes:
        """Read up to `end`, which is dropped."""
        while end not in self.buffer:
            more = self.sock.recv(1 << 20)
            if not more:
                raise Died
            self.script.reads += 1
            self.buffer += more
        found, _, self.buffer = self.buffer.partition(end)
        return found

    def say(self, line: bytes) -> None:
        """Reply."""
        if self.buffer and not self.script.patient:
            self.script.hurried = True
        if not line:
            raise Died
        self.sock.sendall(line + b"\r\n")
        if self.script.hangs_up_after_421 and line.startswith(b"421"):
            raise Died

    def command(self, line: bytes) -> None:
        """Obey one command."""
        self.script.commands.append(line)
        verb = line[:4].upper()
        if verb == b"EHLO":
            lines = ["script.example", *self.script.offers]
            marks = ["-"] * (len(lines) - 1) + [" "]
            self.say("\r\n".join(f"250{m}{t}" for m, t in zip(marks, lines, strict=True)).encode())
        elif verb in (b"MAIL", b"RCPT", b"DATA"):
            getattr(self, verb.decode().lower())()
        elif verb == b"QUIT":
            self.say(b"221 Bye")
            raise Died
        else:
            self.begun = self.wanted = False
            self.say(b"250 Ok")

    def mail(self) -> None:
        """Begin a transaction."""
        if self.begun and self.script.strict:
            self.say(b"503 5.5.1 Nested MAIL")
            return
        self.begun, self.wanted = True, False
        self.say(self.script.mail)

    def rcpt(self) -> None:
        """Judge a recipient."""
        number = self.script.recipients
        self.script.recipients += 1
        if number in self.script.dies_at_rcpt:
            raise Died
        reply = self.script.rcpt.get(number, b"250 2.1.5 Ok")
        self.wanted = reply.startswith(b"2") and self.script.mail.startswith(b"2")
        self.say(reply)

    def data(self) -> None:
        """Take a body."""
        if not self.wanted and not self.script.opens_body_for_nobody:
            self.say(b"554 5.5.1 No valid recipients")
            return
        self.say(b"354 Go ahead")
        if self.buffer.startswith(b".\r\n") or (not self.wanted and self.peek() == b".\r\n"):
            self.buffer = self.buffer.removeprefix(b".\r\n")
            body = b""
        else:
            body = self.until(b"\r\n.\r\n")
        self.begun = False
        self.script.bodies.append(body)
        if self.script.dies_after_body:
            raise Died
        self.say(self.script.body if self.wanted else b"554 5.5.1 No valid recipients")

    def peek(self) -> bytes:
        """Wait for three bytes and look at them."""
        while len(self.buffer) < 3:
            self.buffer += self.sock.recv(1 << 20)
        return self.buffer[:3]


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """Serve by the script on a free port, each connection in a thread."""
    context = _context(script) if script.tls else None
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)
    port: int = listener.getsockname()[1]

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            script.connections += 1
            threading.Thread(target=talk, args=(sock,), daemon=True).start()

    def talk(sock: socket.socket) -> None:
        with suppress(OSError):
            shown = context.wrap_socket(sock, server_side=True) if context else sock
            script.open_sockets.append(shown)
            Talk(script, shown).run()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _context(script: Script) -> ssl.SSLContext:
    """Make a certificate for 127.0.0.1 that only those trust who are told to."""
    folder = Path(mkdtemp(prefix="icp-smtp-"))
    script.certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(script.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(script.certificate, key)
    return context
