"""The app of recipients."""

from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "recipients"
    verbose_name = "Odbiorcy"

    def ready(self) -> None:
        """Make the kinds of pages known to whoever folds, rebuilds or verifies them, and of long work."""
        from . import (
            address_job,
            devices,
            epuap_forgetting,
            exporting,
            facets,  # noqa: F401 importing registers them
            jobs,
            joining,
            kept_answers,
            pairs,
            rights,
        )
        from .people_import import undoing, working

        jobs.add(address_job.ADDRESS_CHECK)
        jobs.add(address_job.ADDRESS_IMPORT)
        jobs.add(address_job.ADDRESS_MATCH)
        jobs.add(pairs.KIND)
        jobs.add(exporting.PEOPLE_EXPORT)
        jobs.add(working.PEOPLE_CHECK)
        jobs.add(working.PEOPLE_IMPORT)
        jobs.add(undoing.PEOPLE_UNDO)
        if devices.forget_person not in rights.erasers:
            rights.erasers.append(devices.forget_person)
        if devices.join_devices not in joining.joiners:
            joining.joiners.append(devices.join_devices)
        if epuap_forgetting.forget_person not in rights.erasers:
            rights.erasers.append(epuap_forgetting.forget_person)
        if exporting.forget_person not in rights.erasers:
            rights.erasers.append(exporting.forget_person)
        if joining.forget_absorbed not in rights.erasers:
            rights.erasers.append(joining.forget_absorbed)
        if kept_answers.forget_person not in rights.erasers:
            rights.erasers.append(kept_answers.forget_person)
        if kept_answers.join not in joining.joiners:
            joining.joiners.append(kept_answers.join)
        if pairs.forget not in rights.erasers:
            rights.erasers.append(pairs.forget)
