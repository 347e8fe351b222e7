"""A real WordPress (Debian's package, with MariaDB): its article, what it embeds, and every comment under it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import stories
from storywake.jobs.collect import Result, collect
from storywake.jobs.watch import watch

from ..jobs.world import WORDS, ask
from .servers import HERE, WORDPRESS, missing, php, wordpress

COMMENTS = 135
ARTICLE = f"""<p>{WORDS}</p><p>{WORDS} The council of Northport meets on Thursday.</p>
<blockquote class="twitter-tweet"><p lang="en">A wild story.</p>&mdash; Ann Lee (@annlee) <a href="https://twitter.com/annlee/status/1764205">March 3, 2024</a></blockquote>"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(
            missing(
                WORDPRESS, WORDPRESS / "wp-content/themes/twentytwentythree", "php", "mariadbd", "mariadb-install-db"
            )
        ),
        reason=missing(
            WORDPRESS, WORDPRESS / "wp-content/themes/twentytwentythree", "php", "mariadbd", "mariadb-install-db"
        )
        or "",
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A WordPress and its folder; a short path, as a socket needs one."""
    with wordpress(tmp_path_factory.mktemp("wp"), ARTICLE, COMMENTS) as started:
        yield started


def test_a_real_wordpress_is_read_with_every_comment_once(
    site: tuple[str, Path], settings: Settings, tmp_path: Path
) -> None:
    home, root = site
    chosen = settings.model_copy(update={"platforms": ["web"], "coverage": False, "timeout": 60})
    engine = open_database(f"sqlite:///{tmp_path}/storywake.db")

    def one_pass() -> Result:
        with reading(engine) as connection:
            watched = stories(connection)
        return asyncio.run(collect(engine, chosen, watched))["bridge"]

    watch(engine, chosen, f"{home}/bridge/", claims=(WORDS,), slug="bridge")
    first = one_pass()
    assert first.notes == []
    article = ask(engine, "SELECT title, published_at, publisher FROM articles WHERE story = 'bridge'")[0]
    assert (article.title, article.published_at) == ("Bridge never inspected", "2024-03-03T08:00:00Z")
    assert ask(engine, "SELECT author FROM reactions WHERE tie = 'embedded'") == [("annlee",)]
    query = "SELECT author_name, text, posted_at, reply_to_author, deleted FROM reactions WHERE kind = 'comment' AND tie = 'replies' ORDER BY posted_at"
    found = ask(engine, query)
    assert len(found) == COMMENTS + 1
    assert tuple(found[1])[:4] == ("Reader 1", "Words of reader 1: see", "2024-03-03T09:00:01Z", "Reader 0")
    assert [row.author_name for row in found if row.reply_to_author == "Reader 0"] == [
        f"Reader {n}" for n in range(1, COMMENTS, 10)
    ]
    assert not any("900" in row.author_name or "901" in row.author_name for row in found)
    assert one_pass().counts["reactions"] == 0
    php(HERE / "wordpress_change.php", root, SITE=home)
    changed = one_pass()
    assert (changed.counts["reactions"], changed.counts["gone"], changed.notes) == (1, 1, [])
    assert [row.author_name for row in ask(engine, query) if row.deleted] == ["Reader 5"]
