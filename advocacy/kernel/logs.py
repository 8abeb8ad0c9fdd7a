"""Log lines carry events and ids, never names, addresses or health data."""

import logging
import sys
import traceback

import structlog

# Whatever else a call passes is dropped: a forgotten `extra` must not leak a name.
ALLOWED = {
    "event", "level", "logger", "timestamp", "organisation", "case", "deadline", "reminder", "message_id",
    "task", "door", "path", "status", "seconds", "count", "outcome", "attempt", "exception", "check",
}  # fmt: skip


def _only_allowed(_logger: object, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}


def _frames_only(_logger: object, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Write an exception's type and frames, never its text: a database error quotes the row."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if isinstance(error, tuple) and error[0] is not None:
        frames = "".join(traceback.format_tb(error[2]))
        event["exception"] = f"{frames}{error[0].__module__}.{error[0].__qualname__}"
    return event


def formatter() -> logging.Formatter:
    """Return the formatter of every handler: one JSON object a line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _frames_only,
            _only_allowed,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(default=str),
        ],
    )


structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
