"""From a gateway's values, saved or only typed, to whether it answers; nothing is sent by it."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from admin_module import audit
from admin_module.configuration import (
    EmailGateway,
    EpuapGateway,
    EspGateway,
    MailReturns,
    PushGateway,
    Section,
    SmsApiGateway,
    SmsGateway,
    code_of,
    read,
)
from admin_module.configuration.gateways import PROVIDER_OF, settings_with
from admin_module.models import GatewayCheck, User
from icp import outbound
from messaging.channels import CHANNELS, explain, several
from messaging.channels.base import Channel, ChannelError
from messaging.channels.email import mailbox
from messaging.models import Attempt
from messaging.returns import returning

SECONDS = 15.0  # for the whole test; a page waits for it
STEP_SECONDS = 8.0  # for one answer
RECENT_ATTEMPTS = 5000
FAULTS = ("retry", "refused", "unknown")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test: `words` for staff, `code` of the channel's CODES."""

    ok: bool
    words: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class LastFault:
    """The newest delivery that did not go smoothly."""

    at: datetime
    code: str
    words: str


def try_connection(section: Section, *, by: User) -> Tried:
    """Try the gateway with these values; kept as its state where they are those that hold."""
    name = code_of(type(section))
    check = OWN.get(type(section))
    tried = _refused(section) or (check(section) if check else _try(name, section))
    with transaction.atomic():
        if section == read(type(section)):
            GatewayCheck.objects.update_or_create(
                channel=name,
                defaults={"at": timezone.now(), "ok": tried.ok, "code": tried.code[:40]},
            )
        audit.record(
            "configuration.tested",
            f"messaging.channel:{name}",
            by=by,
            detail={"ok": tried.ok, "code": tried.code[:40].replace(" ", "_")},
        )
    return tried


def _refused(section: Section) -> Tried | None:
    """Why ICP does not even try."""
    try:
        TARGETS[type(section)](section)
    except outbound.OutboundRefused as refusal:
        return Tried(False, str(refusal), str(refusal.code))
    return None


def _email(section: EmailGateway) -> None:
    if section.host:
        outbound.check_host(section.host, section.port)


def _sms(section: SmsGateway | SmsApiGateway) -> None:
    if section.base_url:
        outbound.check_url(section.base_url)


def _esp(section: EspGateway) -> None:
    if section.base_url:
        outbound.check_url(section.base_url)


def _push(section: PushGateway) -> None:
    outbound.check_url(section.base_url)


def _epuap(section: EpuapGateway) -> None:
    if section.url:
        outbound.check_url(section.url)


def _returns(section: MailReturns) -> None:
    if section.host:
        outbound.check_host(section.host, section.port)


TARGETS: dict[type[Section], Callable[..., None]] = {
    EmailGateway: _email,
    EspGateway: _esp,
    SmsGateway: _sms,
    SmsApiGateway: _sms,
    PushGateway: _push,
    EpuapGateway: _epuap,
    MailReturns: _returns,
}


def _read_mailbox(section: MailReturns) -> Tried:
    """Sign in to the mailbox of returned mail; nothing is read."""
    if not section.is_on:
        return Tried(False, str(mailbox.CODES["not_configured"].words), "not_configured")
    quick = replace(section, timeout=min(section.timeout, STEP_SECONDS))
    try:
        return Tried(True, mailbox.check(returning.reached(quick)))
    except ChannelError as error:
        return Tried(False, str(error), error.code)


# Gateways that are no channel have a test of their own.
OWN: dict[type[Section], Callable[..., Tried]] = {MailReturns: _read_mailbox}


def _try(name: str, section: Section) -> Tried:
    of, provider = PROVIDER_OF[name]
    config = _hasty(settings_with(of, section))
    worker = ThreadPoolExecutor(1, thread_name_prefix="gateway-check")
    channel: Channel | None = None
    try:
        alone = of in several.PROVIDERS
        channel = several.of_provider(of, provider, config) if alone else CHANNELS[of](config)
        return Tried(True, worker.submit(channel.check).result(SECONDS))
    except ChannelError as error:
        return Tried(False, str(error), error.code)
    except TooLate:
        return Tried(False, _("No answer came within 15 seconds."), "timeout")
    except (ValueError, TypeError, KeyError, OSError):
        return Tried(False, _("With these values no connection can be set up."), "bad_values")
    finally:
        if channel is not None:
            worker.submit(_close, channel)  # after a test that still hangs
        worker.shutdown(wait=False)


def _hasty(config: Mapping[str, Any]) -> dict[str, Any]:
    """The same with shorter time limits, those of further providers too."""
    parts = {name: _hasty(part) for name, part in config.items() if isinstance(part, Mapping)}
    limit = {"timeout": min(float(config["timeout"]), STEP_SECONDS)} if "timeout" in config else {}
    return {**config, **limit, **parts}


def _close(channel: Channel) -> None:
    with suppress(Exception):
        channel.close()


def last_fault(name: str, provider: str = "") -> LastFault | None:
    """Among the newest attempts, the last that did not go smoothly; older ones are not looked for."""
    newest = Attempt.objects.aggregate(newest=Max("pk"))["newest"] or 0
    faults = Attempt.objects.filter(
        pk__gt=newest - RECENT_ATTEMPTS,
        at__gte=timezone.now() - timedelta(days=30),
        delivery__channel=name,
        outcome__in=FAULTS,
    )
    if provider:
        faults = faults.filter(provider=provider)
    row = faults.order_by("-pk").values_list("at", "code").first()
    return LastFault(row[0], row[1], explain(name, row[1])) if row else None
