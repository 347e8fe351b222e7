"""Where the command begins and ends: one line on what went wrong, never a traceback for bad input or a Ctrl-C."""

import os
import re
import signal
import sys
import warnings
from typing import Any, NoReturn

INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""


def main() -> None:
    """Runs the command line; exits 0, 1 with one line on standard error, or 2 for bad usage."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, _stop)  # nothing has begun while modules load, so nothing needs to end well
    from pydantic import ValidationError
    from pydantic_settings import SettingsError
    from sqlalchemy.exc import SQLAlchemyError

    from storywake.collector.errors import StorywakeError

    from . import __version__
    from .cli import app

    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # Ctrl-C ends work that had not begun
    arguments = words_of_sql(_hoist_db(sys.argv[1:]))
    if "--version" in arguments[:1]:
        print(__version__)
        return
    try:
        app(args=arguments, prog_name="storywake", standalone_mode=True)
    except StorywakeError as error:
        fail(str(error))
    except ValidationError as error:
        fail(_setting(error.errors()[0]))
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        fail(f'setting STORYWAKE_{field[1].upper() if field else "?"}: is not JSON; write a list as \'["a", "b"]\'')
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        fail("stopped")
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            fail("stopped")
        raise
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        if os.environ.get("STORYWAKE_DEBUG"):
            raise
        fail(f"{type(error).__name__}: {getattr(error, 'orig', None) or error}")


def fail(words: str) -> NoReturn:
    """Ends the command with one line on standard error, in which no terminal's escape and no password stands."""
    from storywake.collector.printable import one_line
    from storywake.collector.urls import without_secrets

    print(f"storywake: {one_line(without_secrets(words), 500)}", file=sys.stderr)
    sys.exit(1)


def _stop(*_: object) -> NoReturn:
    os.write(2, b"storywake: stopped\n")
    os._exit(1)


def _setting(fault: Any) -> str:
    words = fault["msg"].removeprefix("Value error, ")
    place = f" (number {fault['loc'][1] + 1} of the list)" if len(fault["loc"]) > 1 else ""
    return f"setting STORYWAKE_{str(fault['loc'][0]).upper()}: {words}{place}"


def words_of_sql(arguments: list[str]) -> list[str]:
    """The arguments with a space in front of a query that begins with a comment, so that it is not taken for an option."""
    return [
        " " + word
        if "sql" in arguments[:1] and word[:2] == "--" and not re.match(r"--([a-z][\w-]*(=|\Z)|\Z)", word)
        else word
        for word in arguments
    ]


def _hoist_db(arguments: list[str]) -> list[str]:
    """Takes ``--db URL`` out of wherever it stands and sets it for this run."""
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
