"""From gunicorn's own log to a masked one: its error lines name addresses, and some carry a token."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    """A worker stands: its handlers get the filter that stands on all others (icp.log_masking)."""
    from icp.log_masking import MaskingFilter

    for logger in (worker.log.error_log, worker.log.access_log):
        for handler in logger.handlers:
            handler.addFilter(MaskingFilter())
