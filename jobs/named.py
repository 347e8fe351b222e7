"""Works out which accounts are declared to be those of whom a story's article names."""

from sqlalchemy import Engine

from storywake.collector.match.named import Held, How, own_accounts
from storywake.db.engine import reading, writing
from storywake.db.named import keep_owned, named_in, own_accounts_of, shown_accounts
from storywake.db.persons import authors, identities


def update_named(engine: Engine, story_id: int) -> None:
    """Keeps which accounts are declared to be whose, of those that reacted and those that pages declare."""
    with reading(engine) as connection:
        named = named_in(connection, story_id)
        if not named:
            return
        accounts = [row for row in authors(connection, story_id) if row.handle]
        shown = shown_accounts(connection, story_id)
        pages = [own for own in own_accounts_of(connection, story_id) if own.how is How.PAGE]
        verdicts = identities(connection, story_id)
    held = [
        Held(row.platform, row.handle or "", row.name, tuple((row.links or "").split("\n")), shown.get(row.id))
        for row in accounts
    ]
    owned = own_accounts(named, held, pages, verdicts)
    ids = {(row.platform, (row.handle or "").casefold()): row.id for row in accounts}
    with writing(engine) as connection:
        keep_owned(connection, story_id, owned, ids)
