"""Plants a story with any number of reactions, straight into the tables: what benches and tests look at pages with.

Eight networks, three languages, several observations a post, stances, replies, persons, articles, a correction, deletions.
The same seed plants the same story, on both databases. Words, names and papers are invented.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text

from storywake.collector.dates import stamp
from storywake.db.engine import writing
from storywake.db.kept import drop_triggers, fill_kept, make_triggers
from storywake.db.many import run_many

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
DAYS = 5
CLAIMS = ("The Kallvik bridge was opened without a final inspection", "The mayor knew of the missing inspection")
PLATFORMS = ("x", "bluesky", "mastodon", "reddit", "youtube", "telegram", "threads", "facebook")
PAPERS = ("Harbour Herald", "Kallvik Post", "Coast Daily", "Northern Wire", "Bay Tribune", "The Ferryman")
ADDRESS = "https://herald.example/kallvik-bridge"
MODEL = "blend@1"
STANCES = ("support", "deny", "query", "comment")
OBSERVATIONS = 4
"""Looks at each post, most of them hours apart."""
BATCH = 5_000
OPENINGS = {
    "en": ("Honestly,", "So", "I was there:", "My uncle says", "Read this:", "Well,", "Sorry but", "Once again"),
    "fi": ("Siis", "Kuulin että", "No niin,", "Olin paikalla:", "Kyllä vain,", "Anteeksi mutta", "Taas kerran"),
    "sv": ("Alltså,", "Jag hörde att", "Jaha,", "Jag var där:", "Visst,", "Förlåt men", "Ännu en gång"),
}
SAYINGS = {
    "en": {
        "support": "nobody ever signed the inspection of that bridge",
        "deny": "the inspection was done in May, the paper is wrong",
        "query": "who was meant to inspect the bridge, and where is the report?",
        "comment": "the queue for the ferry is two hours long",
    },
    "fi": {
        "support": "siltaa ei kukaan ole tarkastanut",
        "deny": "tarkastus tehtiin toukokuussa, lehti on väärässä",
        "query": "kenen piti tarkastaa silta ja missä raportti on?",
        "comment": "lautalle joutuu jonottamaan kaksi tuntia",
    },
    "sv": {
        "support": "ingen har någonsin besiktigat bron",
        "deny": "besiktningen gjordes i maj, tidningen har fel",
        "query": "vem skulle besiktiga bron och var är rapporten?",
        "comment": "kön till färjan är två timmar lång",
    },
}
ENDINGS = (
    "",
    " #kallvik",
    " Think about it.",
    " 🚧",
    " and nobody is surprised",
    " https://herald.example/kallvik-bridge",
)
COLUMNS = {
    "account": "id platform key external_id handle name followers",
    "post": "id platform key external_id url kind account_id text language posted_at in_reply_to first_seen_at deleted_at own_words",
    "observation": "post_id observed_at likes reposts replies quotes views followers",
    "reaction": "id story_id post_id person_id tie tie_source rests_on confidence first_seen_at",
    "witness": "reaction_id tie source rests_on confidence words",
    "stance": "reaction_id claim_id model input_hash assessed_at stance support deny query comment confidence covered unclear",
}


FOREVER = datetime.max.replace(tzinfo=UTC)


class Planted(NamedTuple):
    """A planted story."""

    id: int
    slug: str
    reactions: int


class _Ids(NamedTuple):
    """The numbers from which a story's rows are counted on."""

    story: int
    claim: int
    person: int
    account: int
    post: int
    reaction: int
    article: int


class Span(NamedTuple):
    """When a story begins, and when its posts were last looked at."""

    start: datetime = START
    until: datetime = FOREVER


def plant(engine: Engine, reactions: int, slug: str = "planted", seed: int = 1, span: Span | None = None) -> Planted:
    """Plants a story with so many reactions into a database that has no story of that slug."""
    return plant_many(engine, reactions, [slug], seed, span)[0]


def plant_many(
    engine: Engine, reactions: int, slugs: Sequence[str], seed: int = 1, span: Span | None = None
) -> list[Planted]:
    """Plants stories with so many reactions each, posted within ``DAYS``, into a database that has none of those slugs."""
    span = span or Span()
    with writing(engine) as connection:
        drop_triggers(connection)  # every row once at the end is faster than each row at every step
        found = [_planted(connection, reactions, slug, Random(seed + n), span) for n, slug in enumerate(slugs)]
        fill_kept(connection)
        make_triggers(connection)
        if connection.dialect.name == "postgresql":
            for table in _Ids._fields:
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}")
                )
        connection.execute(text("ANALYZE"))
    return found


def _planted(connection: Connection, reactions: int, slug: str, draw: Random, span: Span) -> Planted:
    ids = _Ids(*(_highest(connection, table) for table in _Ids._fields))
    people = max(1, reactions // 50)
    _plant_story(connection, ids, slug, people, span.start)
    found = _reactions(ids, slug, reactions, people, draw, span)
    accounts = max(1, reactions // 4)
    _write(connection, "account", [_account(ids, slug, n, draw) for n in range(1, accounts + 1)])
    while batch := list(islice(found, BATCH)):
        for table in ("post", "observation", "reaction", "witness", "stance"):
            _write(connection, table, [row for one in batch for row in one[table]])
    return Planted(ids.story + 1, slug, reactions)


def _highest(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT COALESCE(MAX(id), 0) FROM {table}")).scalar_one())


def _write(connection: Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    names = COLUMNS[table].split()
    words = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
    run_many(connection, words, [dict(zip(names, row, strict=True)) for row in rows])


def _plant_story(connection: Connection, ids: _Ids, slug: str, people: int, start: datetime) -> None:
    story = ids.story + 1
    begun = stamp(start)
    values = {
        "id": story,
        "slug": slug,
        "at": begun,
        "until": stamp(start + timedelta(days=30)),
        "url": f"{ADDRESS}?{slug}",
    }
    connection.execute(
        text("""INSERT INTO story (id, slug, title, url, canonical_url, status, created_at, watch_until)
        VALUES (:id, :slug, 'Kallvik bridge opened without inspection', :url, :url, 'watched', :at, :until)"""),
        values,
    )
    claims = [{"id": ids.claim + n, "story": story, "n": n, "text": claim} for n, claim in enumerate(CLAIMS, 1)]
    run_many(connection, "INSERT INTO claim (id, story_id, position, text) VALUES (:id, :story, :n, :text)", claims)
    persons = [{"id": ids.person + n, "story": story, "name": f"Person {n}"} for n in range(1, people + 1)]
    run_many(connection, "INSERT INTO person (id, story_id, name) VALUES (:id, :story, :name)", persons)
    articles = [
        {
            "id": ids.article + n,
            "story": story,
            "key": _page(slug, n),
            "title": f"Bridge without inspection, says {paper}",
            "publisher": paper,
            "at": stamp(start + timedelta(hours=5 * (n - 1))),
            "role": "original" if n == 1 else "coverage",
            "corrected": n == 1,
            "corrected_at": stamp(start + timedelta(days=2)) if n == 1 else None,
        }
        for n, paper in enumerate(PAPERS, 1)
    ]
    run_many(
        connection,
        """INSERT INTO article (id, story_id, key, url, title, publisher, published_at, role, corrected, first_seen_at, corrected_at)
        VALUES (:id, :story, :key, :key, :title, :publisher, :at, :role, :corrected, :at, :corrected_at)""",
        articles,
    )
    run_many(
        connection,
        """INSERT INTO article_revision (article_id, seen_at, text_hash, title, text)
        VALUES (:id, :at, :key, :title, :title)""",
        articles,
    )


def _page(slug: str, number: int) -> str:
    return f"{ADDRESS}?{slug}" if number == 1 else f"https://paper{number}.example/{slug}"


def _account(ids: _Ids, slug: str, number: int, draw: Random) -> list[Any]:
    name = f"{slug}-{number}"
    followers = int(draw.paretovariate(0.9) * 40)
    return [
        ids.account + number,
        PLATFORMS[number % len(PLATFORMS)],
        f"id-{name}",
        f"id-{name}",
        name,
        f"Name {number}",
        followers,
    ]


def _reactions(
    ids: _Ids, slug: str, total: int, people: int, draw: Random, span: Span
) -> Iterator[dict[str, list[list[Any]]]]:
    """The rows of each reaction by table, in the order of posting."""
    accounts = max(1, total // 4)
    last: dict[str, str] = {}
    for n in range(1, total + 1):
        account = 1 + draw.randrange(accounts)
        platform = PLATFORMS[account % len(PLATFORMS)]
        key = f"{slug}-{n}"
        posted = span.start + timedelta(days=DAYS) * (n / total) ** 1.5
        answers = last.get(platform) if draw.random() < 0.4 else None
        last[platform] = key if draw.random() < 0.2 else last.get(platform, key)
        tie, source = ("replies", answers) if answers else ("links", _page(slug, 1 + draw.randrange(len(PAPERS))))
        if not answers and draw.random() < 0.02:
            tie = "embedded"
        stance, chances = _stance(posted > span.start + timedelta(days=2), draw)
        post, reaction = ids.post + n, ids.reaction + n
        seen, gone = posted + timedelta(minutes=10), draw.random() < 0.01
        why = ["its text links", 1.0]
        yield {
            "post": [_post(post, key, platform, ids.account + account, stance, posted, answers, seen, gone, draw)],
            "observation": [] if draw.random() < 0.05 else _observations(post, platform, seen, draw, span.until),
            "reaction": [[reaction, ids.story + 1, post, _person(ids, people, draw), tie, source, *why, stamp(seen)]],
            "witness": [[reaction, tie, source, *why, ""]],
            "stance": [
                [reaction, ids.claim + 1, MODEL, f"h{n}", stamp(seen), stance if max(chances) > 0.4 else "comment", *chances,
                 max(chances), True, max(chances) <= 0.4]
            ],
        }  # fmt: skip


def _person(ids: _Ids, people: int, draw: Random) -> int | None:
    return ids.person + 1 + draw.randrange(people) if draw.random() < 0.1 else None


def _stance(late: bool, draw: Random) -> tuple[str, tuple[float, ...]]:
    """A stance and the probabilities of the four; late in a story more deny."""
    stance = draw.choices(STANCES, (25, 35, 10, 30) if late else (45, 12, 13, 30))[0]
    top = 0.3 + 0.65 * draw.random()
    rest = (1 - top) / 3
    return stance, tuple(round(top if name == stance else rest, 4) for name in STANCES)


def _post(
    number: int, key: str, platform: str, account: int, stance: str, posted: datetime, answers: str | None, seen: datetime,
    gone: bool, draw: Random,
) -> list[Any]:  # fmt: skip
    language = draw.choices(("en", "fi", "sv"), (60, 25, 15))[0]
    words = f"{draw.choice(OPENINGS[language])} {SAYINGS[language][stance]}{draw.choice(ENDINGS)}"
    words = " ".join([words] * draw.choice((1, 1, 1, 2, 3)))
    kind = "reply" if answers else "post"
    deleted = stamp(seen + timedelta(days=1)) if gone else None
    url = f"https://{platform}.example/{key}"
    return [number, platform, key, key, url, kind, account, words, language, stamp(posted), answers, stamp(seen), deleted, True]  # fmt: skip


def _observations(post: int, platform: str, seen: datetime, draw: Random, until: datetime) -> list[list[Any]]:
    """Looks at a post, whose counts grow towards a size that few posts have."""
    size = draw.paretovariate(0.8)
    rows = []
    for n, hours in enumerate(sorted([0, *draw.sample(range(1, 60), OBSERVATIONS - 1)]), 1):
        likes = int(size * 3 * n / OBSERVATIONS)
        views = likes * 40 if platform in ("x", "youtube", "telegram") else None
        counts = [likes, likes // 5, likes // 7, likes // 20 if platform in ("x", "bluesky") else None, views]
        if (at := seen + timedelta(hours=hours)) <= until:
            rows.append([post, stamp(at), *counts, None])
    return rows
