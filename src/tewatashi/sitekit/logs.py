"""What a site says on stderr: JSON lines for syslog or journald, never a resident's data, a form or a query string.

An unexpected error is logged with its traceback's places but without its values: the message of, say, a database error
can quote the row that caused it.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final

import orjson

_OURS: Final = "tewatashi"


class JsonLines(logging.Formatter):
    """One log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return orjson.dumps(line).decode()


def _message(record: logging.LogRecord) -> str:
    # django.request quotes the path that was asked for, and a mistyped address may hold anything.
    if record.name.startswith("django.request"):
        return "request failed"
    return record.getMessage() if record.name.startswith((_OURS, "_granian", "granian")) else str(record.msg)


def logging_config() -> dict[str, Any]:
    """Django's LOGGING: everything to stderr as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "httpx": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
