"""The app of messages."""

from typing import Any

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Wiadomości"

    def ready(self) -> None:
        """Letters end with the person they were written to; channels follow the office's settings."""
        from admin_module import configuration, context
        from admin_module.configuration import gateways, writing
        from recipients import changes, groups, jobs, rights, telling
        from recipients import joining as merging_cards

        from . import (
            archive_export,
            asking,
            binning,
            breaker,
            channels,
            delivery_export,
            drafting,
            epuap_keys,
            erasing,
            evidence_files,
            farewells,
            joining,
            letters,
            push_keys,
            queueing,
            returning,
            stopping,
            sweeping,
            unknowns,
            unsaved,
        )
        from .api import feed
        from .channels.push import connecting

        for kind in (
            archive_export.LIST_EXPORT,
            delivery_export.DELIVERIES_EXPORT,
            evidence_files.EVIDENCE,
        ):
            jobs.add(kind)
        jobs.add(unknowns.KIND)
        context.COUNTS["approval-queue"] = queueing.number
        context.COUNTS["unknown-list"] = unknowns.number
        channels.take_settings_from(configuration.channel_settings)
        _add(sweeping.daily_sweepers, asking.ask)
        _add(writing.LISTENERS, breaker.changed)
        gateways.FURTHER["epuap"] = epuap_keys.channel_config
        gateways.FURTHER["push"] = push_keys.channel_config
        connecting.look_up_by(push_keys.address_of)
        if erasing.erase_letters not in rights.erasers:
            rights.erasers.append(erasing.erase_letters)
        if joining.join_deliveries not in merging_cards.joiners:
            merging_cards.joiners.append(joining.join_deliveries)
        groups.uses[drafting.NAMING_LABEL] = drafting.naming
        if letters.post_words not in telling.posters:
            telling.posters.append(letters.post_words)
            telling.leave_takers.append(farewells.post)
        if unsaved.tidy_up not in sweeping.daily_sweepers:
            sweeping.daily_sweepers += [
                unsaved.tidy_up,
                binning.empty,
                returning.forget_old,
                stopping.forget_old,
            ]
        changes.SOURCES |= {"message": feed.letters, "announcement": feed.published}


def _add(steps: list[Any], step: Any) -> None:
    """Once, though `ready` may run twice."""
    if step not in steps:
        steps.append(step)
