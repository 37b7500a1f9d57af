"""Django's handle on the encryption layer."""

from django.apps import AppConfig


class EncryptionConfig(AppConfig):
    name = "icp.encryption"
    label = "encryption"
    default_auto_field = "django.db.models.BigAutoField"
