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
            facets,  # noqa: F401 importing registers them
            jobs,
            rights,
        )

        jobs.add(address_job.ADDRESS_IMPORT)
        if epuap_forgetting.forget_person not in rights.erasers:
            rights.erasers.append(epuap_forgetting.forget_person)
