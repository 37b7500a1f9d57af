"""How gunicorn serves ICP: `gunicorn icp.wsgi --config icp/serving.py`, in compose and under systemd.

Options on the command line win over what stands here.
"""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp.settings")
# Before anything imports prometheus_client: every process writes a file of its own there, and
# whichever is asked for /metrics adds them up. The files of the last run would count again.
_folder = Path(tempfile.gettempdir()) / f"icp-metrics-{os.getpid()}"
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(_folder))
shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(mode=0o700, parents=True)

import icp.settings  # noqa: E402, F401 - whole before the first line, which is masked by it
from icp.log_settings import LOGGING  # noqa: E402 - it must find the folder above

logging.captureWarnings(True)  # one line of JSON each, like everything else

bind = "127.0.0.1:8000"
workers = 3
threads = 4
timeout = 60
graceful_timeout = 30
max_requests = 20_000
max_requests_jitter = 2_000
# A read-only container has one place to write; heartbeats belong into memory.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Longer lines and headers are refused before Django sees them.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
logconfig_dict: dict[str, Any] = LOGGING | {
    "loggers": {
        **LOGGING["loggers"],  # type: ignore[dict-item]
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": ["console"], "propagate": False},
    }
}


def child_exit(server: object, worker: Any) -> None:
    """Forget what only a living process can say."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: object) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
