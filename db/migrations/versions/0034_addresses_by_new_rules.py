"""pages are stored under the canonical form that addresses have by today's rules, and two rows of one page become one

All of it is one transaction: a run that is killed leaves nothing, and the next one does it whole.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from storywake.collector.urls import canonical

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 2000
"""Rows that are held in memory at once."""
STRONGEST = """UPDATE reaction SET (tie, tie_source, rests_on, confidence) = (
    SELECT w.tie, w.source, w.rests_on, w.confidence FROM witness w WHERE w.reaction_id = :new
    ORDER BY CASE w.tie WHEN 'embedded' THEN 0 WHEN 'links' THEN 1
        WHEN 'quotes' THEN 2 WHEN 'replies' THEN 3 WHEN 'mentions' THEN 4 ELSE 5 END, w.id LIMIT 1)
WHERE id = :new AND EXISTS (SELECT 1 FROM witness WHERE reaction_id = :new)"""
NEARER = """UPDATE reaction SET (depth, dropped_at, first_seen_at) = (
    SELECT MIN(r.depth), MAX(r.dropped_at), MIN(r.first_seen_at) FROM reaction r WHERE r.id IN (:new, :old))
WHERE id = :new"""
OTHER_WORDS = """INSERT INTO post_revision (post_id, replaced_at, text)
SELECT n.id, o.first_seen_at, o.text FROM post o JOIN post n ON n.id = :new WHERE o.id = :old AND o.text <> n.text
    AND NOT EXISTS (SELECT 1 FROM post_revision v WHERE v.post_id = n.id AND v.replaced_at = o.first_seen_at)"""
UNKNOWN = {
    'post': ('url', 'account_id', 'text', 'language', 'posted_at', 'in_reply_to', 'quotes', 'links', 'media', 'labels'),
    'article': ('title', 'publisher', 'authors', 'published_at', 'language', 'correction', 'rests_on', 'confidence',
        'copy_of', 'dropped_at', 'corrected_at', 'stance', 'stance_rests_on'),
}
"""What a row takes from another of the same page where it does not know it itself."""


class Pages:
    """The database, and which tables name rows of which."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        inspector = sa.inspect(connection)
        self._children: dict[str, list[tuple[str, str]]] = {}
        self._keys: dict[str, list[str]] = {}
        for table in inspector.get_table_names():
            self._keys[table] = inspector.get_pk_constraint(table)['constrained_columns']
            for key in inspector.get_foreign_keys(table):
                self._children.setdefault(key['referred_table'], []).append((table, key['constrained_columns'][0]))

    def run(self, statement: str, **values: Any) -> Any:
        """Runs a statement."""
        return self.connection.execute(sa.text(statement), values)

    def rows(self, columns: str, table: str, condition: str) -> Iterator[Any]:
        """The rows of a table, some at a time, by their ids."""
        after = 0
        query = f'SELECT {columns} FROM {table} WHERE {condition} AND id > :after ORDER BY id LIMIT {ROWS_AT_ONCE}'  # noqa: S608
        while found := self.run(query, after=after).all():
            yield from found
            after = found[-1].id

    def fold(self, table: str, old: int, new: int) -> None:
        """Gives all that is told of one row to another of the same table; then the row goes."""
        for child, column in self._children.get(table, ()):
            self._move(child, column, old, new)
        self.run(f'DELETE FROM {table} WHERE id = :old', old=old)  # noqa: S608

    def _move(self, child: str, column: str, old: int, new: int) -> None:
        """Makes rows of a table another's; one that the other has already is the same fact, and goes."""
        keys = self._keys[child]
        own = ' AND '.join(f'{key} = :k{place}' for place, key in enumerate(keys))
        for row in self.run(f'SELECT {", ".join(keys)} FROM {child} WHERE {column} = :old', old=old).all():  # noqa: S608
            named = {f'k{place}': value for place, value in enumerate(row)}
            if self.tried(f'UPDATE {child} SET {column} = :new WHERE {own}', new=new, **named):  # noqa: S608
                continue
            if child == 'reaction':
                self._fold_reaction(row.id, new)
            else:
                self.run(f'DELETE FROM {child} WHERE {own}', **named)  # noqa: S608

    def _fold_reaction(self, old: int, post: int) -> None:
        """Makes a reaction part of the same story's reaction of another post."""
        new = self.run(
            'SELECT n.id FROM reaction n JOIN reaction o ON o.story_id = n.story_id WHERE o.id = :old AND n.post_id = :post',
            old=old, post=post,
        ).scalar_one()
        self.run(NEARER, old=old, new=new)
        for child, column in self._children['reaction']:
            if child == 'label':
                self._move_labels(old, new)
            else:
                self._move(child, column, old, new)
        self.run('DELETE FROM reaction WHERE id = :old', old=old)
        self.run(STRONGEST, new=new)

    def _move_labels(self, old: int, new: int) -> None:
        """Of two labels of one analyst the later stands, and the other is one that he replaced."""
        for row in self.run('SELECT id, claim_id, analyst, set_at FROM label WHERE reaction_id = :old', old=old).all():
            if self.tried('UPDATE label SET reaction_id = :new WHERE id = :id', new=new, id=row.id):
                continue
            other = self.run(
                'SELECT id, set_at FROM label WHERE reaction_id = :new AND claim_id = :claim AND analyst = :analyst',
                new=new, claim=row.claim_id, analyst=row.analyst,
            ).one()
            earlier, later = (row, other) if row.set_at <= other.set_at else (other, row)
            self.run(
                """INSERT INTO earlier_label (reaction_id, claim_id, analyst, stance, set_at, replaced_at)
                SELECT :new, claim_id, analyst, stance, set_at, :at FROM label WHERE id = :id""",
                new=new, at=later.set_at, id=earlier.id,
            )
            self.run('DELETE FROM label WHERE id = :id', id=earlier.id)
            self.run('UPDATE label SET reaction_id = :new WHERE id = :id', new=new, id=later.id)

    def fill(self, table: str, old: int, new: int) -> None:
        """What a row does not know it takes from another of the same page."""
        columns = UNKNOWN[table]
        taken = ', '.join(f'{name} = COALESCE({name}, (SELECT o.{name} FROM {table} o WHERE o.id = :old))' for name in columns)
        self.run(f'UPDATE {table} SET {taken} WHERE id = :new', old=old, new=new)  # noqa: S608
        earliest = f'(SELECT MIN(o.first_seen_at) FROM {table} o WHERE o.id IN (:new, :old))'  # noqa: S608
        self.run(f'UPDATE {table} SET first_seen_at = {earliest} WHERE id = :new', old=old, new=new)  # noqa: S608

    def tried(self, statement: str, **values: Any) -> bool:
        """Runs a statement; False, and nothing done, where there is such a row already."""
        try:
            with self.connection.begin_nested():
                self.run(statement, **values)
        except sa.exc.IntegrityError:
            return False
        return True

    def rename_sources(self, old: str, new: str, story: int | None) -> None:
        """What ties of a story, or of all, rest on has another name."""
        own = '' if story is None else 'AND reaction_id IN (SELECT r.id FROM reaction r WHERE r.story_id = :story)'
        for row in self.run(f'SELECT id FROM witness WHERE source = :old {own}', old=old, story=story).all():  # noqa: S608
            if not self.tried('UPDATE witness SET source = :new WHERE id = :id', new=new, id=row.id):
                self.run('DELETE FROM witness WHERE id = :id', id=row.id)
        own = '' if story is None else 'AND story_id = :story'
        self.run(f'UPDATE reaction SET tie_source = :new WHERE tie_source = :old {own}', old=old, new=new, story=story)  # noqa: S608


def upgrade() -> None:
    """To this revision."""
    pages = Pages(op.get_bind())
    for row in pages.rows('id, url, canonical_url', 'story', 'url IS NOT NULL'):
        if (key := canonical(row.url)) != row.canonical_url:
            pages.run('UPDATE story SET canonical_url = :key WHERE id = :id', key=key, id=row.id)
    for row in pages.rows('id, story_id, key, url, role', 'article', "key LIKE 'http%'"):
        _article(pages, row)
    for row in pages.rows('id, key, url, in_reply_to, quotes', 'post', "platform = 'web' AND key = external_id"):
        _post(pages, row)


def _article(pages: Pages, row: Any) -> None:
    key = canonical(row.url or row.key)
    if key == row.key:
        return
    known = pages.run('SELECT id FROM article WHERE story_id = :story AND key = :key', story=row.story_id, key=key).scalar()
    pages.rename_sources(row.key, key, row.story_id)
    if known is None:
        pages.run('UPDATE article SET key = :key WHERE id = :id', key=key, id=row.id)
        return
    pages.fill('article', row.id, known)
    if row.role == 'original':
        pages.run("UPDATE article SET role = 'original' WHERE id = :known", known=known)
    pages.run('UPDATE article SET corrected = true WHERE id = :known AND EXISTS (SELECT 1 FROM article o WHERE o.id = :old AND o.corrected)',
        known=known, old=row.id)
    pages.run('UPDATE article SET copy_of = :known WHERE copy_of = :old', known=known, old=row.id)
    pages.run('UPDATE article SET copy_of = NULL WHERE id = :known AND copy_of = id', known=known)
    pages.fold('article', row.id, known)


def _post(pages: Pages, row: Any) -> None:
    for column, named in (('in_reply_to', row.in_reply_to), ('quotes', row.quotes)):
        if named and (new := _key(named)) != named:
            pages.run(f'UPDATE post SET {column} = :new WHERE id = :id', new=new, id=row.id)  # noqa: S608
    key = _key(row.key)
    if row.url and '#' not in row.key and canonical(row.url).partition('?')[0] == key.partition('?')[0]:
        key = canonical(row.url)  # what names the page was taken for a mark
    if key == row.key:
        return
    known = pages.run("SELECT id FROM post WHERE platform = 'web' AND key = :key", key=key).scalar()
    pages.rename_sources(row.key, key, None)
    if known is None:
        pages.run('UPDATE post SET key = :key, external_id = :key WHERE id = :id', key=key, id=row.id)
        return
    for look in pages.run('SELECT id FROM look WHERE post_id = :old', old=row.id).all():
        moved = 'UPDATE look SET post_id = :new, target = :target WHERE id = :id'
        if not pages.tried(moved, new=known, target=f'post {known}', id=look.id):
            pages.run('DELETE FROM look WHERE id = :id', id=look.id)
    pages.run(OTHER_WORDS, old=row.id, new=known)
    pages.fill('post', row.id, known)
    pages.fold('post', row.id, known)
    # what is told from reactions and looks is told anew when the views are made
    pages.run("DELETE FROM view_text WHERE name IN ('latest', 'reach_hour', 'stance_hour')")


def _key(key: str) -> str:
    """Today's form of a page's key, or of a comment's: the page's, and its number there."""
    page, mark, number = key.partition('#')
    return canonical(key) if number.startswith('!') else canonical(page) + mark + number
