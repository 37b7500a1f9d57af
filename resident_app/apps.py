"""The app of the residents' app."""

from django.apps import AppConfig


class ResidentAppConfig(AppConfig):
    name = "resident_app"
    verbose_name = "Aplikacja mieszkańca"
