"""Tables and lines as spreadsheets, scripts and tools write them; and what of them cannot be read is told by its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storywake.collector.errors import BadInput
from storywake.collector.exports import cells, files
from storywake.collector.exports.documents import NOTHING_POSTED

from .test_known import rows_of, written

X = "https://x.com/lea_example/status/17000000000000010"
V1 = {"id_str": "1700000000000001001", "full_text": "words", "user": {"screen_name": "lea_example"}}


def lines(*numbers: int, **more: Any) -> list[str]:
    return [json.dumps({**V1, "id_str": f"17000000000000010{n:02}", **more}, ensure_ascii=False) for n in numbers]


def ids(rows: list[Any]) -> list[str]:
    return [row if isinstance(row, str) else row["external_id"] for row in rows]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("20", 20), ("20.0", 20), ("20,00", 20), ("1,204", 1204), ("1.204", 1204), ("1 204", 1204), ("1\u00a0204", 1204),
        ("1\u202f204", 1204), ("1'204", 1204), ("1,204,000", 1204000), ("12,04,000", 1204000), ("1,204.00", 1204), ("1.2K", 1200),
        ("1,2k", 1200), ("3.4M", 3400000), ("1.2 Mio.", 1200000), ("5 tsd.", 5000), ("1,2 тыс.", 1200), ("1.2万", 12000), (20, 20), (20.0, 20),
        ("0", 0), ("", None), ("N/A", None), ("nan", None), ("-1", None), ("20.5", None), ("1.20", None), ("lots", None), ("1e999", None),
        (True, None), (None, None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_a_count_is_read_as_it_is_written(cell: Any, number: int | None) -> None:
    assert cells.number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [("en", "en"), ("en,fi", "en"), ("English", "en"), ("pt-BR", "pt"), ("und", None), ("Klingon", None), (None, None)],
)
def test_a_language_is_read_by_its_code_or_its_name(cell: Any, code: str | None) -> None:
    assert cells.language_of(cell) == code


def test_a_title_that_the_text_begins_with_is_not_told_twice(tmp_path: Path) -> None:
    path = written(
        tmp_path, f"url,title,text\n{X},The ferry was…,The ferry was late\n{X}1,Late,The ferry\n", "posts.csv"
    )
    assert [row["text"] for row in rows_of(path)[0]] == ["The ferry was late", "Late\n\nThe ferry"]


def test_a_title_that_a_tool_makes_of_author_and_text_is_not_told(tmp_path: Path) -> None:
    path = written(tmp_path, f'url,title,text\n{X},Lea - The ferry was…,"The ferry\nwas late"\n', "posts.csv")
    assert [row["text"] for row in rows_of(path)[0]] == ["The ferry\nwas late"]


UNKNOWN = {
    "link": f"{X}01",
    "author": {"userName": "lea_example"},
    "full_text": "Late",
    "created_at": "2024-05-02T08:00:00Z",
}


@pytest.mark.parametrize("held", [UNKNOWN, {"results": [{"hit": UNKNOWN}]}, [UNKNOWN]])
def test_objects_of_an_unknown_tool_are_read_by_their_addresses(tmp_path: Path, held: Any) -> None:
    [post], notes = rows_of(written(tmp_path, json.dumps(held), "posts.json"))
    assert (post["platform"], post["external_id"], post["text"]) == ("x", "1700000000000001001", "Late")
    assert (post["author"]["handle"], post["posted_at"], notes) == ("lea_example", "2024-05-02T08:00:00Z", [])


def test_an_address_without_its_scheme_names_its_post(tmp_path: Path) -> None:
    item = {"link": "t.me/bridgenews/101", "text": "Late", "date": 1714636800, "views": 9}
    [post], _ = rows_of(written(tmp_path, json.dumps(item), "posts.json"))
    assert (post["platform"], post["external_id"], post["reach"]["views"]) == ("telegram", "bridgenews/101", 9)
    [row], _ = rows_of(written(tmp_path, "link,text\nx.com/lea_example/status/1700000000000001001,Late\n", "posts.csv"))
    assert row["external_id"] == "1700000000000001001"


def test_a_known_tables_rows_are_read_as_objects_too(tmp_path: Path) -> None:
    item = {"id": "C4Ferry0001", "url": "https://www.threads.net/@lea/post/C4Ferry0001", "body": "Late", "author": "lea", "author_is_verified": "no",
        "link_url": "https://paper.example/a", "unix_timestamp": 1714636800}  # fmt: skip
    [post], _ = rows_of(written(tmp_path, json.dumps(item), "posts.ndjson"))
    assert (post["platform"], post["links"]) == ("threads", ["https://paper.example/a"])


@pytest.mark.parametrize("left", ["link", "full_text", "created_at"])
def test_objects_of_an_unknown_tool_without_address_text_or_time_are_refused(tmp_path: Path, left: str) -> None:
    item = {key: value for key, value in UNKNOWN.items() if key != left}
    assert rows_of(written(tmp_path, json.dumps(item), "posts.json"))[0] == [
        "item 1: no platform knows this form as its own"
    ]


def test_an_unknown_tools_time_is_that_of_the_post_not_of_its_visit(tmp_path: Path) -> None:
    item = {**UNKNOWN, "timestamp": "2024-05-03T00:00:00Z"}
    assert rows_of(written(tmp_path, json.dumps(item), "posts.json"))[0][0]["posted_at"] == "2024-05-02T08:00:00Z"


def test_a_comment_is_not_said_to_be_by_who_wrote_the_post_above_it(tmp_path: Path) -> None:
    path = written(tmp_path, f"url,comment_id,comment_text\n{X}01,1700000000000009001,No\n", "comments.csv")
    [comment], _ = rows_of(path)
    assert (comment["author"]["handle"], comment["in_reply_to"]) == (None, "1700000000000001001")


def test_a_post_that_a_tool_tells_again_with_each_picture_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([*lines(1), *lines(1), *lines(2), *lines(1)]))
    assert ids(rows_of(path)[0]) == ["1700000000000001001", "1700000000000001002", "1700000000000001001"]


SERVICE = {
    "_": "MessageService",
    "id": 3,
    "peer_id": {"_": "PeerChannel", "channel_id": 9},
    "date": "2024-05-02",
    "action": {},
}
ACCOUNT = {
    "did": "did:plc:ferryferryferryferryferr",
    "time_us": 1714636800000000,
    "kind": "account",
    "account": {"active": True},
}


@pytest.mark.parametrize("item", [SERVICE, ACCOUNT])
def test_what_is_known_to_be_no_post_is_no_bad_row(tmp_path: Path, item: dict[str, Any]) -> None:
    rows, notes = rows_of(written(tmp_path, "\n".join([*lines(1), json.dumps(item)])))
    assert (ids(rows), notes) == (["1700000000000001001"], [f"1 of its documents tell{NOTHING_POSTED[8:]}"])


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ('<!DOCTYPE html><div class="history"><div class="from_name">Bridge News</div></div>', "machine-readable JSON"),
        ("\n<html><p>A page</p></html>", "a web page"),
    ],
)
def test_a_page_is_refused_with_what_to_do(tmp_path: Path, page: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        rows_of(written(tmp_path, page, "messages.html"))


@pytest.mark.parametrize("cell", ['{""text"":""So""', "So", '[""So""'])
def test_a_comment_whose_pieces_cannot_be_told_keeps_its_words(tmp_path: Path, cell: str) -> None:
    comment = "UgxFerryFerryFerryFerry4AaABAg"
    path = written(
        tmp_path, f'Channel ID,Comment ID,Video ID,Comment Text\nUC,{comment},ferryferry1,"{cell}"\n', "comments.csv"
    )
    assert [row["text"] for row in rows_of(path)[0]] == [cell.replace('""', '"')]


@pytest.mark.parametrize(("cell", "number"), [("👍: 30, ❤: 4", 34), ("👍×3", 3), ("12", 12), ("👍", None)])
def test_reactions_are_added_up(cell: str, number: int | None) -> None:
    assert cells.total(cell) == number


@pytest.mark.parametrize(
    ("cell", "order", "at"),
    [
        ("1709632800", None, "2024-03-05T10:00:00Z"), ("1709632800.0", None, "2024-03-05T10:00:00Z"),
        ("1709632800123", None, "2024-03-05T10:00:00Z"), ("1.7096328e9", None, "2024-03-05T10:00:00Z"),
        ("45356.4166666667", None, "2024-03-05T10:00:00Z"), ("45356", None, "2024-03-05"), ("20240305", None, "2024-03-05"),
        ("20240305100000", None, "2024-03-05T10:00:00Z"), ("2024-03-05 10:00:00+00:00", None, "2024-03-05T10:00:00Z"),
        ("2024-03-05 10:00:00 UTC", None, "2024-03-05T10:00:00Z"), ("2024-03-05 12:00:00+02:00", None, "2024-03-05T10:00:00Z"),
        ("3/5/2024 10:00 AM", None, "2024-03-05T10:00:00Z"), ("3/5/2024 12:30 pm", None, "2024-03-05T12:30:00Z"),
        ("05.03.2024 10:00", None, "2024-03-05T10:00:00Z"), ("5.3.2024", None, "2024-03-05"), ("3/5/2024", "mdy", "2024-03-05"),
        ("5/3/2024", "dmy", "2024-03-05"), ("13/3/2024", None, "2024-03-13"), ("3/13/24", None, "2024-03-13"),
        ("3/5/2024", None, None), ("1970-01-01", None, None), ("9999-12-31", None, None), ("0", None, None), ("soon", None, None),
        ("5 mars 2024 à 10:15", None, "2024-03-05T10:15:00Z"), ("5. März 2024, 10.15 Uhr", None, "2024-03-05T10:15:00Z"),
        ("Mar 5, 2024, 10:15 AM", None, "2024-03-05T10:15:00Z"), ("seen in May", None, None), ("31/02/2024", None, None), ("Tue Mar 05 10:00:00 +0000 2024", None, "2024-03-05T10:00:00Z"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_written_and_never_invented(cell: str, order: str | None, at: str | None) -> None:
    assert cells.time(cell, order) == at


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()))
@settings(deadline=None)
def test_no_cell_breaks_the_readers_of_cells(cell: Any) -> None:
    found = cells.number(cell)
    assert found is None or 0 <= found <= 1 << 53
    assert (cells.time(cell) or "1990")[:4] >= "1990"
    assert all(link.startswith("http") for link in cells.addresses(cell))


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (f"sep=;\r\nURL;Text\r\n{X}01;a, b\r\n", ["1700000000000001001"]),
        (f"URL\tText\n{X}02\ta; b, c\n", ["1700000000000001002"]),
        (f"URL|Text\n{X}03|a, b\n", ["1700000000000001003"]),
        (f"\ufeffurl,text\n{X}04,a\n", ["1700000000000001004"]),
        (f"url,text\r{X}05,a\r{X}06,b\r", ["1700000000000001005", "1700000000000001006"]),
        (f"Report of May\nmade by hand\n\nLink,Author,Words\n{X}07,lea,a\n", ["1700000000000001007"]),
        (f"{X}08\n{X}09\n", ["1700000000000001008", "1700000000000001009"]),
        (f"osoite;teksti;kirjoittaja;pvm\n{X}10;myöhässä;lea;5.3.2024\n", ["1700000000000001010"]),
        (f'url,text\n{X}11,"a\u2028b\x85c\nd"\n', ["1700000000000001011"]),
    ],
)
def test_a_table_is_read_as_it_is_written(tmp_path: Path, content: str, wanted: list[str]) -> None:
    rows, notes = rows_of(written(tmp_path, content))
    assert (ids(rows), notes) == (wanted, [])


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("form", ["table", "lines"])
def test_a_file_is_read_in_its_charset(tmp_path: Path, charset: str, form: str) -> None:
    content = (
        f"url,text\n{X}01,Die Fähre für alle\n" if form == "table" else lines(1, full_text="Die Fähre für alle")[0]
    )
    if form == "lines" and charset == "cp1252":
        return
    rows, _ = rows_of(written(tmp_path, content.encode(charset)))
    assert [row["text"] for row in rows] == ["Die Fähre für alle"]


def test_a_bad_byte_is_told_with_its_row_and_costs_no_other(tmp_path: Path) -> None:
    table = f"url,text\n{X}01,Fähre\n{X}02,F\u00e4hre und Br\u00fccke\n{X}03,F?hre\n".encode().replace(b"?", b"\xe4")
    rows, _ = rows_of(written(tmp_path, table))
    assert [row if isinstance(row, str) else row["text"] for row in rows] == [
        "Fähre", "Fähre und Brücke", "line 4: not of the file's encoding in text, read with \ufffd there", "F\ufffdhre",
    ]  # fmt: skip
    bad = "\n".join(lines(1, 2, full_text="F?hre")).encode().replace(b"?", b"\xe4", 1)
    rows, _ = rows_of(written(tmp_path, bad))
    assert [row if isinstance(row, str) else row["text"] for row in rows] == [
        "line 1: not UTF-8 at byte 50, read with \ufffd there", "F\ufffdhre", "F?hre",
    ]  # fmt: skip


def test_lines_end_at_a_line_feed_alone_and_a_torn_one_costs_itself(tmp_path: Path) -> None:
    rows, _ = rows_of(
        written(tmp_path, "\r\n".join([*lines(1, full_text="a\u2028b\x85c"), '{"id_str": "17', *lines(2)]))
    )
    assert ids(rows) == ["1700000000000001001", "line 2: not JSON", "1700000000000001002"]


@pytest.mark.parametrize(
    "content",
    [
        "[" + ",".join(lines(1, 2)) + "]",
        json.dumps([json.loads(line) for line in lines(1, 2)], indent=2),
        "window.YTD.tweets.part0 = [" + ",\n".join(f'{{"tweet": {line}}}' for line in lines(1, 2)) + "]",
        json.dumps({"statuses": [json.loads(line) for line in lines(1, 2)]}, indent=1),
        "\n".join(json.dumps(json.loads(line), indent=1) for line in lines(1, 2)),
        "\x1e" + "\n\x1e".join(lines(1, 2)),
        "\n\n" + "\n".join(lines(1, 2)) + "\n\n",
    ],
)
def test_documents_are_read_in_every_form(tmp_path: Path, content: str) -> None:
    rows, _ = rows_of(written(tmp_path, content))
    assert ids(rows) == ["1700000000000001001", "1700000000000001002"]


def test_a_list_that_is_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    rows, _ = rows_of(written(tmp_path, "[" + ",\n".join(lines(1, 2)) + ',\n{"id_str": "17'))
    [*good, last] = ids(rows)
    assert good == ["1700000000000001001", "1700000000000001002"]
    assert last.startswith("item 3: not JSON")


def test_a_document_larger_than_is_read_at_once_is_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 50_000)
    many = [
        {"id": n, "type": "message", "date_unixtime": "1709632800", "text": f"words {n} " * 20} for n in range(1, 900)
    ]
    whole = {"name": "Example", "type": "public_channel", "id": 1, "username": "examplechan", "messages": many}
    rows, _ = rows_of(written(tmp_path, json.dumps(whole, indent=1)))
    assert ids(rows) == [f"examplechan/{n}" for n in range(1, 900)]


def test_a_line_longer_than_is_read_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 100_000)
    long = lines(2, padding="x" * 250_000)
    rows, _ = rows_of(written(tmp_path, "\n".join([*lines(1), *long, *lines(3)])))
    assert ids(rows)[::2] == ["1700000000000001001", "1700000000000001003"]
    assert ids(rows)[1].startswith("line 2: longer than")


def test_a_cell_longer_than_is_read_costs_its_row(tmp_path: Path) -> None:
    longest, longer = "x" * 2_000_000, "x" * 2_000_001
    rows, _ = rows_of(written(tmp_path, f"link,user,text\n{X}01,max,{longest}\n{X}02,max,{longer}\n{X}03,max,No\n"))
    assert ids(rows)[::2] == ["1700000000000001001", "1700000000000001003"]
    assert ids(rows)[1].startswith("line 3: ")


def test_comments_never_take_the_place_of_what_they_stand_under(tmp_path: Path) -> None:
    video = "https://www.youtube.com/watch?v=abcdefghi31"
    table = f"video_url,author,comment_text,comment_id\n{video},max,No,UgxAAAAAAAAAAAAAAAAAAAAA301\n{video},una,Yes,\n"
    rows, _ = rows_of(written(tmp_path, table))
    assert [(r["kind"], r["external_id"], r["in_reply_to"], r["url"]) for r in rows] == [
        ("comment", "UgxAAAAAAAAAAAAAAAAAAAAA301", "abcdefghi31", None), ("comment", None, "abcdefghi31", None),
    ]  # fmt: skip
    rows, _ = rows_of(written(tmp_path, f"link,user,text\n{X}01,max,No\n{X}01,una,Yes\n{X}01,max,No\n"))
    assert ids(rows) == [
        "1700000000000001001",
        "line 3: the same post as an earlier row, with other words or another author",
        "1700000000000001001",
    ]


def test_an_id_that_a_spreadsheet_has_rounded_is_no_id(tmp_path: Path) -> None:
    rows, _ = rows_of(
        written(
            tmp_path, "tweet_id,text,username\n1.70E+18,a,lea\n1700000000000001000.0,b,lea\n1700000000000001001,c,lea\n"
        )
    )
    assert ids(rows) == [
        "line 2: a spreadsheet has rounded its id, and it has no address",
        "line 3: a spreadsheet has rounded its id",
        "1700000000000001001",
    ]


def test_a_row_with_cells_under_no_name_is_not_guessed_at(tmp_path: Path) -> None:
    rows, _ = rows_of(written(tmp_path, f"url,text,likes\n{X}01,late, again,5\n{X}02,b,6\n"))
    assert ids(rows) == ["line 2: 4 cells under 3 names", "1700000000000001002"]


def test_what_is_not_understood_in_a_row_is_told_once_a_field(tmp_path: Path) -> None:
    rows, notes = rows_of(written(tmp_path, f"url,date,likes\n{X}01,3/4/2024,many\n{X}02,4/5/2024,3\n"))
    assert [(row["posted_at"], row["reach"]["likes"]) for row in rows] == [(None, None), (None, 3)]
    assert notes == [
        "time of 2 rows not understood and left out, first '3/4/2024'",
        "likes of 1 rows not understood and left out, first 'many'",
    ]


def test_days_of_a_column_are_in_the_order_that_one_of_them_shows(tmp_path: Path) -> None:
    rows, _ = rows_of(written(tmp_path, f"url,date\n{X}01,3/4/2024\n{X}02,3/14/2024\n"))
    assert [row["posted_at"] for row in rows] == ["2024-03-04", "2024-03-14"]
    rows, _ = rows_of(written(tmp_path, f"url,date\n{X}01,3/4/2024\n{X}02,14/3/2024\n{X}03,3/14/2024\n"))
    assert [row["posted_at"] for row in rows] == [None, "2024-03-14", "2024-03-14"]


def test_a_platform_that_the_user_names_is_believed(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"id": "1700000000000001001", "text": "words"}))
    assert ids(rows_of(path)[0]) == ["item 1: no platform knows this form as its own"]
    assert ids(rows_of(path, "x")[0]) == ["1700000000000001001"]
    table = written(tmp_path, "id,text\n1700000000000001001,words\n")
    assert rows_of(table)[0] == ["no column of addresses or ids is known in 'id,text'"]
    assert ids(rows_of(table, "x")[0]) == ["1700000000000001001"]


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    for content in ("", "\n \r\n", "\ufeff"):
        assert rows_of(written(tmp_path, content)) == ([], ["it is empty"])


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{", b"[", b"url,text\n", b'{"id_str": "1", "full_text": "a"}\n', b"\xff\xfe", b"sep=;\n"]),
)
@settings(deadline=None, max_examples=200)
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes, begins: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(begins + content)
    try:
        rows, _ = rows_of(path)
    except BadInput:
        return
    assert all(isinstance(row, str) or row["platform"] for row in rows)


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_formula_that_shows_a_link_is_the_address_behind_it(tmp_path: Path, separator: str) -> None:
    formula = f'=HYPERLINK("{X}"{separator}"open")'.replace('"', '""')
    rows, _ = rows_of(written(tmp_path, f'url,text\n"{formula}",=2\n', "a.csv"))
    assert [(row["url"], row["text"]) for row in rows] == [(X, "=2")]


def test_remarks_above_a_list_of_addresses_are_no_rows(tmp_path: Path) -> None:
    rows, notes = rows_of(written(tmp_path, f"# seen on Monday\n\n{X}\nnowhere\n", "a.txt"))
    assert (ids(rows), notes) == (["17000000000000010", "line 4: no web address"], [])


def test_a_column_that_is_called_by_a_hash_is_no_remark(tmp_path: Path) -> None:
    rows, _ = rows_of(written(tmp_path, f"#,url\n1,{X}\n", "a.csv"))
    assert ids(rows) == ["17000000000000010"]


def test_a_tools_objects_are_read_where_the_user_says_whose_they_are(tmp_path: Path) -> None:
    item = {
        "cid": "7300000000000000401",
        "videoWebUrl": "https://www.tiktok.com/@a/video/7300000000000000303",
        "text": "no",
    }
    path = written(tmp_path, json.dumps(item), "a.json")
    assert ids(rows_of(path, "tiktok")[0]) == ["7300000000000000401"]
    assert ids(rows_of(path, "vk")[0]) == ["item 1: VK, but no post in it is read"]
