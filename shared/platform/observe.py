"""Logs, metrics and the trace of the work in hand.

Logs carry ids and numbers, never contact data, keys or URLs with credentials.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from prometheus_client import Counter, Gauge, Histogram

from shared.platform.clock import Clock

_trace: ContextVar[str] = ContextVar("trace", default="")

MESSAGES = Counter("muster_messages_total", "Messages by what happened to them.", ["queue", "type", "outcome"])
MESSAGE_SECONDS = Histogram("muster_message_seconds", "Time a message was in hand.", ["queue", "type"])
PUBLISHED = Counter("muster_published_total", "Messages confirmed by the broker, by how they were sent.", ["way"])
ROWS = Counter("muster_rows_total", "Rows by outcome.", ["kind", "outcome"])
JOBS = Counter("muster_jobs_total", "Jobs that moved to a state.", ["kind", "state"])
DUTY_FAILURES = Counter("muster_duty_failures_total", "Runs of a periodic duty that failed.", ["duty"])
LOOP_LAG = Gauge("muster_loop_lag_seconds", "How late the event loop last was.")


def configure_logging(level: str, form: str) -> None:
    """Send structlog and the standard library's loggers to stderr, one event a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer(sort_keys=True)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for talkative in ("aiormq", "aio_pika"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True)


def new_trace(clock: Clock) -> str:
    """A W3C `traceparent` of its own."""
    return f"00-{clock.token_bytes(16).hex()}-{clock.token_bytes(8).hex()}-01"


def current_trace() -> str:
    """The `traceparent` of the work in hand, or an empty string."""
    return _trace.get()


@contextmanager
def working_on(trace: str, **ids: object) -> Iterator[None]:
    """Within the block, logs and messages carry this trace and these ids."""
    token = _trace.set(trace)
    try:
        with structlog.contextvars.bound_contextvars(trace=trace[3:35], **ids):
            yield
    finally:
        _trace.reset(token)
