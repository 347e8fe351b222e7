"""The views for SQL: their names, and the files that their texts are in."""

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
    "growth",
    "changes",
    "revisions",
)
"""In the order in which they build on each other."""


def view_sql(view: str) -> str:
    """The text of a view, comments included."""
    return resources.files("storywake.db").joinpath("views", f"{view}.sql").read_text("utf-8")


def latest_sql() -> str:
    """What the table ``latest`` keeps, which views are made of, comments included."""
    return resources.files("storywake.db").joinpath("latest.sql").read_text("utf-8")
