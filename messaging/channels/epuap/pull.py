"""From the office's box in ePUAP to the documents that wait there, one at a time, and a receipt for each."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

import requests
from zeep.exceptions import Fault, TransportError

from messaging.channels.base import ChannelError

from .arrivals import Arrived, aware
from .channel import DONE, PROBLEMS, SECURITY_FAULTS, code_of
from .codes import code_of_status
from .soap import service

EMPTY = 0  # status.kod of an empty queue
BOX = re.compile(r"/[^/\s]+/[^/\s]+")


class PullFailed(Exception):
    """ePUAP gave nothing sensible; `code` is one of the channel's, or "kod N"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PullClient:
    """The office's boxes; not to be shared by threads. Use it in a `with`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self._service: Any = None
        self._session: requests.Session | None = None

    def __enter__(self) -> "PullClient":
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._session is not None:
            self._session.close()

    def waiting(self, box: str) -> int:
        """How many documents wait in `box` (/podmiot/skrytka); raises PullFailed."""
        answer = self._ask("oczekujaceDokumenty", box)
        return int(answer.oczekujace or 0)

    def fetch(self, box: str) -> Arrived | None:
        """The next document, which stays there until it is confirmed; None where the box is empty."""
        answer = self._ask("pobierzNastepny", box)
        if answer.status.kod == EMPTY or answer.dokument is None:
            return None
        sender = answer.danePodmiotu
        names = (sender.imieSkrot, sender.nazwiskoNazwa) if sender is not None else ()
        return Arrived(
            content=bytes(answer.dokument.zawartosc or b""),
            file_name=str(answer.dokument.nazwaPliku or ""),
            box=str(answer.adresSkrytki or box),
            sent_at=aware(answer.dataNadania) if answer.dataNadania else None,
            sender_pesel=str(sender.pesel or "") if sender is not None else "",
            sender_name=" ".join(str(name) for name in names if name),
            reply_to=str(answer.adresOdpowiedzi or ""),
            trial=bool(answer.czyTestowe),
        )

    def confirm(self, box: str, content: bytes) -> None:
        """Take the document with this content out of the box; raises PullFailed."""
        digest = hashlib.new(str(self.config["pull_digest"]), content, usedforsecurity=False)
        self._ask("potwierdzOdebranie", box, skrot=base64.b64encode(digest.digest()).decode())

    def _ask(self, operation: str, box: str, **more: str) -> Any:
        try:
            if self._service is None:
                self._service, self._session = service(self.config, "pull")
            answer = self._service[operation](
                podmiot=self.config["subject"],
                nazwaSkrytki=box.rpartition("/")[2],
                adresSkrytki=box,
                **more,
            )
        except Fault as fault:
            raise PullFailed(_code_of_fault(fault)) from None
        except TransportError as error:
            raise PullFailed(code_of_status(error.status_code)) from None
        except PROBLEMS as problem:
            raise PullFailed(code_of(problem)) from None
        return _sensible(answer)


def _sensible(answer: Any) -> Any:
    """zeep gives the status alone where an answer has nothing else."""
    status = getattr(answer, "status", answer)
    code = getattr(status, "kod", None)
    if code is None:
        raise PullFailed("garbled")
    if code not in (EMPTY, DONE):
        raise PullFailed(f"kod {code}"[:40])
    return answer


def _code_of_fault(fault: Fault) -> str:
    name = str(fault.code or "").rpartition(":")[2]
    return "signature" if name in SECURITY_FAULTS else "later"


def boxes(config: Mapping[str, Any]) -> list[str]:
    """The boxes to be asked; raises ChannelError where one is no box."""
    listed = [str(box).strip() for box in config.get("boxes", ()) if str(box).strip()]
    if not all(BOX.fullmatch(box) for box in listed):
        raise ChannelError("a box of ePUAP looks like /podmiot/skrytka")
    return listed
