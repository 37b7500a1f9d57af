"""The app of messages."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = "Wiadomości"

    def ready(self) -> None:
        """Letters end with the person they were written to; channels follow the office's settings."""
        from admin_module import configuration
        from recipients import rights

        from . import channels, erasing

        channels.take_settings_from(configuration.channel_settings)
        if erasing.erase_letters not in rights.erasers:
            rights.erasers.append(erasing.erase_letters)
