"""The app of recipients."""

from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "recipients"
    verbose_name = "Odbiorcy"

    def ready(self) -> None:
        """Make the kinds of pages known to whoever folds, rebuilds or verifies them."""
        from . import facets  # noqa: F401 importing registers them
