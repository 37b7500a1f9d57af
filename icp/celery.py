"""From a hint in the broker to a step: the Celery application."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")

app = Celery("icp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**options: object) -> None:
    """Somebody listens, so Celery leaves Django's LOGGING alone; ICP_LOG_LEVEL counts, not --loglevel."""


@worker_init.connect
def refuse_wrong_keyring(**options: object) -> None:
    """A worker starts with the database's own keyring or not at all."""
    from icp.encryption import startup  # models need the registry

    try:
        startup.refuse_wrong_keyring()
    except ImproperlyConfigured as problem:
        # Celery swallows exceptions of a signal, but not this one.
        raise SystemExit(str(problem)) from None
