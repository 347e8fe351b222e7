"""The first step of most commands: loads the settings and opens their database."""

from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.db.engine import open_database, reading
from storywake.db.stories import StoryRow, find_story


def settings_and_engine() -> tuple[Settings, Engine]:
    """The settings and the database that they name. Raises BadInput where it cannot be opened."""
    settings = Settings()
    return settings, open_database(settings.db)


def engine_and_story(slug: str) -> tuple[Engine, StoryRow]:
    """The database and one of its stories. Raises BadInput where there is none of that name."""
    _, engine = settings_and_engine()
    with reading(engine) as connection:
        return engine, find_story(connection, slug)
