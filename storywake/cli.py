"""``storywake``: which command is where.

A command's module is imported when the command, or ``--help``, is asked for.
"""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from .start import loading

PLACES = {
    "demo": "stories:demo",
    "watch": "stories:watch",
    "collect": "collect:collect",
    "run": "run:run",
    "worker": "run:worker",
    "serve": "serve:serve",
    "report": "report:report",
    "digest": "report:digest",
    "reader": "reader:reader",
    "sql": "sql:app",
    "alert": "alerts:alert",
    "mcp": "mcp:mcp",
    "export": "export:export",
    "freeze": "export:freeze",
    "import": "imports:import_files",
    "renormalise": "collect:renormalise",
    "people": "people:people",
    "stories": "stories:stories",
    "story": "stories:story",
    "erase": "people:erase",
    "extract": "extract:extract",
    "normalise": "extract:normalise",
    "stance": "stance:stance",
    "doctor": "doctor:doctor",
    "restore": "restore:restore",
    "bench": "bench:bench",
    "label": "label:label",
    "user": "users:user",
}
"""Each command's module in ``storywake.commands`` and its function there, in the order in which ``--help`` lists them.
"""


class Commands(TyperGroup):
    """The commands of ``PLACES``."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        known: dict[str, Any] = dict.fromkeys(PLACES)
        self.commands = known

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, imported now; None for a name that no command has."""
        if cmd_name in PLACES and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)


def _load(name: str) -> Any:
    module, function = PLACES[name].split(":")
    with loading():
        found = getattr(import_module(f"storywake.commands.{module}"), function)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        found = alone
    command = get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Watches how a news story is received: who reacted, with what stance, how far it travelled.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    db: Annotated[
        str | None, typer.Option(metavar="URL", help="the database (default: sqlite:///storywake.db, or STORYWAKE_DB)")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="print the version")] = False,
) -> None:
    """Options of every command; ``--db`` may stand before or after it."""
