"""A plain Django project with plaintext rows: what ICP is measured against."""

import os

import environ

SECRET_KEY = "bench"
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office", "benchmarks.rivals"]
DATABASES = {"default": environ.Env().db("DATABASE_URL") | {"CONN_MAX_AGE": 300}}
USE_TZ = True
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["BENCH_SMTP_PORT"])
EMAIL_BACKEND = (
    "post_office.EmailBackend"
    if os.environ.get("BENCH_POST_OFFICE")
    else "django.core.mail.backends.smtp.EmailBackend"
)
POST_OFFICE = {
    "BATCH_SIZE": int(os.environ.get("BENCH_BATCH", "100")),
    "THREADS_PER_PROCESS": int(os.environ.get("BENCH_THREADS", "5")),
    "LOG_LEVEL": 1,
    "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
}
CELERY_BROKER_URL = os.environ.get("ICP_BROKER_URL", "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_DB_REUSE_MAX = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING_CONFIG = None
