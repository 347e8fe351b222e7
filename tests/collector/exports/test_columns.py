"""What the names of a table's columns tell, and tables that hold more or less than a row of names and rows of posts."""

from pathlib import Path

import pytest

from storywake.collector.exports.cells import in_zone

from .test_forms import ids
from .test_known import rows_of, written

X = "https://x.com/lea_example/status/1700000000000001001"


@pytest.mark.parametrize(
    ("column", "cell", "at"),
    [
        ("Published (Europe/Helsinki)", "5.3.2024 klo 12.00", "2024-03-05T10:00:00Z"),
        ("Published (US/Eastern)", "2024-07-05 12:00", "2024-07-05T16:00:00Z"),
        ("Published (America/Port-au-Prince)", "2024-03-05 12:00", "2024-03-05T17:00:00Z"),
        ("Published (MM/DD/YYYY)", "03/25/2024 12:00", "2024-03-25T12:00:00Z"),
        ("Date (EST)", "2024-03-05 12:00", "2024-03-05T17:00:00Z"),
        ("Date (ISO)", "2024-03-05 12:00", "2024-03-05T12:00:00Z"),
        ("Date (ISO 8601)", "2024-03-05T12:00:00", "2024-03-05T12:00:00Z"),
        ("Date [EST]", "2024-03-05 12:00", "2024-03-05T17:00:00Z"),
        ("Published - EST", "2024-03-05 12:00", "2024-03-05T17:00:00Z"),
        ("Date UTC", "2024-03-05 12:00", "2024-03-05T12:00:00Z"),
        ("Posted (UNIX)", "1709640000", "2024-03-05T12:00:00Z"),
        ("created (local)", "2024-03-05 12:00", "2024-03-05"),
        ("Created (local time)", "2024-03-05 12:00", "2024-03-05"),
        ("Erstellt (Ortszeit)", "2024-03-05 12:00", "2024-03-05"),
        ("created_at (UTC)", "2024-03-05 12:00:00", "2024-03-05T12:00:00Z"),
        ("Date (dd.mm.yyyy)", "05.03.2024 um 10:15", "2024-03-05T10:15:00Z"),
        ("date", "45356,4166666667", "2024-03-05T10:00:00Z"),
    ],
)
def test_the_zone_that_a_column_names_holds_for_its_times(tmp_path: Path, column: str, cell: str, at: str) -> None:
    [row], notes = rows_of(written(tmp_path, f"url\t{column}\ttext\n{X}\t{cell}\twords"))
    assert (row["posted_at"], notes) == (at, [])


@pytest.mark.parametrize(
    ("cell", "zone", "at"),
    [
        ("2024-07-05 12:00", "Europe/Helsinki", "2024-07-05T09:00:00Z"),
        ("2024-03-05T12:00:00+01:00", "EST", "2024-03-05T11:00:00Z"),
        ("1709632800", "Europe/Paris", "2024-03-05T10:00:00Z"),
        ("1709632800.0", "Europe/Paris", "2024-03-05T10:00:00Z"),
        ("1.7096328E+09", "EST", "2024-03-05T10:00:00Z"),
        ("Tue Mar 05 10:00:00 +0000 2024", "Europe/Helsinki", "2024-03-05T10:00:00Z"),
        ("Tue Mar 05 10:00:00 UTC 2024", "Europe/Helsinki", "2024-03-05T10:00:00Z"),
        ("2024-03-05 10:00:00.123456+00", "Europe/Helsinki", "2024-03-05T10:00:00Z"),
        ("10:30 25-03-2024", "Europe/Helsinki", "2024-03-25T08:30:00Z"),
        ("2024-03-05", "EST", "2024-03-05"),
        ("2024-03-05 12:00", "Nowhere/Atall", "2024-03-05"),
        ("2024-03-05 12:00", "QQQ", "2024-03-05"),
        ("2024-03-05 10:00 PM", "UTC-5", "2024-03-06T03:00:00Z"),
        ("soon", "EST", None),
    ],
)
def test_a_time_that_tells_its_own_zone_keeps_it_and_one_in_an_unknown_zone_is_a_day(
    cell: str, zone: str, at: str | None
) -> None:
    assert in_zone(cell, zone) == at


def test_a_zone_is_no_matter_of_columns_that_hold_no_times(tmp_path: Path) -> None:
    [row], _ = rows_of(written(tmp_path, f"url,likes (EU),text\n{X},20240305,words"))
    assert row["reach"]["likes"] == 20240305


def test_of_columns_of_one_name_the_first_that_holds_something_counts(tmp_path: Path) -> None:
    [row], _ = rows_of(written(tmp_path, f"url,text,text,date,date\n{X},words,,,2024-03-05\n"))
    assert (row["text"], row["posted_at"]) == ("words", "2024-03-05")


def test_a_list_of_ids_is_read_where_the_user_says_whose_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, "1700000000000001001\n1700000000000001002\n")
    assert ids(rows_of(path, "x")[0]) == ["1700000000000001001", "1700000000000001002"]
    [why], _ = rows_of(path)
    assert "no column of addresses or ids" in why
    assert ids(rows_of(written(tmp_path, "tweet_id\n1700000000000001001\n"), "x")[0]) == ["1700000000000001001"]


@pytest.mark.parametrize(
    "columns",
    [
        "Permalink,Description,Page name,Publish time,Reactions (total),Comments [all],Shares (count)",
        "Permalink,Beschreibung,Name der Seite,Veröffentlichungszeit,Reaktionen,Kommentare,Geteilte Inhalte",
        "Permalien,Description,Nom de la Page,Heure de publication,Réactions,Commentaires,Partages",
        "Enlace permanente,Descripción,Nombre de la página,Hora de publicación,Reacciones,Comentarios,Veces que se compartió",
        "Pysyväislinkki,Kuvaus,Sivun nimi,Julkaisuaika,Reaktiot,Kommentit,Jaot",
        "Permalänk,Beskrivning,Sidnamn,Publiceringstid,Reaktioner,Kommentarer,Delningar",
        "Постоянная ссылка,Описание,Название Страницы,Время публикации,Реакции,Комментарии,Репосты",
        "Постійне посилання,Опис,Назва Сторінки,Час публікації,Реакції,Коментарі,Поширення",
    ],
)
def test_a_page_owners_table_is_read_in_the_language_of_the_account(tmp_path: Path, columns: str) -> None:
    address = "https://www.facebook.com/leasbridge/posts/1700000000000001"
    [row], notes = rows_of(written(tmp_path, f"{columns}\n{address},Never inspected,Lea,2024-03-05 12:00,12,3,4"))
    assert notes == []
    assert (row["text"], row["posted_at"], row["author"]["name"]) == ("Never inspected", "2024-03-05T12:00:00Z", "Lea")
    assert [row["reach"][name] for name in ("likes", "replies", "reposts")] == [12, 3, 4]


def test_a_word_of_capitals_behind_a_columns_name_is_a_zone_behind_a_time_alone(tmp_path: Path) -> None:
    table = f"LINK TEXT,LINK,AUTHOR LIST,TEXT,DATE EST\nthe bridge,{X},nobody,Never inspected,2024-03-05 12:00\n"
    [row], _ = rows_of(written(tmp_path, table))
    assert (row["url"], row["author"]["handle"]) == (X, "lea_example")
    assert (row["text"], row["posted_at"]) == ("Never inspected", "2024-03-05T17:00:00Z")
