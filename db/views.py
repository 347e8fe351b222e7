"""The views for SQL and the tables kept for them: their names, and the files that their texts are in."""

from importlib import resources

VIEWS = (
    "observations",
    "stances",
    "reactions",
    "stance_over_time",
    "reach_over_time",
    "articles",
    "people",
    "lag",
    "remarks",
    "breaks",
    "growth",
    "changes",
    "revisions",
    "coordination",
    "notes",
    "forecasts",
    "named",
    "steps",
    "own_posts",
    "reach",
)
"""In the order in which they build on each other."""
KEPT_TABLES = ("latest", "reach_hour", "stance_hour")
"""What views are made of besides, kept by triggers (``storywake.db.kept``)."""


def view_sql(view: str) -> str:
    """The text of a view, comments included."""
    return resources.files("storywake.db").joinpath("views", f"{view}.sql").read_text("utf-8")


def kept_sql(table: str) -> str:
    """What a table keeps that views are made of (a name of ``KEPT_TABLES``), comments included."""
    return resources.files("storywake.db").joinpath(f"{table}.sql").read_text("utf-8")
