"""What is to be looked at: rows with a kind, a due time and a last outcome."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from storywake.collector.dates import moment, stamp
from storywake.collector.values import clean

from .many import rows_among, run_many

AHEAD = timedelta(hours=1)
"""By how much a look's last time may lie ahead, for clocks of several machines."""


class Look(NamedTuple):
    """A look that may be due, with what asking needs of its post."""

    id: int
    story_id: int | None
    kind: str
    source: str
    target: str
    post_id: int | None
    about: str | None
    reason: str
    added_at: str
    last_at: str | None
    grown_at: str | None
    outcome: str | None
    failures: int
    idle: int
    external_id: str | None = None
    url: str | None = None
    post_kind: str | None = None
    handle: str | None = None
    posted_at: str | None = None
    deleted_at: str | None = None
    lacking: int | None = None  # answers that the platform told of at the last look and that are not here
    due_at: str | None = None


class Settled(NamedTuple):
    """How a look ended, and when it is due again (None: not until it is woken)."""

    id: int
    at: str
    due_at: str | None
    outcome: str  # ok, failed, given up, gone, put off
    note: str | None = None
    grew: bool = False
    failures: int = 0
    idle: int = 0


ADD = """INSERT INTO look (story_id, kind, source, target, post_id, about, reason, added_at, due_at)
    VALUES (:story_id, :kind, :source, :target, :post_id, :about, :reason, :at, :due_at)
    ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO NOTHING"""


def add_look(
    connection: Connection,
    story_id: int | None,
    kind: str,
    source: str,
    target: str,
    reason: str,
    at: str,
    about: str | None = None,
    post_id: int | None = None,
    due_at: str | None = None,
) -> bool:
    """Adds a look, due at once where no time is given; False where it is there already."""
    row = {
        "story_id": story_id, "kind": kind, "source": source, "target": target, "reason": reason, "at": at,
        "about": about, "post_id": post_id, "due_at": due_at or at,
    }  # fmt: skip
    return connection.execute(text(ADD), row).rowcount > 0


def look_again(
    connection: Connection,
    story_id: int | None,
    kind: str,
    source: str,
    target: str,
    reason: str,
    at: str,
    about: str | None = None,
) -> bool:
    """Adds a look that somebody asked for; one that is there already is due now, its failures forgiven. Returns whether it is new."""
    if add_look(connection, story_id, kind, source, target, reason, at, about):
        return True
    connection.execute(
        text(
            """UPDATE look SET reason = :reason, about = COALESCE(:about, about), due_at = :at, failures = 0, outcome = NULL, note = NULL
            WHERE kind = :kind AND source = :source AND target = :target AND COALESCE(story_id, 0) = COALESCE(CAST(:story AS INTEGER), 0)"""
        ),
        {
            "reason": reason,
            "about": about,
            "at": at,
            "kind": kind,
            "source": source,
            "target": target,
            "story": story_id,
        },
    )
    return False


def add_looks(connection: Connection, rows: Sequence[tuple[int | None, str, str, str, str]], at: str) -> None:
    """Adds looks (story id, kind, source, target, reason), due at once; those that are there stay as they are."""
    names = ("story_id", "kind", "source", "target", "reason")
    given = {"about": None, "post_id": None, "at": at, "due_at": at}
    run_many(connection, ADD, [{**dict(zip(names, row, strict=True)), **given} for row in rows])


def known_looks(connection: Connection, stories: Collection[int]) -> set[tuple[int | None, str, str, str]]:
    """What the stories and the feeds have looks at, posts left out: (story id, kind, source, target)."""
    query = """SELECT story_id, kind, source, target FROM look WHERE post_id IS NULL AND (story_id IS NULL OR story_id IN :keys)"""
    return {tuple(row) for row in rows_among(connection, query, sorted(stories))}


def add_post_looks(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Adds posts' looks (kind, source, post_id, reason, at, due_at); those that are there stay as they are."""
    run_many(
        connection,
        ADD,
        [
            {**row, "story_id": None, "target": f"post {row['post_id']}", "about": None}
            for row in sorted(rows, key=itemgetter("post_id", "kind"))
        ],
    )


DUE = """SELECT l.id, l.story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at, l.last_at, l.grown_at, l.outcome,
        l.failures, l.idle, NULL AS external_id, NULL AS url, NULL AS post_kind, NULL AS handle, NULL AS posted_at, NULL AS deleted_at, NULL AS lacking, l.due_at
    FROM look l WHERE l.due_at IS NOT NULL AND l.post_id IS NULL AND {when} AND (l.story_id IS NULL OR l.story_id IN :keys)"""
DUE_POSTS = """SELECT l.id, MIN(r.story_id) AS story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at, l.last_at, l.grown_at,
        l.outcome, l.failures, l.idle, p.external_id, p.url, p.kind AS post_kind, a.handle, p.posted_at, p.deleted_at,
        CASE l.kind WHEN 'replies' THEN l.told - (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.in_reply_to = p.key)
            WHEN 'quotes' THEN l.told - (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.quotes = p.key) END AS lacking, l.due_at
    FROM look l JOIN post p ON p.id = l.post_id JOIN reaction r ON r.post_id = l.post_id LEFT JOIN account a ON a.id = p.account_id
    WHERE l.due_at IS NOT NULL AND {when} AND r.dropped_at IS NULL AND r.story_id IN :keys AND (l.kind = 'counts' OR (r.depth <= :depth AND p.deleted_at IS NULL))
        AND (p.external_id IS NOT NULL OR p.url IS NOT NULL)
    GROUP BY l.id, p.id, a.id"""


def due_looks(connection: Connection, stories: Collection[int], at: str | None, depth: int) -> list[Look]:
    """The looks of ``stories`` that are due by ``at``, a feed's too; every one that is not done where ``at`` is None.

    A look that a clock once ahead wrote down as made in the future is due. Threads are looked at below posts that are at most ``depth`` quotes away from one that an article shows or that links.
    """
    when = "(l.due_at <= :at OR l.last_at > :ahead)" if at is not None else "1 = 1"
    ahead = stamp(found_at + AHEAD) if (found_at := moment(at)) else None
    found: list[Look] = []
    for query in (DUE, DUE_POSTS):
        rows = rows_among(connection, query.format(when=when), sorted(stories), at=at, ahead=ahead, depth=depth)
        found.extend(Look(*row) for row in rows)
    return found


def left_of(connection: Connection, looks: Collection[int]) -> set[int]:
    """Which of the looks are there still: their story may have been removed, their post dropped."""
    return {row.id for row in rows_among(connection, "SELECT id FROM look WHERE id IN :keys", sorted(looks))}


def settle_looks(connection: Connection, settled: Sequence[Settled]) -> None:
    """Writes how looks ended."""
    run_many(
        connection,
        """UPDATE look SET last_at = :at, due_at = :due_at, outcome = :outcome, note = :note, failures = :failures, idle = :idle,
            grown_at = CASE WHEN :grew = 1 THEN CAST(:at AS TEXT) ELSE grown_at END WHERE id = :id""",
        [{**s._asdict(), "grew": int(s.grew), "note": clean(s.note) if s.note else None} for s in sorted(settled)],
    )


class Thread(NamedTuple):
    """What is known of the answers to a post: how many its platform told of, how many are here and not gone, and their look."""

    post_id: int
    platform: str
    kind: str
    told: int | None
    stored: int
    look_id: int
    due_at: str | None
    last_at: str | None
    grown_at: str | None
    added_at: str
    told_before: int | None
    idle: int


THREADS = """SELECT p.id AS post_id, p.platform, l.kind, CASE l.kind WHEN 'replies' THEN o.replies ELSE o.quotes END AS told,
        CASE l.kind WHEN 'replies' THEN (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.in_reply_to = p.key AND c.deleted_at IS NULL)
            ELSE (SELECT COUNT(*) FROM post c WHERE c.platform = p.platform AND c.quotes = p.key AND c.deleted_at IS NULL) END AS stored,
        l.id AS look_id, l.due_at, l.last_at, l.grown_at, l.added_at, l.told AS told_before, l.idle
    FROM post p JOIN look l ON l.post_id = p.id AND l.kind IN ('replies', 'quotes')
    LEFT JOIN observation o ON o.post_id = p.id AND o.observed_at = (SELECT MAX(m.observed_at) FROM observation m WHERE m.post_id = p.id)
    WHERE p.id IN :keys"""
BELOW = """WITH RECURSIVE below (root, key, platform) AS (
        SELECT p.id, p.key, p.platform FROM post p WHERE p.id IN :keys
        UNION SELECT b.root, c.key, c.platform FROM below b JOIN post c ON c.platform = b.platform AND c.in_reply_to = b.key
    )
    SELECT b.root, COUNT(*) AS stored FROM below b JOIN post p ON p.platform = b.platform AND p.key = b.key
    WHERE p.id <> b.root AND p.deleted_at IS NULL GROUP BY b.root"""


def threads_of(connection: Connection, posts: Collection[int], whole: Collection[str]) -> list[Thread]:
    """The threads of ``posts`` that have looks. The platforms in ``whole`` count answers to answers too."""
    rows = [Thread(*row) for row in rows_among(connection, THREADS, sorted(posts))]
    deep = [row.post_id for row in rows if row.platform in whole and row.kind == "replies"]
    stored = {row.root: row.stored for row in rows_among(connection, BELOW, deep)}
    return [
        row._replace(stored=stored.get(row.post_id, 0)) if row.post_id in deep and row.kind == "replies" else row
        for row in rows
    ]


ABOVE = """WITH RECURSIVE above (start, id) AS (
        SELECT p.id, p.id FROM post p WHERE p.id IN :keys
        UNION SELECT a.start, q.id FROM above a JOIN post p ON p.id = a.id JOIN post q ON q.platform = p.platform AND q.key = p.in_reply_to
    )
    SELECT a.start, l.told, l.id, l.story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at, l.last_at, l.grown_at,
        l.outcome, l.failures, l.idle, p.external_id, p.url, p.kind AS post_kind, c.handle, p.posted_at, p.deleted_at
    FROM above a JOIN post p ON p.id = a.id JOIN look l ON l.post_id = p.id AND l.kind = 'replies' LEFT JOIN account c ON c.id = p.account_id
    WHERE a.id <> a.start AND p.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM post q WHERE q.platform = p.platform AND q.key = p.in_reply_to)"""


def threads_above(connection: Connection, posts: Collection[int]) -> list[tuple[int, int, Look]]:
    """For each of ``posts`` that answers another: its id, how many answers its thread told of, and the look at that thread, from its top."""
    return [(row[0], row[1] or 0, Look(*row[2:])) for row in rows_among(connection, ABOVE, sorted(posts))]


def wake(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Writes when threads are due (look_id, due_at, told, idle)."""
    run_many(connection, "UPDATE look SET due_at = :due_at, told = :told, idle = :idle WHERE id = :look_id", rows)


def wake_answers(connection: Connection, posts: Collection[int], at: str) -> None:
    """Has the answers to ``posts`` looked at: their platform counts fewer of them than before."""
    rows_changed = """SELECT l.id FROM post p JOIN post c ON c.platform = p.platform AND (c.in_reply_to = p.key OR c.quotes = p.key)
        JOIN look l ON l.post_id = c.id AND l.kind = 'counts' WHERE p.id IN :keys AND c.deleted_at IS NULL"""
    found = [row.id for row in rows_among(connection, rows_changed, sorted(posts))]
    run_many(
        connection, "UPDATE look SET due_at = :at WHERE id = :id AND due_at > :at", [{"id": i, "at": at} for i in found]
    )


def looks_at_counts(connection: Connection, posts: Collection[int]) -> list[Look]:
    """The looks at the counts of ``posts``."""
    query = """SELECT l.id, l.story_id, l.kind, l.source, l.target, l.post_id, l.about, l.reason, l.added_at, l.last_at, l.grown_at, l.outcome,
        l.failures, l.idle, p.external_id, p.url, p.kind AS post_kind, NULL AS handle, p.posted_at, p.deleted_at
        FROM look l JOIN post p ON p.id = l.post_id WHERE l.kind = 'counts' AND l.post_id IN :keys"""
    return [Look(*row) for row in rows_among(connection, query, sorted(posts))]


def webmentions_wait(connection: Connection) -> bool:
    """Whether any webmention waits that no due look is to verify."""
    query = text(
        """SELECT 1 FROM webmention w WHERE w.status = 'waiting' AND NOT EXISTS (SELECT 1 FROM look l
        WHERE l.kind = 'webmention' AND l.story_id = w.story_id AND l.target = w.source AND l.due_at IS NOT NULL) LIMIT 1"""
    )
    return connection.execute(query).first() is not None


def adopt_webmentions(connection: Connection, at: str) -> None:
    """Makes looks of the webmentions that wait to be verified; those to stories that are watched no more are refused."""
    connection.execute(
        text(
            """UPDATE webmention SET status = 'refused', note = 'the story is no longer watched' WHERE status = 'waiting'
            AND story_id IN (SELECT id FROM story WHERE status = 'ended' OR watch_until <= :at)"""
        ),
        {"at": at},
    )
    connection.execute(
        text(
            """UPDATE webmention SET status = 'refused', note = 'could not be read' WHERE status = 'waiting' AND EXISTS (
            SELECT 1 FROM look l WHERE l.kind = 'webmention' AND l.story_id = webmention.story_id AND l.target = webmention.source
                AND l.about = webmention.target AND l.outcome = 'given up' AND l.last_at >= webmention.received_at)"""
        )
    )
    # One page may name several articles of a story: PostgreSQL takes one row for a look, the next adoption the next.
    connection.execute(
        text(
            """INSERT INTO look (story_id, kind, source, target, about, reason, added_at, due_at)
            SELECT story_id, 'webmention', 'web', source, target, 'it sent a webmention', CAST(:at AS TEXT), CAST(:at AS TEXT) FROM webmention
            WHERE id IN (SELECT MIN(w.id) FROM webmention w WHERE w.status = 'waiting' GROUP BY w.story_id, w.source)
            ON CONFLICT (kind, source, target, COALESCE(story_id, 0)) DO UPDATE SET due_at = excluded.due_at, about = excluded.about, failures = 0
            WHERE look.due_at IS NULL"""
        ),
        {"at": at},
    )


def count_looks(connection: Connection, kind: str, source: str, at: str) -> int:
    """How many looks of a kind a source has that are not done, of stories that are watched at ``at``."""
    query = text(
        """SELECT COUNT(*) FROM look l JOIN story s ON s.id = l.story_id WHERE l.kind = :k AND l.source = :s
        AND l.due_at IS NOT NULL AND s.status = 'watched' AND s.watch_until > :at"""
    )
    return int(connection.execute(query, {"k": kind, "s": source, "at": at}).scalar_one())


def known_target(connection: Connection, story_id: int, target: str) -> bool:
    """Whether a story has a look at an address, whatever came of it."""
    query = text("SELECT 1 FROM look WHERE story_id = :s AND target = :t LIMIT 1")
    return connection.execute(query, {"s": story_id, "t": target}).first() is not None


def has_look(connection: Connection, story_id: int, kind: str, target: str) -> bool:
    """Whether a story has a look of a kind at an address."""
    query = text("SELECT 1 FROM look WHERE kind = :k AND source = 'web' AND target = :t AND story_id = :s LIMIT 1")
    return connection.execute(query, {"k": kind, "t": target, "s": story_id}).first() is not None
