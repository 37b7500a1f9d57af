"""From a hint in the broker to a step: the Celery application."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")

app = Celery("icp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
