"""A push service on loopback that behaves as badly as it is told to."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum


class Rude(Enum):
    POLITE = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    ELSEWHERE = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
    GARBAGE = b"banan\r\n\r\n"
    TOO_LARGE = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
    GATEWAY = b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n"
    TOO_FAST = b"HTTP/1.1 429 Slow Down\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n"
    SILENT = b""
    DRIPPING = b"HTTP/1.1 201 Created\r\n" + b"X-Drip: 1\r\n" * 50
    ENDLESS = b"HTTP/1.1 201 Created\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 10_000


class RudeService:
    """One thread for each connection; ends with the test."""

    def __init__(self, way: Rude) -> None:
        self.way = way
        self.says = way.value
        self.asked = self.connections = self.followed = 0
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.listen, daemon=True)]
        self.threads[0].start()

    def listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := self.read(connection):
                self.asked += 1
                self.followed += request.startswith(b"POST /other")
                self.reply(connection)

    def read(self, connection: socket.socket) -> bytes:
        raw = b""
        while b"\r\n\r\n" not in raw:
            more = connection.recv(65_536)
            if not more:
                return b""
            raw += more
        head, _end, body = raw.partition(b"\r\n\r\n")
        (line,) = (one for one in head.split(b"\r\n") if one.lower().startswith(b"content-length"))
        while len(body) < int(line.partition(b":")[2]):
            body += connection.recv(65_536)
        return raw

    def reply(self, connection: socket.socket) -> None:
        if self.way is Rude.SILENT:
            self.over.wait(10)
        elif self.way is Rude.DRIPPING:
            for sign in self.way.value:
                if self.over.is_set():
                    return
                connection.sendall(bytes([sign]))
                time.sleep(0.05)
        else:
            connection.sendall(self.says)


@contextmanager
def rude_service(way: Rude) -> Iterator[RudeService]:
    service = RudeService(way)
    try:
        yield service
    finally:
        service.over.set()
        service.listener.close()
