"""From the office's one key for the browsers' push services to what the channel is made with."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from admin_module import configuration
from admin_module.configuration import Municipality, PushKeys, read
from admin_module.models import User
from icp import outbound
from messaging.channels.push import vapid


def channel_config() -> Mapping[str, str]:
    """`vapid_key`, `vapid_public_key` (both empty where there is none) and `vapid_subject`."""
    key = read(PushKeys).key
    return {"vapid_key": key, "vapid_public_key": public_key(), "vapid_subject": subject()}


def public_key() -> str:
    """What browsers subscribe with; empty where the office has no key, or one without sense."""
    key = read(PushKeys).key
    try:
        return vapid.public_key(key) if key else ""
    except ValueError:
        return ""


def subject() -> str:
    """Where the services reach the office (RFC 8292 § 2.1): its mailbox, else its address."""
    mailbox = read(Municipality).email
    try:
        validate_email(mailbox)
    except ValidationError:
        return str(settings.PUBLIC_URL)
    return f"mailto:{mailbox}"


def address_of(host: str, port: int) -> str:
    """The IP address to connect to, which leads out of the internal network; raises OSError."""
    try:
        return outbound.check_host(host, port).address
    except outbound.OutboundRefused as refusal:
        raise OSError(refusal.code) from refusal


def generate(*, by: User, revision: int) -> None:
    """Draw a new key over version `revision`; every browser has to subscribe anew then.

    Raises StaleConfiguration.
    """
    configuration.write(PushKeys(vapid.generate()), by=by, revision=revision)
