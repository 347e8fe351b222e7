"""Reads answers in worker processes with limits of time and memory, so that no answer can hang or crash a pass."""

import asyncio
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from ..errors import Unreadable
from ..net.evidence import Evidence
from ..records import Post
from .answers import Content
from .worker import Result, Task, read_safely, receive, send

WORKERS = max(1, min(4, (os.cpu_count() or 2) - 1))
"""One processor is left to the pass itself."""
MAX_SECONDS = 5.0
"""Of processor time for one answer: so a busy machine does not make pages unreadable."""
WALL_CLOCK_FACTOR = 12.0
"""How many times as long reading may take by the clock, for machines where a dozen others share the processor."""
MAX_MEMORY = 450_000_000
"""Bytes of address space: a worker takes 250 MB after an ordinary page, up to 100 MB more for a page of a megabyte."""
MAX_START_SECONDS = 60.0
"""In which a worker must have loaded its libraries."""
GRACE_SECONDS = 2.0
"""After the time by the clock, until a worker ends itself where the parent is gone."""
MAX_INLINE_BYTES = 20_000
"""Bytes of a platform's JSON that is read in this process: reading time is proportional to size, and starting a worker takes a second."""


class Readers:
    """Worker processes that read answers; use as a context manager. They start when first needed.

    ``seconds`` of processor time are allowed for one answer. Safe to use from several threads. If a worker dies or is over
    a limit, its answer is Unreadable and another worker reads the next.
    """

    def __init__(self, workers: int = WORKERS, seconds: float = MAX_SECONDS, memory: int = MAX_MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._free: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        for _ in range(workers):
            self._free.put(None)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader")
        self._running: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.killed = 0
        """How many workers were over a limit or died."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            running = list(self._running)
        for worker in running:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in running:
            worker.end()

    async def read(self, source: str, evidence: Evidence) -> Content:
        """What ``storywake.collector.reading.answers.read`` returns. Raises Unreadable with a message of one line."""
        if _is_small(source, evidence):
            return read_safely(source, evidence)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_now, source, evidence)

    async def posts(self, source: str, evidence: Evidence) -> list[Post]:
        """The posts in an answer. Raises Unreadable with a message of one line."""
        return (await self.read(source, evidence)).posts

    def read_now(self, source: str, evidence: Evidence) -> Content:
        """``read`` for callers that are not asynchronous."""
        return read_safely(source, evidence) if _is_small(source, evidence) else self.read_in_worker(source, evidence)

    def read_in_worker(self, source: str, evidence: Evidence) -> Content:
        """``read_now``, in a worker however small the answer is."""
        task = msgspec.msgpack.encode(Task(source, evidence))
        worker = self._free.get()
        try:
            worker = worker or self._start()
            answer = worker.ask(task)
        except (Unreadable, OSError) as error:
            self._dropped(worker)
            worker = None
            raise error if isinstance(error, Unreadable) else Unreadable("the reader died reading it") from None
        except BaseException:  # an interrupt: nobody waits for the answer
            self._dropped(worker)
            worker = None
            raise
        finally:
            self._free.put(worker)
        result = msgspec.msgpack.decode(answer, type=Result)
        if result.content is None:
            raise Unreadable(result.fault or "cannot be read")
        return result.content

    def _start(self) -> "_Worker":
        """A new worker, ready to read. Raises Unreadable where none can be started."""
        with self._lock:
            if self._closed:
                raise Unreadable("the readers are closed")
            worker = _Worker(self._seconds, self._memory)
            self._running.add(worker)
        try:
            worker.wait_until_ready()
        except BaseException:
            self._dropped(worker)
            raise
        return worker

    def _dropped(self, worker: "_Worker | None") -> None:
        if worker is not None:
            worker.end()
            with self._lock:
                self._running.discard(worker)
                self.killed += 1


def _is_small(source: str, evidence: Evidence) -> bool:
    return source != "web" and len(evidence.body) <= MAX_INLINE_BYTES and evidence.body.lstrip()[:1] in (b"{", b"[")


class _Worker:
    """One process and the socket to it."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds, self._wall = seconds, WALL_CLOCK_FACTOR * seconds
        self._link, theirs = socket.socketpair()
        limits = (seconds, self._wall + GRACE_SECONDS, memory)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "storywake.collector.reading.worker",
                    str(theirs.fileno()),
                    *map(str, limits),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,  # Ctrl-C is for the parent
                env=_environment(),
            )

    def wait_until_ready(self) -> None:
        """Returns once the worker can read. Raises Unreadable where it cannot."""
        self._link.settimeout(MAX_START_SECONDS)
        try:
            if receive(self._link) is not None:
                return
        except OSError:
            pass
        raise Unreadable("no reader could be started")

    def ask(self, task: bytes) -> bytes:
        """The worker's answer. Raises Unreadable where it takes too long or dies."""
        self._link.settimeout(self._wall)
        try:
            send(self._link, task)
            answer = receive(self._link)
        except TimeoutError:
            raise Unreadable(f"no answer of its reader within {self._wall:g} s") from None
        if answer is None:
            late = self._process.wait() == -signal.SIGPROF
            raise Unreadable(f"took longer than {self._seconds:g} s to read" if late else "the reader died reading it")
        return answer

    def kill(self) -> None:
        """Ends the process at once; ``ask`` then raises Unreadable."""
        self._process.kill()

    def end(self) -> None:
        """Ends the process, waits for it and closes the socket."""
        self._process.kill()
        self._process.wait()
        self._link.close()


def _environment() -> dict[str, str]:
    """A worker's environment: the import path, but none of Storywake's settings, which hold keys."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STORYWAKE_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path), "OPENBLAS_NUM_THREADS": "1"}
