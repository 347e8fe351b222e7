"""Works out which accounts are declared to be those of whom a story's article names."""

from collections.abc import Sequence

from sqlalchemy import Engine

from storywake.collector.match.named import Held, How, own_accounts
from storywake.collector.match.person import Verdict
from storywake.db.engine import reading, writing
from storywake.db.named import keep_owned, named_in, own_accounts_of, shown_accounts
from storywake.db.persons import AuthorRow


def update_named(engine: Engine, story_id: int, authors: Sequence[AuthorRow], verdicts: Sequence[Verdict]) -> None:
    """Keeps which accounts are declared to be whose, of those that reacted (``authors``) and those that pages declare;
    ``verdicts`` are what analysts said.
    """
    with reading(engine) as connection:
        named = named_in(connection, story_id)
        if not named:
            return
        shown = shown_accounts(connection, story_id)
        pages = [own for own in own_accounts_of(connection, story_id) if own.how is How.PAGE]
    accounts = [row for row in authors if row.handle]
    held = [
        Held(row.platform, row.handle or "", row.name, tuple((row.links or "").split("\n")), shown.get(row.id))
        for row in accounts
    ]
    owned = own_accounts(named, held, pages, verdicts)
    ids = {(row.platform, (row.handle or "").casefold()): row.id for row in accounts}
    with writing(engine) as connection:
        keep_owned(connection, story_id, owned, ids)
