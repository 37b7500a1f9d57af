"""The sandbox as a Django app, for its management commands; it has no models."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "sandbox"
