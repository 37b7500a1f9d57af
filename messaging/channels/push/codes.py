"""From the services' error codes to what they mean for the notification, the device and the channel.

https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode; those of Web Push are WP and the HTTP
status (RFC 8030 § 5 and § 7.3, RFC 8292 § 4.2).
"""

from django.utils.translation import gettext_lazy as _

from messaging.channels.base import Outcome
from messaging.channels.codes import Codes, Meaning

CODES: Codes = {
    # Ours, for what FCM did not say.
    "not_configured": Meaning(Outcome.RETRY, _("Notifications are not configured."), down=True),
    "deadline": Meaning(Outcome.NOT_SENT, _("Its turn did not come in time.")),
    "closed": Meaning(Outcome.NOT_SENT, _("The program was being stopped.")),
    "connect": Meaning(Outcome.RETRY, _("The notification service could not be reached.")),
    "login": Meaning(Outcome.RETRY, _("The service refused our credentials."), down=True),
    "no_reply": Meaning(Outcome.UNKNOWN, _("It left, but the service did not confirm it.")),
    "garbled": Meaning(Outcome.UNKNOWN, _("It left, but the answer made no sense.")),
    "bad_content": Meaning(Outcome.REFUSED, _("The notification could not be built.")),
    "app": Meaning(
        Outcome.ACCEPTED, _("No device could be woken: it waits in the app until it is opened.")
    ),
    "no_device": Meaning(Outcome.REFUSED, _("The person has no device with the app."), gone=True),
    "no_service": Meaning(Outcome.REFUSED, _("The office has no account for this kind of device.")),
    "bad_endpoint": Meaning(
        Outcome.REFUSED, _("This is no push service of a browser that ICP knows."), gone=True
    ),
    "bad_keys": Meaning(Outcome.REFUSED, _("The browser’s keys make no sense."), gone=True),
    # Web Push.
    "WP3xx": Meaning(Outcome.REFUSED, _("The service sent us elsewhere, where ICP does not go.")),
    "WP400": Meaning(Outcome.REFUSED, _("The service did not understand the notification.")),
    # Of one browser, or of our key: known only where the service took another one.
    "WP403": Meaning(Outcome.RETRY, _("The browser subscribed with another key of the office.")),
    "WP404": Meaning(Outcome.REFUSED, _("The app was removed from the device."), gone=True),
    "WP410": Meaning(Outcome.REFUSED, _("The app was removed from the device."), gone=True),
    "WP413": Meaning(Outcome.REFUSED, _("The notification is too long for the service.")),
    "WP429": Meaning(Outcome.RETRY, _("The service asks us to slow down."), slower=True),
    "WP4xx": Meaning(Outcome.REFUSED, _("The service refused for good.")),
    "WP502": Meaning(Outcome.UNKNOWN, _("It left, but the service did not confirm it.")),
    "WP504": Meaning(Outcome.UNKNOWN, _("It left, but the service did not confirm it.")),
    "WP5xx": Meaning(Outcome.RETRY, _("The service is out of order for now.")),
    "WP???": Meaning(Outcome.UNKNOWN, _("It left, but the answer made no sense.")),
    # FCM's own.
    "UNREGISTERED": Meaning(Outcome.REFUSED, _("The app was removed from the device."), gone=True),
    "SENDER_ID_MISMATCH": Meaning(Outcome.REFUSED, _("The device belongs to another app.")),
    "QUOTA_EXCEEDED": Meaning(Outcome.RETRY, _("The service asks us to slow down."), slower=True),
    "THIRD_PARTY_AUTH_ERROR": Meaning(
        Outcome.RETRY, _("The key for Apple or web notifications is wrong.")
    ),
    # Google's general ones.
    "INVALID_ARGUMENT": Meaning(Outcome.REFUSED, _("The token or the notification is malformed.")),
    "FAILED_PRECONDITION": Meaning(Outcome.REFUSED, _("The service refused for good.")),
    "OUT_OF_RANGE": Meaning(Outcome.REFUSED, _("The service refused for good.")),
    "NOT_FOUND": Meaning(Outcome.REFUSED, _("The device or our project does not exist.")),
    "UNAUTHENTICATED": Meaning(Outcome.RETRY, _("The service refused our credentials."), down=True),
    "PERMISSION_DENIED": Meaning(
        Outcome.RETRY, _("Our credentials may not send for this project."), down=True
    ),
    "RESOURCE_EXHAUSTED": Meaning(
        Outcome.RETRY, _("The service asks us to slow down."), slower=True
    ),
    "UNAVAILABLE": Meaning(Outcome.RETRY, _("The service is out of order for now.")),
    "INTERNAL": Meaning(Outcome.RETRY, _("The service is out of order for now.")),
    # A gateway gave up waiting: FCM behind it may well have taken the notification.
    "UNKNOWN": Meaning(Outcome.UNKNOWN, _("It left, but the service did not confirm it.")),
    "DEADLINE_EXCEEDED": Meaning(
        Outcome.UNKNOWN, _("It left, but the service did not confirm it.")
    ),
}
TEMPORARY = Meaning(Outcome.RETRY, _("The service refused for now."))
SAME_AS = {401: "WP403"}
LARGEST_STATUS = 599


def web_push_code(status: int) -> str:
    """Name what a browser's service answered with an HTTP status that is no success."""
    exact = SAME_AS.get(status, f"WP{status}")
    if exact in CODES:
        return exact
    family = f"WP{status // 100}xx"
    return family if family in CODES and status <= LARGEST_STATUS else "WP???"
