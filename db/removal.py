"""Taking a story out of the database, with everything that no other story needs."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from .stories import StoryRow


class Removed(NamedTuple):
    """What a story's removal took out."""

    reactions: int
    posts: int
    answers: int


GOING = (
    # Posts of the story that no other story reacts with, and that no answer of another one shows.
    """CREATE TEMPORARY TABLE going_post AS SELECT p.id FROM post p
    WHERE (EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = p.id AND r.story_id = {story})
        OR EXISTS (SELECT 1 FROM shown h JOIN evidence e ON e.id = h.evidence_id WHERE h.post_id = p.id AND e.story_id = {story}))
    AND NOT EXISTS (SELECT 1 FROM reaction r WHERE r.post_id = p.id AND r.story_id <> {story})
    AND NOT EXISTS (SELECT 1 FROM shown h JOIN evidence e ON e.id = h.evidence_id WHERE h.post_id = p.id AND e.story_id <> {story})""",
    # An answer that shows another story's reaction is that story's too: it is handed over.
    """UPDATE evidence SET story_id = (SELECT MIN(r.story_id) FROM shown h JOIN reaction r ON r.post_id = h.post_id
        WHERE h.evidence_id = evidence.id AND r.story_id <> {story})
    WHERE story_id = {story} AND EXISTS (SELECT 1 FROM shown h JOIN reaction r ON r.post_id = h.post_id
        WHERE h.evidence_id = evidence.id AND r.story_id <> {story})""",
    # Posts that such an answer shows stay with it.
    """DELETE FROM going_post WHERE EXISTS (SELECT 1 FROM shown h JOIN evidence e ON e.id = h.evidence_id
        WHERE h.post_id = going_post.id AND e.story_id <> {story})""",
    # Answers of no story (a post's own looks) that show nothing but what goes.
    """CREATE TEMPORARY TABLE going_evidence AS SELECT e.id FROM evidence e WHERE e.story_id = {story} OR (e.story_id IS NULL
        AND EXISTS (SELECT 1 FROM shown h WHERE h.evidence_id = e.id AND h.post_id IN (SELECT id FROM going_post))
        AND NOT EXISTS (SELECT 1 FROM shown h WHERE h.evidence_id = e.id AND h.post_id NOT IN (SELECT id FROM going_post)))""",
    """CREATE TEMPORARY TABLE going_body AS SELECT DISTINCT body_hash FROM evidence
    WHERE id IN (SELECT id FROM going_evidence) AND body_hash IS NOT NULL""",
    """CREATE TEMPORARY TABLE going_account AS SELECT DISTINCT account_id AS id FROM post
    WHERE id IN (SELECT id FROM going_post) AND account_id IS NOT NULL""",
)
OF_REACTIONS = "reaction_id IN (SELECT id FROM reaction WHERE story_id = {story})"
OF_POSTS = "post_id IN (SELECT id FROM going_post)"
OF_ANSWERS = "evidence_id IN (SELECT id FROM going_evidence)"
DELETES = (
    ("look", "story_id = {story} OR " + OF_POSTS),
    ("shown", OF_ANSWERS + " OR " + OF_POSTS),
    *((table, OF_REACTIONS) for table in ("witness", "stance", "label", "review")),
    ("reaction", "story_id = {story}"),
    ("person", "story_id = {story}"),
    ("identity", "story_id = {story}"),
    ("claim", "story_id = {story}"),
    ("webmention", "story_id = {story}"),
    ("article_revision", "article_id IN (SELECT id FROM article WHERE story_id = {story})"),
    ("article", "story_id = {story}"),
    ("evidence", "id IN (SELECT id FROM going_evidence)"),
    (
        "evidence_body",
        "hash IN (SELECT body_hash FROM going_body) AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.body_hash = evidence_body.hash)",
    ),
    ("observation", OF_POSTS),
    ("post_revision", OF_POSTS),
    ("post", "id IN (SELECT id FROM going_post)"),
    (
        "account",
        "id IN (SELECT id FROM going_account) AND NOT EXISTS (SELECT 1 FROM post p WHERE p.account_id = account.id)",
    ),
    ("story", "id = {story}"),
)
TEMPORARY = ("going_post", "going_evidence", "going_body", "going_account")


def remove_story(connection: Connection, story: StoryRow) -> Removed:
    """Deletes a story, its answers and its posts, but for those that another story has too."""
    for statement in GOING:
        connection.exec_driver_sql(statement.format(story=story.id))
    counts = {
        table: connection.exec_driver_sql(f"DELETE FROM {table} WHERE {which.format(story=story.id)}").rowcount  # noqa: S608
        for table, which in DELETES
    }
    jobs = {f"job{i}": f"{name}:{story.slug}" for i, name in enumerate(("collect", "discover", "refresh"))}
    connection.execute(text("DELETE FROM job_run WHERE job IN (:job0, :job1, :job2)"), jobs)
    for table in TEMPORARY:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    return Removed(counts["reaction"], counts["post"], counts["evidence"])
