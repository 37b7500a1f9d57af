"""From envelopes to signed calls of `nadaj`; the receipt in the answer makes them delivered."""

import base64
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests
from lxml import etree
from urllib3.exceptions import NewConnectionError, SSLError
from zeep.exceptions import Error, Fault, TransportError

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    ChannelError,
    Envelope,
    Outcome,
    Pace,
    StatusUpdate,
    fill,
    now,
)
from messaging.channels.codes import answer
from messaging.channels.pacing import Pacer

from . import soap
from .codes import CODES, meaning_of_status
from .letter import general_letter
from .upp import read_upp
from .wsse import NotTrusted

# At DEBUG zeep writes whole letters into the log.
logging.getLogger("zeep").setLevel(logging.INFO)

PROBLEMS = (
    ChannelError,
    requests.RequestException,
    NotTrusted,
    Error,
    etree.XMLSyntaxError,
    ValueError,
    TypeError,
)
NEVER_STOOD = (NewConnectionError, SSLError)
SECURITY_FAULTS = (
    "FailedAuthentication",
    "FailedCheck",
    "InvalidSecurity",
    "InvalidSecurityToken",
    "SecurityTokenUnavailable",
    "UnsupportedSecurityToken",
)
DONE = 1  # status.kod: the only code that public clients agree on
WARSAW = ZoneInfo("Europe/Warsaw")


class EpuapChannel:
    """Letters into ePUAP boxes through zeep, signed by WS-Security."""

    name = "epuap"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.pace = Pace(
            window=int(config["window"]), streams=int(config["streams"]), rate=float(config["rate"])
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.window)
        self.refused_codes = {int(code) for code in config.get("refused_codes", ())}
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(self.pace.window, thread_name_prefix="epuap")
        self._closing = threading.Event()
        self._sessions: list[requests.Session] = []

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        calls = []
        for each in envelopes:
            try:
                calls.append(self._pool.submit(self._send_one, each, deadline))
            except RuntimeError:  # closed while this one was on its way
                yield Answer(each.reference, Outcome.NOT_SENT, code="closed")
        for call in as_completed(calls):
            yield call.result()

    def _send_one(self, envelope: Envelope, deadline: float) -> Answer:
        if self._closing.is_set():
            return Answer(envelope.reference, Outcome.NOT_SENT, code="closed")
        if not self._wait_for(self.pacer.enter, deadline):
            return Answer(envelope.reference, Outcome.NOT_SENT, code="deadline")
        try:
            if not self._wait_for(self.pacer.token, deadline):
                return Answer(envelope.reference, Outcome.NOT_SENT, code="deadline")
            told = self._ask(envelope)
        finally:
            self.pacer.leave()
        known = CODES.get(told.code)
        if known and known.slower:
            self.pacer.slow_down()
        return told

    def _wait_for(self, ask: Callable[[], float], deadline: float) -> bool:
        """Ask the pacer until it agrees; False once the deadline has passed."""
        while now() < deadline:
            missing = ask()
            if not missing:
                return True
            time.sleep(min(missing, max(0.0, deadline - now())))
        return False

    def _ask(self, envelope: Envelope) -> Answer:
        reference = envelope.reference
        try:
            reply = self._submit(reference, envelope.address, self._document(envelope))
        except Fault as fault:
            return self._fault(reference, fault)
        except TransportError as error:
            return answer(reference, str(error.status_code), meaning_of_status(error.status_code))
        except PROBLEMS as problem:
            code = code_of(problem)
            return answer(reference, code, CODES[code])
        return self._read(reference, reply)

    def _read(self, reference: str, reply: Any) -> Answer:
        if reply is None or reply.status is None or reply.status.kod is None:
            return answer(reference, "garbled", CODES["garbled"])
        if reply.status.kod != DONE:
            return self._refused(reference, reply.status.kod)
        document = str(reply.identyfikatorDokumentu or "")
        attached = reply.zalacznik.zawartosc if reply.zalacznik is not None else b""
        upp = read_upp(attached) if attached else None
        if upp is None:
            return Answer(reference, Outcome.ACCEPTED, document)
        return Answer(
            reference,
            Outcome.DELIVERED,
            document or upp.document,
            code=upp.number[:40],
            proof=attached,
        )

    def _refused(self, reference: str, code: int | None) -> Answer:
        meaning = CODES["refused" if code in self.refused_codes else "later"]
        return answer(reference, f"kod {code}", meaning)

    def _fault(self, reference: str, fault: Fault) -> Answer:
        """The faults of WS-Security itself speak of our key (WSS 1.0, section 12)."""
        name = str(fault.code or "").rpartition(":")[2]
        if name in SECURITY_FAULTS:
            return answer(reference, "signature", CODES["signature"])
        return self._refused(reference, _fault_code(fault))

    def _document(self, envelope: Envelope) -> bytes:
        content = envelope.content
        return general_letter(
            subject=fill(content.subject, envelope.values),
            text=fill(content.text, envelope.values),
            office=content.sender_name,
            day=datetime.now(WARSAW).date(),
            enclosures=content.enclosures,
        )

    def _submit(self, reference: str, box: str, document: bytes, *, trial: bool = False) -> Any:
        """Call `nadaj`; the file's name carries our reference."""
        service = self._service()
        return service.nadaj(
            nazwaPliku=f"icp-{reference}.xml",
            typPliku="application/xml",
            zawartosc=document,
            _soapheaders={
                "subject": self.config["subject"],
                "box": box,
                "reply": self.config["reply_box"],
                "trial": trial,
                "extra": base64.b64encode(f"<icp>{reference}</icp>".encode()).decode(),
            },
        )

    def _service(self) -> Any:
        """One client per thread, made once: building it costs more than a call."""
        service = getattr(self._local, "service", None)
        if service is None:
            service = self._local.service = self._build()
        return service

    def _build(self) -> Any:
        made, session = soap.service(self.config, "skrytka")
        self._sessions.append(session)
        return made

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        raise BadCallback("ePUAP posts no status callbacks")

    def check(self) -> str:
        """A trial `nadaj` (CzyProbne) to our own reply box: nothing is delivered."""
        letter = general_letter(
            subject="Próba", text="Próba", office="", day=datetime.now(WARSAW).date()
        )
        try:
            reply = self._submit("0" * 32, str(self.config["reply_box"]), letter, trial=True)
        except Fault as fault:
            told = self._fault("", fault)
            raise ChannelError(
                str(CODES.get(told.code, CODES["later"]).words), told.code
            ) from fault
        except TransportError as error:
            words = str(meaning_of_status(error.status_code).words)
            raise ChannelError(words, str(error.status_code)) from error
        except PROBLEMS as problem:
            code = code_of(problem)
            raise ChannelError(str(CODES[code].words), code) from problem
        if reply.status.kod != DONE:
            raise ChannelError(f"{CODES['later'].words} (kod {reply.status.kod})", "later")
        return f"{self.config['url']}: kod {DONE}"

    def close(self) -> None:
        self._closing.set()
        self._pool.shutdown()  # those that wait answer at once; cancelled ones never would
        for session in self._sessions:
            session.close()


def code_of(problem: Exception) -> str:
    """Name what stopped a call. A connection that never stood refused nothing; one that broke may
    have delivered."""
    if isinstance(problem, ChannelError):
        return "not_configured"
    if isinstance(problem, requests.ConnectTimeout):
        return "connect"
    if isinstance(problem, requests.ConnectionError):
        cause = getattr(problem.args[0], "reason", None) if problem.args else None
        return "connect" if isinstance(cause, NEVER_STOOD) else "no_reply"
    if isinstance(problem, requests.RequestException):
        return "no_reply"
    return "not_trusted" if isinstance(problem, NotTrusted) else "garbled"


def _fault_code(fault: Fault) -> int | None:
    """The `kod` of ob:Wyjatek in the fault's detail."""
    if fault.detail is None:
        return None
    for node in fault.detail.iter("kod", "{http://wsdl.epuap.gov.pl/obiekty/}kod"):
        if (node.text or "").strip().lstrip("-").isdigit():
            return int(node.text)
    return None
