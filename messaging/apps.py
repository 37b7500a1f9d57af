"""The app of messages."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Wiadomości"

    def ready(self) -> None:
        """Letters end with the person they were written to."""
        from recipients import rights

        from . import erasing

        if erasing.erase_letters not in rights.erasers:
            rights.erasers.append(erasing.erase_letters)
