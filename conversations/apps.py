"""The app of conversations."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = "Rozmowy"

    def ready(self) -> None:
        """Each room ties itself to the parts of ICP that call it."""
        from . import ties

        ties.tie()
