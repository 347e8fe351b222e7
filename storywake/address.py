"""Where the database is, told without loading the settings where nothing else is set."""

import os

from storywake.collector.defaults import DATABASE


def database_address() -> str:
    """The database's address. Raises what ``Settings()`` raises for a wrong setting, whichever it is.

    Loading all settings takes longer than a question. Where neither the environment nor ``.env`` sets any but the
    database, there is nothing to check, and they are not loaded.
    """
    named = {name for name in os.environ if name.upper().startswith("STORYWAKE_")}
    if named <= {"STORYWAKE_DB", "STORYWAKE_DEBUG"} and not os.path.exists(".env"):
        return os.environ.get("STORYWAKE_DB") or DATABASE
    from storywake.collector.settings import Settings

    return Settings().db
