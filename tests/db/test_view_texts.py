"""Views are made again when their text changes; what analysts made of their own stands afterwards."""

import logging
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from storywake.collector.settings import Settings
from storywake.db import views
from storywake.db.engine import open_database, reading, writing
from storywake.jobs.watch import watch_seed


def statements_while_opening(address: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What opening a database ran."""
    ran: list[str] = []

    def listening(*words: Any, **more: Any) -> Engine:
        made: Engine = create_engine(*words, **more)
        event.listen(made, "before_cursor_execute", lambda c, cursor, statement, *rest: ran.append(statement))
        return made

    monkeypatch.setattr("storywake.db.engine.create_engine", listening)
    open_database(address).dispose()
    return ran


def change_view(monkeypatch: pytest.MonkeyPatch, name: str, change: tuple[str, str]) -> None:
    """As if a newer version brought another text of a view."""
    today = views.view_sql
    monkeypatch.setattr(views, "view_sql", lambda view: today(view).replace(*change) if view == name else today(view))


def count(engine: Engine, view: str) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {view}")).scalar_one())


def test_an_analysts_view_works_on_after_a_view_below_it_changed(
    address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_database(address)
    watch_seed(engine, settings, "moscow-times")
    with writing(engine) as connection:
        connection.exec_driver_sql(
            """CREATE VIEW "My 50%% view" AS SELECT author_name, tie FROM reactions WHERE tie <> 'x%%' OR tie LIKE '%%e%%'"""
            if engine.dialect.name == "postgresql"
            else """CREATE VIEW "My 50% view" AS SELECT author_name, tie FROM reactions WHERE tie <> 'x%' OR tie LIKE '%e%'"""
        )
        connection.execute(text('CREATE VIEW second AS SELECT tie, COUNT(*) AS n FROM "My 50% view" GROUP BY tie'))
    before = count(engine, '"My 50% view"')
    engine.dispose()
    change_view(monkeypatch, "reactions", ("CREATE VIEW", "-- a comment of a newer version\nCREATE VIEW"))
    caplog.set_level(logging.WARNING, "storywake")
    engine = open_database(address)
    assert count(engine, '"My 50% view"') == before > 0
    assert count(engine, "second") > 0
    assert caplog.messages == []
    engine.dispose()
    again = statements_while_opening(address, monkeypatch)
    assert not [s for s in again if s.split()[0].upper() in ("CREATE", "DROP", "INSERT", "UPDATE", "DELETE", "ALTER")]


def test_a_view_whose_column_went_is_named_and_its_text_kept(
    address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_database(address)
    watch_seed(engine, settings, "moscow-times")
    with writing(engine) as connection:
        connection.execute(text("CREATE VIEW mine AS SELECT rests_on FROM articles"))
        connection.execute(text("CREATE VIEW other AS SELECT url FROM articles"))
    engine.dispose()
    change_view(monkeypatch, "articles", ("a.rests_on", "a.rests_on AS because"))
    assert "because" in views.view_sql("articles")
    caplog.set_level(logging.WARNING, "storywake")
    engine = open_database(address)
    [line] = caplog.messages
    assert "your view mine could not be made again" in line
    assert "\n" not in line
    with reading(engine) as connection:
        kept = connection.execute(text("SELECT text FROM view_text WHERE name = 'mine'")).scalar_one()
    assert "rests_on" in kept
    assert count(engine, "other") > 0
    engine.dispose()
    assert not [s for s in statements_while_opening(address, monkeypatch) if s.startswith(("CREATE", "DROP"))]


def test_an_analysts_view_costs_no_write_when_a_current_database_is_opened(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(address)
    with writing(engine) as connection:
        connection.execute(text("CREATE VIEW mine AS SELECT author_name, tie FROM reactions"))
    engine.dispose()
    ran = statements_while_opening(address, monkeypatch)
    assert not [s for s in ran if s.split()[0].upper() in ("CREATE", "DROP", "INSERT", "UPDATE", "DELETE", "ALTER")]


def test_a_changed_text_of_a_view_is_picked_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(address).dispose()
    change_view(monkeypatch, "articles", ("a.rests_on", "a.rests_on AS because, a.rests_on"))
    engine = open_database(address)
    assert count(engine, "(SELECT because FROM articles) AS found") == 0
    engine.dispose()


def test_a_database_that_is_current_is_opened_without_a_write(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(address).dispose()
    ran = statements_while_opening(address, monkeypatch)
    assert not [s for s in ran if s.split()[0].upper() in ("CREATE", "DROP", "INSERT", "UPDATE", "DELETE", "ALTER")]
    assert not [s for s in ran if "IMMEDIATE" in s]
