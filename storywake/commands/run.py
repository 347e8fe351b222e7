"""``storywake run`` (the scheduler) and ``storywake worker`` (takes what it puts on the shared queue)."""

import json
import logging
import signal
import sys
import threading
from datetime import UTC, datetime

from storywake.collector.printable import printable
from storywake.collector.settings import Settings
from storywake.collector.urls import without_secrets
from storywake.opening import settings_and_engine
from storywake.start import loading


def run() -> None:
    """The scheduler: everything at its time, until stopped. With STORYWAKE_QUEUE=1 workers do the work."""
    with loading():
        from storywake.jobs.dispatch import dispatch_forever
        from storywake.jobs.schedule import run_forever

    settings, engine = settings_and_engine()
    tell(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    (dispatch_forever if settings.queue else run_forever)(engine, settings, stop.wait)


def worker() -> None:
    """A worker on the shared queue, for more than one machine: takes what `storywake run` with STORYWAKE_QUEUE=1 puts there."""
    with loading():
        from storywake.jobs.worker import work

    settings, engine = settings_and_engine()
    tell(settings)
    work(engine, settings.model_copy(update={"queue": True}))


def tell(settings: Settings) -> None:
    """Has the log written to standard error, a line an event: JSON where the settings say so, else words."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonLines() if settings.log_json else PrintableLines("%(asctime)s %(message)s"))
    for library in ("apscheduler", "httpx", "procrastinate"):
        logging.getLogger(library).setLevel(logging.WARNING)


class PrintableLines(logging.Formatter):
    """Log lines without terminal escapes and passwords."""

    def format(self, record: logging.LogRecord) -> str:
        """A record in one line; tracebacks keep their line ends."""
        return printable(without_secrets(super().format(record)), lines=True)


class JsonLines(logging.Formatter):
    """An event as a line of JSON, without passwords: ``at`` (UTC), ``level``, ``logger``, ``text``, and ``error``, a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            event["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)
