"""From envelopes to an e-mail provider with an API, by django-anymail; and from its webhooks to news.

Without tracking of opens and clicks: it is nobody's business who reads a letter of the town hall.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import requests
from anymail.exceptions import (
    AnymailError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailWebhookValidationFailure,
)
from anymail.signals import EventType
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.translation import gettext as _
from urllib3.exceptions import NewConnectionError

from messaging.channels.base import (
    Answer,
    BadCallback,
    Callback,
    ChannelError,
    Envelope,
    News,
    Outcome,
    Pace,
    StatusUpdate,
    fill,
    now,
)
from messaging.channels.codes import answer
from messaging.channels.email import codes, headers
from messaging.channels.email.esp_codes import CODES, PREFIX, code_of, meaning_of
from messaging.channels.pacing import Pacer

logger = logging.getLogger(__name__)
# By anymail's name: what its key is called, what proves a webhook, and where its API lives.
SERVICES: dict[str, tuple[str, str, str]] = {
    "brevo": ("api_key", "webhook_secret", "https://api.brevo.com/v3/"),
    "mailersend": ("api_token", "signing_secret", "https://api.mailersend.com/v1/"),
    "mailgun": ("api_key", "webhook_signing_key", "https://api.eu.mailgun.net/v3"),
    "postmark": ("server_token", "webhook_secret", "https://api.postmarkapp.com/"),
}
TITLES = {
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "postmark": "Postmark",
}
# A read-only question with the account's key, and the header that carries it (None: basic auth).
QUESTIONS = {
    "brevo": ("account", "api-key"),
    "mailersend": ("api-quota", "Authorization"),
    "mailgun": ("domains", None),
    "postmark": ("server", "X-Postmark-Server-Token"),
}
BASIC_USER = "icp"  # of webhooks that prove themselves by a password
LARGEST_CALLBACK = 256 * 1024
NEWS = {
    EventType.QUEUED: News.ACCEPTED,
    EventType.SENT: News.ACCEPTED,
    EventType.DELIVERED: News.DELIVERED,
    EventType.BOUNCED: News.UNDELIVERED,
    EventType.REJECTED: News.UNDELIVERED,
    EventType.FAILED: News.UNDELIVERED,
}


class EspChannel:
    """The municipality's account at an e-mail provider."""

    name = "email"

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._service = str(config.get("service", ""))
        self._key = str(config.get("key", ""))
        self._secret = str(config.get("webhook_secret", ""))
        self._domain = str(config.get("domain", ""))
        self._name, self._address = headers.split_mailbox(str(config.get("sender", "")))
        self._base_url = str(config.get("base_url", ""))
        self._timeout = float(config.get("timeout", 30))
        self.pace = Pace(
            window=int(config.get("window", 50)),
            streams=int(config.get("streams", 8)),
            rate=float(config.get("rate", 0)),
        )
        self.pacer = Pacer(rate=self.pace.rate, width=self.pace.streams)
        self._mine = threading.local()
        self._closed = False

    @property
    def configured(self) -> bool:
        """Whether there is an account to send from."""
        return bool(self._service in SERVICES and self._key and self._address)

    def send(self, envelopes: Sequence[Envelope], *, deadline: float) -> Iterator[Answer]:
        """Hand over one after the other; several threads do so at once. See Channel.send."""
        for envelope in envelopes:
            if not self.configured:
                yield answer(envelope.reference, "not_configured", codes.CODES["not_configured"])
                continue
            problem = self._turn(deadline)
            if problem:
                yield Answer(envelope.reference, Outcome.NOT_SENT, code=problem)
                continue
            try:
                yield self._hand_over(envelope)
            finally:
                self.pacer.leave()

    def read_callback(self, callback: Callback) -> list[StatusUpdate]:
        """Let anymail check who posted, then read the events; may raise BadCallback."""
        if not (self._secret and self._service in SERVICES):
            raise BadCallback("Nobody may post here.")
        if len(callback.body) > LARGEST_CALLBACK:
            raise BadCallback("It is too long.")
        view, request = self._view(), _request(callback)
        try:
            view.run_validators(request)
            events = view.parse_events(request)
        except AnymailWebhookValidationFailure as error:
            raise BadCallback("It does not prove who posted it.") from error
        except (AnymailError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadCallback("It makes no sense.") from error
        return [update for event in events if (update := _update(event)) is not None]

    def check(self) -> str:
        """Ask about the account; returns the provider's name."""
        if not self.configured:
            raise ChannelError(
                _("No account at an e-mail provider is configured."), "not_configured"
            )
        path, header = QUESTIONS[self._service]
        bearer = "Bearer " if header == "Authorization" else ""
        try:
            reply = requests.get(
                f"{self._url.rstrip('/')}/{path}",
                headers={header: bearer + self._key} if header else {},
                auth=None if header else ("api", self._key),
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            raise ChannelError(str(CODES["esp:connect"].words), "esp:connect") from error
        if not reply.ok:
            code = code_of(reply.status_code, reply.text)
            raise ChannelError(str(meaning_of(reply.status_code, code).words), code)
        return f"{TITLES[self._service]} ({self._address})"

    def close(self) -> None:
        """Take nothing more; each thread's connections end with it."""
        self._closed = True

    @property
    def _url(self) -> str:
        return self._base_url or SERVICES[self._service][2]

    def _turn(self, deadline: float) -> str:
        """Wait for a place and the rate limit; gives the code of why it does not go out."""
        for ask in (self.pacer.token, self.pacer.enter):
            while wait := ask():
                if now() > deadline or self._closed:
                    return "deadline"
                time.sleep(min(wait, 0.1))
        if now() <= deadline and not self._closed:
            return ""
        self.pacer.leave()
        return "deadline" if now() > deadline else "esp:closed"

    def _backend(self) -> Any:
        """Anymail's backend with a session of this thread."""
        backend = getattr(self._mine, "backend", None)
        if backend is None:
            made = import_module(f"anymail.backends.{self._service}").EmailBackend
            wanted: dict[str, Any] = {SERVICES[self._service][0]: self._key, "api_url": self._url}
            if self._service == "mailgun":
                wanted["sender_domain"] = self._domain or self._address.rpartition("@")[2]
            backend = self._mine.backend = made(timeout=self._timeout, **wanted)
            backend.open()
        return backend

    def _view(self) -> Any:
        """Anymail's reader of the provider's webhooks, with our secret."""
        module = import_module(f"anymail.webhooks.{self._service}")
        made = next(
            found for name, found in vars(module).items() if name.endswith("TrackingWebhookView")
            and found.__module__ == module.__name__
        )  # fmt: skip
        kind = SERVICES[self._service][1]
        if kind == "webhook_secret":
            return made(webhook_secret=[f"{BASIC_USER}:{self._secret}"])
        return made(webhook_secret=[], **{kind: self._secret})

    def _mail(self, envelope: Envelope) -> EmailMultiAlternatives:
        content, values = envelope.content, envelope.values
        name = (content.sender_name or self._name).replace('"', "").replace("\\", "")
        mail = EmailMultiAlternatives(
            subject=" ".join(fill(content.subject, values).split()),
            body=fill(content.text, values),
            from_email=f'"{name}" <{self._address}>' if name else self._address,
            to=[headers.ascii_address(envelope.address)],
            reply_to=[content.reply_to] if content.reply_to else None,
            headers={"Auto-Submitted": "auto-generated"},
        )
        if content.html:
            mail.attach_alternative(fill_html(content.html, values), "text/html")
        if envelope.unsubscribe_url:
            mail.extra_headers["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
            mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.metadata = {"reference": envelope.reference}  # type: ignore[attr-defined]
        return mail

    def _hand_over(self, envelope: Envelope) -> Answer:
        reference = envelope.reference
        try:
            mail = self._mail(envelope)
        except ValueError:
            return answer(reference, "bad_address", codes.CODES["bad_address"])
        try:
            self._backend().send_messages([mail])
        except AnymailRequestsAPIError as error:
            return self._refusal(reference, error)
        except AnymailRecipientsRefused:
            return answer(reference, "esp:recipient", CODES["esp:recipient"])
        except (AnymailError, ValueError, TypeError):
            return answer(reference, "esp:content", CODES["esp:content"])
        except Exception as error:
            # No traceback: the library's errors quote the address.
            logger.error("A mail ended in %s", type(error).__name__)
            return answer(reference, "esp:no_reply", CODES["esp:no_reply"])
        told = mail.anymail_status.message_id  # type: ignore[attr-defined]
        provider_id = told if isinstance(told, str) else ""
        return Answer(reference, Outcome.ACCEPTED, provider_id[:100], PREFIX + "200")

    def _refusal(self, reference: str, error: AnymailRequestsAPIError) -> Answer:
        response = error.response
        if response is None:
            code = "esp:connect" if _never_left(error.__cause__) else "esp:no_reply"
            return answer(reference, code, CODES[code])
        if response.ok:  # taken, but the answer is outside the protocol
            return answer(reference, "esp:garbled", CODES["esp:garbled"])
        code = code_of(response.status_code, response.text)
        meaning = meaning_of(response.status_code, code)
        if meaning.slower:
            self.pacer.slow_down()
        return answer(reference, code, meaning)


def fill_html(html: str, values: Mapping[str, str]) -> str:
    """Put a person's values into the HTML, as text."""
    return fill(html, {name: escape(value) for name, value in values.items()})


def _never_left(error: BaseException | None) -> bool:
    """Whether no connection came about; a broken one may have carried the mail."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error and error.args else None
    return isinstance(error, requests.ConnectionError) and isinstance(reason, NewConnectionError)


def _request(callback: Callback) -> HttpRequest:
    """What was posted, as anymail wants to see it."""
    request = HttpRequest()
    request.method = "POST"
    for name, value in callback.headers.items():
        key = name.upper().replace("-", "_")
        request.META[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    request.content_type = request.META.get("CONTENT_TYPE", "").partition(";")[0]
    request._body = callback.body
    return request


def _update(event: Any) -> StatusUpdate | None:
    news = NEWS.get(event.event_type)
    reference = str((event.metadata or {}).get("reference", ""))
    if news is None or not reference:
        return None
    code = f"{PREFIX}{event.reject_reason or event.event_type}"
    return StatusUpdate(
        reference,
        str(event.message_id or "")[:100],
        news,
        event_id=str(event.event_id or "")[:100],
        code=code[:40],
        at=event.timestamp,
    )
