"""From `manage.py seed_roles` to groups with permissions; `migrate` does the same by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from admin_module.roles import seed_roles


class Command(BaseCommand):
    help = "Give the roles the permissions that they were never given."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seed_roles()}")
