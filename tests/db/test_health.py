"""Whether a database is sound: what is broken is said in a line."""

import sqlite3

from sqlalchemy import Engine, text

from storywake.db.engine import writing
from storywake.db.health import damage


def test_a_sound_database_has_no_damage(engine: Engine) -> None:
    assert damage(engine) is None


def test_a_row_that_names_one_that_is_not_there_is_told(engine: Engine) -> None:
    orphan = "INSERT INTO claim (story_id, position, text) VALUES (77, 0, 'It fell.')"
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as file:
            file.execute(orphan)
        file.close()
        assert damage(engine) == "claim: row 1 names a row of story that is not there"
        return
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE claim DROP CONSTRAINT fk_claim_story_id"))
        connection.execute(text(orphan))
        connection.execute(
            text("ALTER TABLE claim ADD CONSTRAINT kept FOREIGN KEY (story_id) REFERENCES story (id) NOT VALID")
        )
    assert damage(engine) == "not valid: kept"
