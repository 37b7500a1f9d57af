"""The app of recipients."""

from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "recipients"
    verbose_name = "Odbiorcy"

    def ready(self) -> None:
        """Make the kinds of pages known to whoever folds, rebuilds or verifies them, and of long work."""
        from . import (
            address_job,
            facets,  # noqa: F401 importing registers them
            jobs,
        )

        jobs.add(address_job.ADDRESS_IMPORT)
