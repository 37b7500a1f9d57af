"""From a notice to Firebase Cloud Messaging (HTTP v1), for one device at a time."""

import json
from collections.abc import Mapping
from datetime import timedelta
from secrets import token_hex
from typing import Any

import firebase_admin
import requests
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2.credentials import Credentials
from requests.adapters import HTTPAdapter

from messaging.channels.base import Answer, ChannelError, Outcome
from messaging.channels.codes import answer
from messaging.channels.push.codes import CODES, TEMPORARY
from messaging.channels.push.notice import Notice

FCM_CODES: tuple[tuple[type[exceptions.FirebaseError], str], ...] = (
    (messaging.UnregisteredError, "UNREGISTERED"),
    (messaging.SenderIdMismatchError, "SENDER_ID_MISMATCH"),
    (messaging.QuotaExceededError, "QUOTA_EXCEEDED"),
    (messaging.ThirdPartyAuthError, "THIRD_PARTY_AUTH_ERROR"),
)
CONNECTING = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)
CATEGORY = "ICP_NOTICE"  # by which an iOS app knows what a touch means


class FixedToken(credentials.Base):
    """A credential that never changes, which the sandbox asks for."""

    def __init__(self, token: str) -> None:
        self._credential = Credentials(token=token)

    def get_credential(self) -> Credentials:
        """Give what google-auth signs requests with."""
        return self._credential


class Fcm:
    """The municipality's Firebase project."""

    def __init__(self, config: Mapping[str, Any], timeout: float, width: int) -> None:
        """Raise ValueError or OSError where the credentials cannot be read."""
        self._app = _app(config, timeout, width)
        self._worked = False  # the project and the shape of our notices are known to be good

    @property
    def project(self) -> str:
        """The project's identifier."""
        return str(self._app.project_id)

    def hand_over(self, notice: Notice, token: str) -> Answer:
        """Send to one device; `address_gone` says that its token will never work again."""
        reference = notice.reference
        try:
            name = messaging.send(_message(notice, token), app=self._app)
        except exceptions.FirebaseError as error:
            return self._refused(reference, error)
        except TransportError:
            return answer(reference, "connect", CODES["connect"])  # no token could be fetched
        except GoogleAuthError:
            return answer(reference, "login", CODES["login"])
        except (KeyError, TypeError):
            return answer(reference, "garbled", CODES["garbled"])
        except ValueError:
            return answer(reference, "bad_content", CODES["bad_content"])
        self._worked = True
        return Answer(reference, Outcome.ACCEPTED, provider_id=name.rpartition("/")[2], code="200")

    def _refused(self, reference: str, error: exceptions.FirebaseError) -> Answer:
        code = _code(error)
        told = answer(reference, code, CODES.get(code, TEMPORARY))
        # A token of another project, or one without sense, is dead; but a wrong project of ours, or a
        # notice that FCM does not understand, would be told in the same words of every device.
        if code == "SENDER_ID_MISMATCH" and self._worked:
            return told._replace(address_gone=True)
        if code == "INVALID_ARGUMENT" and (self._worked or _names_the_token(error)):
            return told._replace(address_gone=True)
        return told

    def check(self) -> str:
        """Let FCM check a notification to nobody: that proves our credentials and the project."""
        try:
            messaging.send(messaging.Message(fid="nobody"), dry_run=True, app=self._app)
        except (messaging.UnregisteredError, exceptions.InvalidArgumentError):
            pass  # it read the message, which is what was asked
        except exceptions.FirebaseError as error:
            code = _code(error)
            raise ChannelError(str(CODES.get(code, TEMPORARY).words), code) from error
        except TransportError as error:
            raise ChannelError(str(CODES["connect"].words), "connect") from error
        except GoogleAuthError as error:
            raise ChannelError(str(CODES["login"].words), "login") from error
        return f"Firebase: {self.project}"

    def close(self) -> None:
        """Let go of the app and its connections."""
        firebase_admin.delete_app(self._app)


def _app(config: Mapping[str, Any], timeout: float, width: int) -> firebase_admin.App:
    """Make a Firebase app of our own, pointed at the configured address."""
    # The office's own credentials win over a file of the installation, and that over a fixed token.
    own, file = str(config.get("credentials") or ""), str(config.get("credentials_file", ""))
    if own or file:
        credential: credentials.Base = credentials.Certificate(json.loads(own) if own else file)
    else:
        credential = FixedToken(str(config.get("token", "")))
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


def configured(config: Mapping[str, Any]) -> bool:
    """Say whether there is anything to prove ourselves to Firebase by."""
    return bool(config.get("credentials") or config.get("credentials_file") or config.get("token"))


def _message(notice: Notice, token: str) -> messaging.Message:
    """Both shapes: what a locked phone shows by itself, and what the app reads when it is touched."""
    urgent = notice.urgent
    message = messaging.Message(
        notification=messaging.Notification(title=notice.title, body=notice.text),
        data=notice.data(),
        android=messaging.AndroidConfig(
            collapse_key=notice.tag,
            priority="high" if urgent else "normal",
            ttl=timedelta(seconds=notice.ttl),
            notification=messaging.AndroidNotification(tag=notice.tag),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-priority": "10" if urgent else "5",
                "apns-collapse-id": notice.tag,
            },
            payload=messaging.APNSPayload(
                messaging.Aps(category=CATEGORY, thread_id=notice.kind, mutable_content=True)
            ),
        ),
    )
    # Set afterwards: the constructor recommends installation ids, which devices do not report yet.
    message.token = token
    return message


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


def _names_the_token(error: exceptions.FirebaseError) -> bool:
    """Whether FCM says itself that the token is what it does not understand (google.rpc.BadRequest)."""
    try:
        details = error.http_response.json()["error"]["details"]
        fields = [one["field"] for part in details for one in part.get("fieldViolations", ())]
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return fields == ["message.token"]
