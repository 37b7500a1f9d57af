"""Django's handle on the encryption layer."""

from django.apps import AppConfig
from django.core.checks import register


class EncryptionConfig(AppConfig):
    name = "icp.encryption"
    label = "encryption"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks

        register(checks.check_columns)
        register(checks.check_keyring)
