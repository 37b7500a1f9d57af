"""The entry of `celery -A benchmarks.rivals.celery_app`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.rivals.settings")
django.setup()

from benchmarks.rivals.tasks import app  # noqa: E402 - models need django.setup()

__all__ = ["app"]
