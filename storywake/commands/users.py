"""``storywake user``: who may sign in to the pages, and the tokens of their programs."""

import getpass
import sys
from typing import Annotated

import typer

from storywake.collector.errors import BadInput
from storywake.collector.printable import printable_json
from storywake.db.engine import reading, writing
from storywake.db.roles import Role
from storywake.db.users import change_user, known_user, remove_user, tokens_of, users, withdraw_token
from storywake.jobs.users import new_password, new_token, new_user, user_name
from storywake.opening import settings_and_engine

user = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Who may sign in to the pages: add, list, change, remove; and tokens for the JSON API.",
)
Name = Annotated[str, typer.Argument(metavar="NAME")]


@user.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="reader reads; analyst labels and works; admin removes and admits")],
) -> None:
    """Give somebody an account; the password is asked for, or read from standard input."""
    _, engine = settings_and_engine()
    print(f"{new_user(engine, name, role, _password())}: {role}")


@user.command("list")
def list_users() -> None:
    """Who has an account, as JSON lines, with their tokens."""
    _, engine = settings_and_engine()
    with reading(engine) as connection:
        for row in users(connection):
            tokens = [token._asdict() for token in tokens_of(connection, row.id)]
            print(printable_json({"name": row.name, "role": row.role, "made_at": row.made_at, "tokens": tokens}))


@user.command()
def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="another role")] = None,
    password: Annotated[bool, typer.Option("--password", help="another password, asked for")] = False,
) -> None:
    """Give a user another role or password, which ends their sessions."""
    if role is None and not password:
        raise BadInput("nothing to change: --role or --password")
    _, engine = settings_and_engine()
    if password:
        new_password(engine, name, _password())
    if role is not None:
        with writing(engine) as connection:
            change_user(connection, user_name(name), role=role)


@user.command()
def remove(name: Name) -> None:
    """Take an account away, with its sessions and tokens; what its user labelled stays."""
    _, engine = settings_and_engine()
    with writing(engine) as connection:
        remove_user(connection, user_name(name))


@user.command()
def token(
    name: Name,
    purpose: Annotated[str, typer.Option("--for", metavar="TEXT", help="what it is for")] = "a program",
    role: Annotated[Role | None, typer.Option(help="it may do no more than this (default: the user's)")] = None,
    withdraw: Annotated[int | None, typer.Option(metavar="ID", help="take a token away instead")] = None,
) -> None:
    """Print a new token for the JSON API, this once; or withdraw one."""
    _, engine = settings_and_engine()
    if withdraw is None:
        print(new_token(engine, name, purpose, role))
        return
    with writing(engine) as connection:
        if not withdraw_token(connection, known_user(connection, user_name(name)).id, withdraw):
            raise BadInput(f"{name} has no token {withdraw}")


def _password() -> str:
    """A password from the terminal, asked for twice, or the first line of standard input. Raises BadInput."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != first:
        raise BadInput("the two are not the same")
    return first
