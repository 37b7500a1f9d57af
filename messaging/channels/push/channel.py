"""From envelopes to every device of a person's app, and to one answer each.

A device is asked by one errand of its own, at the same time as the others, so that a service that
hangs costs the rest nothing and an envelope never takes longer than one answer may.
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from time import sleep
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from google.auth.exceptions import GoogleAuthError

from messaging.channels import targets
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
from messaging.channels.codes import answer
from messaging.channels.pacing import Pacer
from messaging.channels.push import fcm, webpush
from messaging.channels.push.codes import CODES
from messaging.channels.push.fcm import Fcm
from messaging.channels.push.joining import Gathered
from messaging.channels.push.notice import Notice, notice
from messaging.channels.push.webpush import WebPush
from messaging.channels.targets import Target, TargetKind

logger = logging.getLogger(__name__)
MOST_THREADS = 128  # one processor is busy long before more would help
GRACE_SECONDS = 1.0  # beyond the time limit of an answer, until an errand is given up
REST_SECONDS = 30.0  # for a service that refuses our credentials while the other one works


class Services(NamedTuple):
    """The two ways to a device; None: the office has no account there."""

    fcm: Fcm | None
    webpush: WebPush | None

    @property
    def alone(self) -> bool:
        """Whether there is only one of them, so that its trouble is the whole channel's."""
        return self.fcm is None or self.webpush is None


class PushChannel:
    """The app: Firebase for the native ones, Web Push for browsers."""

    name = "push"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._timeout = float(config.get("timeout", 20))
        self.pace = Pace(
            window=int(config.get("window", 500)),
            streams=int(config.get("streams", 2)),
            rate=float(config.get("rate", 0)),
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.window)
        self._lock = threading.Lock()
        self._services: Services | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._resting: dict[TargetKind, float] = {}

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, as many at once as there are threads; see Channel.send."""
        gathered = {one.reference: Gathered(one) for one in envelopes}
        under_way: dict[Future[Answer], tuple[Gathered, Target]] = {}
        try:
            for one in gathered.values():
                self._begin(one, deadline, under_way)
                if one.complete:
                    yield one.answer()
            # Beyond that even a service that sends a byte now and then is not waited for.
            patience = max(0.0, deadline - now()) + self._timeout + GRACE_SECONDS
            with suppress(TimeoutError):
                for errand in as_completed(under_way, patience):
                    one, target = under_way[errand]
                    one.heard(target, errand.result())
                    if one.complete:
                        yield one.answer()
            for one in gathered.values():
                if not one.complete:
                    yield one.given_up()
        finally:
            for errand in under_way:
                errand.cancel()  # only where the caller stopped listening

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Refuse: neither FCM nor a browser's service posts anything to us."""
        raise BadCallback("Push services have no callbacks.")

    def check(self) -> str:
        """Prove our credentials to Firebase; a browser's service can only be asked by a push."""
        try:
            services, _threads = self._ready()
        except (OSError, ValueError, GoogleAuthError) as error:
            words = _("Notifications are not configured.")
            raise ChannelError(words, "not_configured") from error
        known = [services.fcm.check()] if services.fcm else []
        if services.webpush:
            known.append(_("Web Push: a key is set"))
        return " · ".join(known)

    def close(self) -> None:
        """Let go of the threads and the connections."""
        with self._lock:
            services, threads = self._services, self._threads
            self._services = self._threads = None
        if threads:
            threads.shutdown(wait=True)  # those that wait see that their services are gone
        if services:
            # Firebase runs an event loop of its own, which a thread that has one would refuse.
            end = threading.Thread(target=_close, args=(services,))
            end.start()
            end.join()

    def _begin(self, one: Gathered, deadline: float, under_way: dict[Future[Answer], Any]) -> None:
        """Send the errands of one envelope off; one to nobody but the app itself needs none."""
        if not one.open:
            return
        try:
            services, threads = self._ready()
        except (OSError, ValueError, GoogleAuthError):
            one.hear_all(answer(one.reference, "not_configured", CODES["not_configured"]))
            return
        try:
            told = notice(one.envelope)
        except ValueError:
            one.hear_all(answer(one.reference, "bad_content", CODES["bad_content"]))
            return
        for target in list(one.open):
            try:
                errand = threads.submit(self._settle, services, told, target, deadline)
            except RuntimeError:  # the threads were let go meanwhile
                one.heard(target, answer(one.reference, "closed", CODES["closed"]))
                continue
            under_way[errand] = one, target

    def _ready(self) -> tuple[Services, ThreadPoolExecutor]:
        """Begin at the first use (so after a worker's fork); raises where settings are missing."""
        with self._lock:
            if self._services is None or self._threads is None:
                width = min(self.pace.window, MOST_THREADS)
                self._services = _services(self._config, self._timeout, width)
                self._threads = ThreadPoolExecutor(width, thread_name_prefix="push")
            return self._services, self._threads

    def _settle(self, services: Services, told: Notice, target: Target, deadline: float) -> Answer:
        if services is not self._services:
            return answer(told.reference, "closed", CODES["closed"])
        if not self._turn(deadline):
            return answer(told.reference, "deadline", CODES["deadline"])
        try:
            heard = self._hand_over(services, told, target)
        except Exception as error:
            # No traceback: it could quote the token.
            logger.error("A notification ended in %s", type(error).__name__)
            return answer(told.reference, "no_reply", CODES["no_reply"])
        finally:
            self.pacer.leave()
        meaning = CODES.get(heard.code)
        if meaning and meaning.slower:
            self.pacer.slow_down()
        if heard.channel_down and not services.alone:
            # The other service still works: its devices must not wait for somebody to mend this.
            self._resting[target.kind] = now() + REST_SECONDS
            return heard._replace(channel_down=False)
        return heard

    def _hand_over(self, services: Services, told: Notice, target: Target) -> Answer:
        if self._resting.get(target.kind, 0.0) > now():
            return answer(told.reference, "login", CODES["login"])._replace(channel_down=False)
        if target.kind is TargetKind.FCM and services.fcm:
            return services.fcm.hand_over(told, target.value)
        if target.kind is TargetKind.WEBPUSH and services.webpush:
            try:
                subscription = targets.subscription(target)
            except ValueError:
                return answer(told.reference, "bad_keys", CODES["bad_keys"])
            return services.webpush.hand_over(told, subscription)
        return answer(told.reference, "no_service", CODES["no_service"])

    def _turn(self, deadline: float) -> bool:
        """Wait for the rate limit and for a place; False once the deadline has passed."""
        for ask in (self.pacer.token, self.pacer.enter):
            while True:
                if now() > deadline:
                    return False
                seconds = ask()
                if not seconds:
                    break
                sleep(seconds)
        return True


def _services(config: Mapping[str, Any], timeout: float, width: int) -> Services:
    """Open what the office has an account for; one broken account must not silence the other."""
    native, browsers = fcm.configured(config), webpush.configured(config)
    if not native and not browsers:
        raise ValueError("no credentials")
    opened: dict[str, Any] = {"fcm": None, "webpush": None}
    wanted = [("fcm", Fcm)] * native + [("webpush", WebPush)] * browsers
    problem: Exception | None = None
    for name, make in wanted:
        try:
            opened[name] = make(config, timeout, width)
        except (OSError, ValueError, GoogleAuthError) as error:
            logger.error("Credentials of %s cannot be used: %s", name, type(error).__name__)
            problem = error
    if problem is not None and not any(opened.values()):
        raise problem
    return Services(**opened)


def _close(services: Services) -> None:
    if services.fcm:
        services.fcm.close()
    if services.webpush:
        services.webpush.close()
