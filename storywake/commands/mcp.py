"""``storywake mcp``: the views, saved questions and reports for an assistant."""

from storywake.jobs.assistant import assistant
from storywake.opening import settings_and_engine


def mcp() -> None:
    """The views, saved questions and reports for an assistant (Model Context Protocol on standard input and output),
    read only; nothing listens on the network.
    """
    settings, engine = settings_and_engine()
    assistant(engine, settings).run("stdio")
