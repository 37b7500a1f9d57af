"""The office as a Django app; its roles are seeded where Django itself seeds the permissions."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db.models.signals import post_migrate


class AdminModuleConfig(AppConfig):
    name = "admin_module"
    verbose_name = "Administracja"

    def ready(self) -> None:
        post_migrate.connect(_seed_after_the_last_app, dispatch_uid="admin_module.roles")


def _seed_after_the_last_app(sender: AppConfig, **kwargs: Any) -> None:
    """Permissions of every app exist only when the last one was migrated."""
    from .models import SeededPermission
    from .roles import seed_roles

    last = [config for config in all_apps.get_app_configs() if config.models_module][-1]
    if sender is last and _table_exists(SeededPermission._meta.db_table):
        seed_roles()


def _table_exists(table: str) -> bool:
    """False while somebody migrates back to nothing."""
    from django.db import connection

    return table in connection.introspection.table_names()
