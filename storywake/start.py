"""Where the command begins and ends: one line on what went wrong, never a traceback for bad input or a Ctrl-C.

Nothing is imported here that ``storywake --version`` does not need.
"""

import gc
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from . import __version__

INTERRUPTED = 130
"""The exit code that Typer gives to Ctrl-C."""
MIN_OBJECTS = 50_000
"""New objects after which Python looks for cycles (https://docs.python.org/3/library/gc.html, 2026-11-27; 700 is usual): what
is read and stored is very many objects and hardly a cycle, and going through them again and again took a quarter of the time.
"""


def main() -> None:
    """Runs the command line; exits 0, 1 with one line on standard error, or 2 for bad usage."""
    arguments = words_of_sql(_hoist_db(sys.argv[1:]))
    if "--version" in arguments[:1]:
        print(__version__)
        return
    gc.set_threshold(MIN_OBJECTS)
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # its threads wait by spinning: small products took three times as long
    with loading():
        import warnings

        from .cli import app

    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # Ctrl-C ends work that had not begun
    try:
        app(args=arguments, prog_name="storywake", standalone_mode=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        fail("stopped")
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            fail("stopped")
        raise
    except Exception as error:
        with loading():
            from .faults import in_words
        words = in_words(error)
        if words is None:
            raise
        fail(words)


@contextmanager
def loading() -> Iterator[None]:
    """Around imports: nothing has begun while modules load, so a Ctrl-C ends the process at once, with its line."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop(*_: object) -> NoReturn:
    os.write(2, b"storywake: stopped\n")
    os._exit(1)


def fail(words: str) -> NoReturn:
    """Ends the command with one line on standard error, free of terminal escapes and passwords."""
    from storywake.collector.printable import one_line
    from storywake.collector.urls import without_secrets

    print(f"storywake: {one_line(without_secrets(words), 500)}", file=sys.stderr)
    sys.exit(1)


def words_of_sql(arguments: list[str]) -> list[str]:
    """The arguments with a space before a query that begins with a comment, so that it is not taken for an option."""
    return [
        " " + word
        if "sql" in arguments[:1] and word[:2] == "--" and not re.match(r"--([a-z][\w-]*(=|\Z)|\Z)", word)
        else word
        for word in arguments
    ]


def _hoist_db(arguments: list[str]) -> list[str]:
    """The arguments without ``--db URL``, wherever it stands; the database is set for this run."""
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            return rest + arguments[position:]
        if word == "--db" and position + 1 < len(arguments):
            os.environ["STORYWAKE_DB"] = arguments[position + 1]
            position += 2
            continue
        if word.startswith("--db="):
            os.environ["STORYWAKE_DB"] = word.removeprefix("--db=")
        else:
            rest.append(word)
        position += 1
    return rest
