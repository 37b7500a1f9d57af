"""The app of recipients."""

from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "recipients"
    verbose_name = "Odbiorcy"

    def ready(self) -> None:
        """Make the kinds of pages known to whoever folds, rebuilds or verifies them, and of long work."""
        from . import (
            address_job,
            epuap_forgetting,
            exporting,
            facets,  # noqa: F401 importing registers them
            jobs,
            joining,
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
        if epuap_forgetting.forget_person not in rights.erasers:
            rights.erasers.append(epuap_forgetting.forget_person)
        if exporting.forget_person not in rights.erasers:
            rights.erasers.append(exporting.forget_person)
        if joining.forget_absorbed not in rights.erasers:
            rights.erasers.append(joining.forget_absorbed)
        if pairs.forget not in rights.erasers:
            rights.erasers.append(pairs.forget)
