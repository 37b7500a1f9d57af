"""From envelopes to Firebase Cloud Messaging (HTTP v1), and to one answer each."""

import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from secrets import token_hex
from time import sleep
from typing import Any

import firebase_admin
import requests
from django.utils.translation import gettext as _
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2.credentials import Credentials
from requests.adapters import HTTPAdapter

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
from messaging.channels.push.codes import CODES, TEMPORARY

logger = logging.getLogger(__name__)
MOST_THREADS = 128  # requests is bound by our processor long before more would help
FCM_CODES: tuple[tuple[type[exceptions.FirebaseError], str], ...] = (
    (messaging.UnregisteredError, "UNREGISTERED"),
    (messaging.SenderIdMismatchError, "SENDER_ID_MISMATCH"),
    (messaging.QuotaExceededError, "QUOTA_EXCEEDED"),
    (messaging.ThirdPartyAuthError, "THIRD_PARTY_AUTH_ERROR"),
)
CONNECTING = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)


class FixedToken(credentials.Base):
    """A credential that never changes, which the sandbox asks for."""

    def __init__(self, token: str) -> None:
        self._credential = Credentials(token=token)

    def get_credential(self) -> Credentials:
        """Give what google-auth signs requests with."""
        return self._credential


class PushChannel:
    """The municipality's Firebase project."""

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
        self._app: firebase_admin.App | None = None
        self._threads: ThreadPoolExecutor | None = None

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over, as many at once as there are threads; see Channel.send."""
        try:
            app, threads = self._ready()
        except (OSError, ValueError, GoogleAuthError):
            for envelope in envelopes:
                yield answer(envelope.reference, "not_configured", CODES["not_configured"])
            return
        under_way: list[Future[Answer]] = []
        try:
            for envelope in envelopes:
                try:
                    under_way.append(threads.submit(self._settle, app, envelope, deadline))
                except RuntimeError:  # the threads were let go meanwhile
                    yield answer(envelope.reference, "closed", CODES["closed"])
            for errand in as_completed(under_way):
                yield errand.result()
        finally:
            for errand in under_way:
                errand.cancel()  # only where the caller stopped listening

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Refuse: FCM posts nothing to us."""
        raise BadCallback("FCM has no callbacks.")

    def check(self) -> str:
        """Let FCM check a notification to nobody: that proves our credentials and the project."""
        try:
            app, _threads = self._ready()
            messaging.send(messaging.Message(fid="nobody"), dry_run=True, app=app)
        except (messaging.UnregisteredError, exceptions.InvalidArgumentError):
            pass  # it read the message, which is what was asked
        except exceptions.FirebaseError as error:
            code = _code(error)
            raise ChannelError(str(CODES.get(code, TEMPORARY).words), code) from error
        except TransportError as error:
            raise ChannelError(str(CODES["connect"].words), "connect") from error
        except GoogleAuthError as error:
            raise ChannelError(str(CODES["login"].words), "login") from error
        except (OSError, ValueError) as error:
            words = _("Notifications are not configured.")
            raise ChannelError(words, "not_configured") from error
        return f"Firebase: {app.project_id}"

    def close(self) -> None:
        """Let go of the threads and the app."""
        with self._lock:
            app, threads, self._app, self._threads = self._app, self._threads, None, None
        if threads:
            threads.shutdown()  # those that wait see that their app is gone
        if app:
            # It runs an event loop of its own, which a thread that has one would refuse.
            end = threading.Thread(target=firebase_admin.delete_app, args=(app,))
            end.start()
            end.join()

    def _ready(self) -> tuple[firebase_admin.App, ThreadPoolExecutor]:
        """Begin at the first use (so after a worker's fork); raises where settings are missing."""
        with self._lock:
            if self._app is None or self._threads is None:
                width = min(self.pace.window, MOST_THREADS)
                self._app = _app(self._config, self._timeout, width)
                self._threads = ThreadPoolExecutor(width, thread_name_prefix="push")
            return self._app, self._threads

    def _settle(self, app: firebase_admin.App, envelope: Envelope, deadline: float) -> Answer:
        reference = envelope.reference
        if app is not self._app:
            return answer(reference, "closed", CODES["closed"])
        if not self._turn(deadline):
            return answer(reference, "deadline", CODES["deadline"])
        try:
            return _hand_over(app, envelope, self.pacer)
        except Exception as error:
            # No traceback: it could quote the token.
            logger.error("A notification ended in %s", type(error).__name__)
            return answer(reference, "no_reply", CODES["no_reply"])
        finally:
            self.pacer.leave()

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


def _app(config: Mapping[str, Any], timeout: float, width: int) -> firebase_admin.App:
    """Make a Firebase app of our own, pointed at the configured address."""
    # The office's own credentials win over a file of the installation, and that over a fixed token.
    own, file = str(config.get("credentials") or ""), str(config.get("credentials_file", ""))
    token = str(config.get("token", ""))
    if not (own or file or token):
        raise ValueError("no credentials")
    if own or file:
        credential: credentials.Base = credentials.Certificate(json.loads(own) if own else file)
    else:
        credential = FixedToken(token)
    project = str(config.get("project") or getattr(credential, "project_id", ""))
    options = {"projectId": project, "httpTimeout": timeout}
    app = firebase_admin.initialize_app(credential, options, name=f"icp-push-{token_hex(8)}")
    # The library knows one address and repeats a request whose answer got lost, which could notify
    # twice: both can only be changed from inside.
    service = messaging._get_messaging_service(app)
    base_url = str(config.get("base_url") or "https://fcm.googleapis.com").rstrip("/")
    service._fcm_url = f"{base_url}/v1/projects/{project}/messages:send"
    for prefix in ("https://", "http://", "https://fcm.googleapis.com"):
        adapter = HTTPAdapter(pool_maxsize=width, max_retries=0)
        service._client.session.mount(prefix, adapter)
    return app


def _message(envelope: Envelope) -> messaging.Message:
    content = envelope.content
    urgent = content.urgent
    message = messaging.Message(
        notification=messaging.Notification(
            title=fill(content.subject, envelope.values), body=fill(content.text, envelope.values)
        ),
        data={"reference": envelope.reference, "message": content.key},
        android=messaging.AndroidConfig(
            collapse_key=content.key[:64], priority="high" if urgent else "normal"
        ),
        apns=messaging.APNSConfig(headers={"apns-priority": "10" if urgent else "5"}),
        webpush=messaging.WebpushConfig(headers={"Urgency": "high" if urgent else "normal"}),
    )
    # Set afterwards: the constructor recommends installation ids, which devices do not report yet.
    message.token = envelope.address
    return message


def _hand_over(app: firebase_admin.App, envelope: Envelope, pacer: Pacer) -> Answer:
    reference = envelope.reference
    try:
        message = _message(envelope)
        name = messaging.send(message, app=app)
    except exceptions.FirebaseError as error:
        code = _code(error)
        meaning = CODES.get(code, TEMPORARY)
        if meaning.slower:
            pacer.slow_down()
        return answer(reference, code, meaning)
    except TransportError:
        return answer(reference, "connect", CODES["connect"])  # no token could be fetched
    except GoogleAuthError:
        return answer(reference, "login", CODES["login"])
    except (KeyError, TypeError):
        return answer(reference, "garbled", CODES["garbled"])
    except ValueError:
        return answer(reference, "bad_content", CODES["bad_content"])
    return Answer(reference, Outcome.ACCEPTED, provider_id=name.rpartition("/")[2], code="200")


def _code(error: exceptions.FirebaseError) -> str:
    """Name what went wrong: FCM's code, Google's, or ours where no answer came."""
    if error.http_response is not None and error.http_response.ok:
        return "garbled"
    if error.http_response is None:
        return _network_code(error.cause)
    return next((code for kind, code in FCM_CODES if isinstance(error, kind)), str(error.code))


def _network_code(cause: Exception | None) -> str:
    if isinstance(cause, CONNECTING) or "NewConnectionError" in repr(cause):
        return "connect"
    return "garbled" if isinstance(cause, ValueError) else "no_reply"
