"""From a log record to one line of JSON: when, what, in which request or task, by whom (a number)."""

import logging
from datetime import UTC, datetime
from typing import Any

from celery import current_task
from pythonjsonlogger.json import JsonFormatter as BaseFormatter

from admin_module import request_ids


class WorkFilter(logging.Filter):
    """Gives records the fields `task`, `task_id` and `user_id`; None where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(current_task, "request", None) if current_task else None
        task_id = getattr(request, "id", None)
        record.__dict__.update(
            task_id=task_id,
            task=current_task.name if task_id else None,
            user_id=request_ids.user_id(),
        )
        return True


class JsonFormatter(BaseFormatter):
    """`time` in UTC, `level`, `logger`, `message`, then the fields that are known, then `exception`."""

    FIELDS = ("request_id", "task", "task_id", "user_id")

    def __init__(self) -> None:
        super().__init__("{message}", style="{", json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        at = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = at.isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = record.getMessage()
        for name in self.FIELDS:
            value = getattr(record, name, None)
            if value not in (None, "-"):
                log_data[name] = value if isinstance(value, int) else str(value)
        if message_dict.get("exc_info"):
            log_data["exception"] = message_dict["exc_info"]
        if message_dict.get("stack_info"):
            log_data["stack"] = message_dict["stack_info"]
