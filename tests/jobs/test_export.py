"""Rows out of the store, and in again."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.jobs.export import RowFormat, cell, unguarded, write_rows
from storywake.jobs.export import written as into
from storywake.jobs.imports import import_file
from storywake.jobs.watch import watch_seed

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", ";=cmd|'/c calc'!A1", "a;=1", 'a";=1']
TEXTS = [*FORMULAS, "'", "'quoted'", "'=1", "''=1", "plain", 'with "quotes", and commas', "", "two\nlines"]


def written(form: str, columns: list[str], rows: list[list[Any]]) -> str:
    out = io.BytesIO()
    assert write_rows(out, RowFormat(form), columns, rows) == len(rows)
    return out.getvalue().decode()


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_with_a_formula_whichever_sign_separates(formula: str, separator: str) -> None:
    file = io.StringIO(written("csv", ["text"], [[formula]]), newline="")
    for row in csv.reader(file, delimiter=separator):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row), row


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(TEXTS))
def test_what_is_put_in_front_of_a_text_is_taken_off_again(value: str) -> None:
    [[read]] = list(csv.reader(io.StringIO(cell(value), newline=""))) or [[""]]
    assert unguarded(read) == value


def test_numbers_stay_numbers_and_unknown_is_empty() -> None:
    assert written("csv", ["n", "odd name", "=x"], [[-5, None, "x"]]) == 'n,"odd name","\'=x"\n-5,,"x"\n'


def test_texts_that_go_out_as_csv_come_in_as_they_were(sqlite: Engine, settings: Settings, tmp_path: Path) -> None:
    texts = [value for value in TEXTS if value == value.strip() and value]
    rows = [[f"https://bsky.app/profile/a.example/post/{n}", "@a.example", value] for n, value in enumerate(texts)]
    (tmp_path / "rows.csv").write_text(written("csv", ["url", "author", "text"], rows), newline="")
    imported = import_file(sqlite, settings, watch_seed(sqlite, settings, "moscow-times"), str(tmp_path / "rows.csv"))
    assert (imported.posts, imported.bad) == (len(texts), [])
    with sqlite.begin() as connection:
        stored = (
            connection.execute(text("SELECT text FROM post WHERE platform = 'bluesky' ORDER BY id")).scalars().all()
        )
    assert sorted(stored) == sorted(texts)


def test_a_table_is_written_as_its_rows_come_and_shows_no_escapes() -> None:
    out = io.BytesIO()

    def rows() -> Iterator[list[Any]]:
        for number in range(1500):
            if number == 1200:
                assert out.getvalue().count(b"\n") > 1000, "earlier rows were written"
            yield [f"\x1b[31m{number}\u202e"]

    write_rows(out, RowFormat.TABLE, ["\x1b]0;title\x07name"], rows())
    assert "\x1b" not in out.getvalue().decode()
    assert "\u202e" not in out.getvalue().decode()
    assert out.getvalue().startswith(b"]0;title name\n")


def test_a_table_rounds_fractions_and_a_file_keeps_them() -> None:
    table, file = io.BytesIO(), io.BytesIO()
    for out, form in ((table, RowFormat.TABLE), (file, RowFormat.CSV)):
        write_rows(out, form, ["share", "n"], [[0.644927536231884, 3], [12345.5, 1]])
    assert [line.split() for line in table.getvalue().decode().splitlines()[2:]] == [["0.6449", "3"], ["12345.5", "1"]]
    assert "0.644927536231884" in file.getvalue().decode()


def test_a_batch_of_long_texts_is_written_before_it_fills_the_memory(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    with (tmp_path / "long.parquet").open("wb") as out:
        write_rows(out, RowFormat.PARQUET, ["text"], (["x" * 1_000_000] for _ in range(100)))
    assert pq.ParquetFile(tmp_path / "long.parquet").num_row_groups == 4


def test_a_link_or_device_is_written_into_and_stays_what_it_is(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.symlink_to("/dev/null")
    with into(nowhere) as file:
        file.write(b"gone")
    assert nowhere.is_symlink() and nowhere.is_char_device()
    kept = tmp_path / "kept"
    kept.write_bytes(b"before")
    link = tmp_path / "link"
    link.symlink_to(kept)
    with into(link) as file:
        file.write(b"after")
    assert link.is_symlink() and kept.read_bytes() == b"after"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "link", "nowhere"]
