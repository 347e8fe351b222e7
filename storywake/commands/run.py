"""``storywake run`` (the scheduler) and ``storywake worker`` (takes what it puts on the shared queue)."""

import logging
import signal
import sys
import threading

from storywake.collector.printable import printable
from storywake.collector.urls import without_secrets
from storywake.opening import settings_and_engine
from storywake.start import loading


def run() -> None:
    """The scheduler: everything at its time, until stopped. With STORYWAKE_QUEUE=1 workers do the work."""
    with loading():
        from storywake.jobs.dispatch import dispatch_forever
        from storywake.jobs.schedule import run_forever

    settings, engine = settings_and_engine()
    tell()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    (dispatch_forever if settings.queue else run_forever)(engine, settings, stop.wait)


def worker() -> None:
    """A worker on the shared queue, for more than one machine: takes what `storywake run` with STORYWAKE_QUEUE=1 puts there."""
    with loading():
        from storywake.jobs.worker import work

    settings, engine = settings_and_engine()
    tell()
    work(engine, settings.model_copy(update={"queue": True}))


def tell() -> None:
    """Has the log written to standard error, a line an event."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.setFormatter(PrintableLines("%(asctime)s %(message)s"))
    for library in ("apscheduler", "httpx", "procrastinate"):
        logging.getLogger(library).setLevel(logging.WARNING)


class PrintableLines(logging.Formatter):
    """Log lines without terminal escapes and passwords."""

    def format(self, record: logging.LogRecord) -> str:
        """A record in one line; tracebacks keep their line ends."""
        return printable(without_secrets(super().format(record)), lines=True)
