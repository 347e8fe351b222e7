"""pages are stored under the canonical form that addresses have by today's rules"""

import sqlalchemy as sa
from alembic import op

from storywake.collector.urls import canonical

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Where a page was stored under two forms, the row that has today's keeps it and the other its own."""
    connection = op.get_bind()
    for row in connection.execute(sa.text('SELECT id, url, canonical_url FROM story WHERE url IS NOT NULL')).all():
        if (key := canonical(row.url)) != row.canonical_url:
            connection.execute(sa.text('UPDATE story SET canonical_url = :key WHERE id = :id'), {'key': key, 'id': row.id})
    articles = connection.execute(sa.text('SELECT id, story_id, key, url FROM article ORDER BY id')).all()
    taken = {(row.story_id, row.key) for row in articles}
    for row in articles:
        place = (row.story_id, canonical(row.url)) if row.url else (row.story_id, row.key)
        if place not in taken and not row.key.startswith('text:'):
            taken.add(place)
            connection.execute(sa.text('UPDATE article SET key = :key WHERE id = :id'), {'key': place[1], 'id': row.id})
    pages = "SELECT id, key FROM post WHERE platform = 'web' AND key = external_id ORDER BY id"
    posts = connection.execute(sa.text(pages)).all()
    known = {row.key for row in posts}
    for row in posts:
        if (key := canonical(row.key)) not in known:
            known.add(key)
            rename = sa.text('UPDATE post SET key = :key, external_id = :key WHERE id = :id')
            connection.execute(rename, {'key': key, 'id': row.id})
