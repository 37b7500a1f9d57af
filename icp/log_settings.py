"""From the environment to what is logged, and how; personal data is masked last."""

from .environment import env

DEFAULT_EXCEPTION_REPORTER_FILTER = "icp.log_masking.SilentReporterFilter"
LOG_LEVEL = env("ICP_LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "admin_module.request_ids.RequestIdFilter"},
        "work": {"()": "icp.logs.WorkFilter"},
        "mask": {"()": "icp.log_masking.MaskingFilter"},  # stands last on every handler
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} [{request_id}] {name}: {message}", "style": "{"},
        "json": {"()": "icp.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env("ICP_LOG_FORMAT", default="line"),  # line | json
            "filters": ["request_id", "work", "mask"],
        }
    },
    # Instead of Django's own handlers, which would write past ours.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": ["console"], "propagate": False},
        "uvicorn": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        # Every tick of every second, received and succeeded: only for whoever looks for a fault.
        **{
            name: {"level": "WARNING" if LOG_LEVEL == "INFO" else LOG_LEVEL}
            for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat")
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
