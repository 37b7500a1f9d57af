"""From the rows themselves to the steps, by polling: the worker where there is no broker.

One scout looks for work and rings; each channel has a thread for alarms and one for everything, so
that an alarm never waits behind a newsletter. The housekeeper does what Celery's beat asks for.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, connection

from admin_module import audit
from admin_module.models import Heartbeat
from icp.encryption import files, folding
from messaging.channels import CHANNELS
from recipients import jobs
from recipients.lookup.facets import FACETS
from recipients.lookup.names import NAMES
from recipients.same_person import pairs

from . import sweeping
from .correspondence import farewells
from .engine import claiming, delivering, device_hints
from .epuap import intake, pulling
from .returns import returning

log = logging.getLogger(__name__)
ALARM, ANYTHING = 0, 3
LOOK_SECONDS = 0.2
TICK_SECONDS = 1.0
AFTER_FAULT_SECONDS = 1.0


class Dispatcher:
    """Threads that walk the engine's steps until `stop` is set."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.bells = {
            (channel, lane): threading.Event() for channel in CHANNELS for lane in (ALARM, ANYTHING)
        }

    def run(self) -> None:
        """Work until stopped; what is being handed over then is still written down."""
        threads = [
            threading.Thread(target=self.repeat, args=(step,), name=name)
            for name, step in self.steps().items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def steps(self) -> dict[str, Callable[[], None]]:
        senders = {
            f"{channel}-{lane}": self.sender(channel, lane, bell)
            for (channel, lane), bell in self.bells.items()
        }
        return {
            "scout": self.look,
            "housekeeper": Housekeeper(self.stop).step,
            "clerk": self.do_jobs,
            "crier": self.tell_devices,
            "postman": self.fetch,
            "registrar": self.work_off,
            "returns": self.fetch_returns,
            **senders,
        }

    def repeat(self, step: Callable[[], None]) -> None:
        """A fault of one round (the database is away) must not end the thread."""
        while not self.stop.is_set():
            try:
                step()
            except Exception:
                log.exception("A round of %s failed.", threading.current_thread().name)
                close_old_connections()
                self.stop.wait(AFTER_FAULT_SECONDS)
        connection.close()

    def look(self) -> None:
        for channel, urgent in claiming.channels_with_work(ANYTHING).items():
            self.bells[channel, ANYTHING].set()
            if urgent == ALARM:
                self.bells[channel, ALARM].set()
        self.stop.wait(LOOK_SECONDS)

    def do_jobs(self) -> None:
        """Long work that somebody ordered on a page: an import."""
        for pk in jobs.waiting():
            jobs.run(pk, self.stop)
        self.stop.wait(TICK_SECONDS)

    def tell_devices(self) -> None:
        """Devices that are told one by one: of public messages, of reports."""
        device_hints.tell(self.stop)
        self.stop.wait(TICK_SECONDS)

    def fetch(self) -> None:
        """Documents that wait in the office's boxes in ePUAP, which may take its time to answer."""
        pulling.pull_due(self.stop)
        self.stop.wait(TICK_SECONDS)

    def fetch_returns(self) -> None:
        """Mails that came back and wait in the mailbox of returns."""
        returning.fetch_due(self.stop)
        self.stop.wait(TICK_SECONDS)

    def work_off(self) -> None:
        """Documents that came by ePUAP, fetched or brought."""
        intake.work_off()
        self.stop.wait(TICK_SECONDS)

    def sender(self, channel: str, lane: int, bell: threading.Event) -> Callable[[], None]:
        def step() -> None:
            if bell.wait(LOOK_SECONDS):
                bell.clear()
                delivering.drain(channel, lane, stop=self.stop)

        return step


class Housekeeper:
    """What must happen every second and every half a minute."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.swept = time.monotonic() - settings.SWEEP_SECONDS

    def step(self) -> None:
        Heartbeat.beat("dispatcher")
        sweeping.tick()
        while audit.link_entries():
            pass
        now = time.monotonic()
        if now - self.swept >= settings.SWEEP_SECONDS:
            self.swept = now
            sweeping.sweep()
            files.forget_expired()
            farewells.end()
            intake.tidy_up()
            for kind in (FACETS, NAMES):
                folding.fold(kind)
            pairs.order_when_due()
        self.stop.wait(TICK_SECONDS)
