"""The app of messages."""

from typing import Any

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Wiadomości"

    def ready(self) -> None:
        """Letters end with the person they were written to; channels follow the office's settings."""
        _hand_over_long_work()
        _follow_the_settings()
        _end_with_the_person()
        _sweep_daily()


def _hand_over_long_work() -> None:
    """What a worker does in parts, what the menu counts, what devices are told."""
    from admin_module import context
    from recipients import jobs
    from recipients.feed import changes

    from .api import feed
    from .archive import delivery_export, evidence_files, exporting
    from .steps import queueing
    from .trace import unknowns

    jobs.add(exporting.LIST_EXPORT)
    jobs.add(delivery_export.DELIVERIES_EXPORT)
    jobs.add(evidence_files.EVIDENCE)
    jobs.add(unknowns.KIND)
    context.COUNTS["approval-queue"] = queueing.number
    context.COUNTS["unknown-list"] = unknowns.number
    changes.SOURCES |= {"message": feed.letters, "announcement": feed.published}


def _follow_the_settings() -> None:
    from admin_module import configuration
    from admin_module.configuration import gateways, writing

    from . import channels
    from .channels.push import connecting
    from .engine import breaker, push_keys
    from .epuap import keys

    channels.take_settings_from(configuration.channel_settings)
    _add(writing.LISTENERS, breaker.changed)
    gateways.FURTHER["epuap"] = keys.channel_config
    gateways.FURTHER["push"] = push_keys.channel_config
    connecting.look_up_by(push_keys.address_of)


def _end_with_the_person() -> None:
    from recipients.account import rights
    from recipients.correspondence import telling
    from recipients.filtering import groups
    from recipients.same_person import joining as merging_cards

    from .correspondence import farewells, letters
    from .engine import erasing
    from .ledger import joining
    from .steps import drafting

    _add(rights.erasers, erasing.erase_letters)
    _add(merging_cards.joiners, joining.join_deliveries)
    groups.uses[drafting.NAMING_LABEL] = drafting.naming
    _add(telling.posters, letters.post_words)
    _add(telling.leave_takers, farewells.post)


def _sweep_daily() -> None:
    from . import sweeping
    from .engine import asking
    from .returns import returning, stopping
    from .steps import binning, unsaved

    _add(sweeping.daily_sweepers, asking.ask)
    _add(sweeping.daily_sweepers, unsaved.tidy_up)
    _add(sweeping.daily_sweepers, binning.empty)
    _add(sweeping.daily_sweepers, returning.forget_old)
    _add(sweeping.daily_sweepers, stopping.forget_old)


def _add(steps: list[Any], step: Any) -> None:
    """Once, though `ready` may run twice."""
    if step not in steps:
        steps.append(step)
