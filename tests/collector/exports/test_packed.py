"""Files that are packed, or hold no text at all."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from storywake.collector.errors import BadInput
from storywake.collector.exports import archives

from .test_forms import ids, lines
from .test_known import rows_of, written


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_unpacked(tmp_path: Path, packed: Any) -> None:
    rows, _ = rows_of(written(tmp_path, packed("\n".join(lines(1, 2)).encode())))
    assert ids(rows) == ["1700000000000001001", "1700000000000001002"]


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("broken", ["cut off", "overwritten"])
def test_a_packed_file_that_is_broken_is_told_in_a_line(tmp_path: Path, packed: Any, broken: str) -> None:
    body = packed("\n".join(lines(*range(1, 400))).encode())
    half = len(body) // 2
    body = body[:half] if broken == "cut off" else body[:half] + b"\xff\x00" * 20 + body[half + 40 :]
    with pytest.raises(BadInput, match=r"^cannot read [^\n]*$"):
        rows_of(written(tmp_path, body))


@pytest.mark.parametrize(
    ("begins", "why"),
    [(b"PK\x03\x04", "ZIP"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"SQLite format 3\0", "SQLite"), (b"%PDF-1.7", "PDF"), (b"\x01\0\0\x02", "binary")],
)  # fmt: skip
def test_what_is_no_text_is_refused_in_a_line(tmp_path: Path, begins: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        rows_of(written(tmp_path, begins + bytes(range(1, 200)) * 5))


ACCOUNT = 'window.YTD.account.part0 = [{"account": {"username": "lea_example", "accountId": "77", "accountDisplayName": "Lea"}}]'
TWEETS = 'window.YTD.%s.part0 = [{"tweet": {"id_str": "%s", "full_text": "words", "created_at": "Thu May 02 08:01:00 +0000 2024", "entities": {}}}]'
MESSAGES = 'window.YTD.direct_messages.part0 = [{"dmConversation": {"messages": [{"messageCreate": {"id": "1700000000000001009", "text": "secret"}}]}}]'
LEFT_OUT = (
    "its files left out, since their names tell of what was deleted, kept, liked, voted for or said in private"
    " (one that holds posts can be imported by itself)"
)


def zipped(**held: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return made.getvalue()


def tarred(**held: str | bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in held.items():
            body = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return made.getvalue()


@pytest.mark.parametrize("packed", [zipped, tarred])
def test_an_archives_files_are_read_one_after_another(tmp_path: Path, packed: Any) -> None:
    body = packed(**{
        "README.txt": "words", "a.jsonl": "\n".join(lines(1, 2)), "b/b.csv.gz": gzip.compress(b"url\nhttps://x.com/lea_example/status/1700000000000001003"),
        "c.json": '{"an": "object"}', "__MACOSX/._a.jsonl": "\n".join(lines(4)), "page.html": "<html></html>",
    })  # fmt: skip
    rows, notes = rows_of(written(tmp_path, body))
    assert ids(rows) == [f"170000000000000100{n}" for n in (1, 2, 3)]
    assert notes == ["no known posts in 1 of its files: c.json"]


def test_the_posts_of_xs_archive_are_its_owners_and_what_was_deleted_or_is_private_stays_out(tmp_path: Path) -> None:
    held = {
        "data/tweets.js": TWEETS % ("tweets", "1700000000000001001"), "data/deleted-tweets.js": TWEETS % ("deleted_tweets", "1700000000000001002"),
        "data/direct-messages.js": MESSAGES, "data/account.js": ACCOUNT,
    }  # fmt: skip
    [row], notes = rows_of(written(tmp_path, zipped(**held)))
    assert (row["external_id"], row["author"]["handle"], row["author"]["external_id"]) == (
        "1700000000000001001",
        "lea_example",
        "77",
    )
    assert notes == [
        "no known posts in 1 of its files: data/account.js",
        f"2 of {LEFT_OUT}: data/deleted-tweets.js, data/direct-messages.js",
    ]


def test_of_reddits_archive_neither_votes_nor_messages_are_posts(tmp_path: Path) -> None:
    held = {
        "posts.csv": "id,permalink,date,ip,subreddit,gildings,title,url,body\n1cabc10,https://www.reddit.com/r/ferries/comments/1cabc10/ferry/,2024-05-02 08:01:00 UTC,,ferries,0,Ferry late,,It was late\n",
        "post_votes.csv": "id,permalink,direction\n1cxyz99,https://www.reddit.com/r/other/comments/1cxyz99/a/,up\n",
        "messages.csv": "id,permalink,thread_id,date,ip,from,to,subject,body\nx1,https://www.reddit.com/message/messages/x1,,2024-05-02 08:01:00 UTC,,ann,bob,hi,secret\n",
        "saved_posts.csv": "id,permalink\n1cxyz98,https://www.reddit.com/r/other/comments/1cxyz98/b/\n",
    }  # fmt: skip
    rows, notes = rows_of(written(tmp_path, zipped(**held)))
    assert ids(rows) == ["t3_1cabc10"]
    assert notes == [
        "no known posts in 1 of its files: messages.csv",
        f"2 of {LEFT_OUT}: post_votes.csv, saved_posts.csv",
    ]


@pytest.mark.parametrize("name", ["voters.jsonl", "likely.jsonl", "drafting.jsonl"])
def test_a_file_whose_name_only_begins_like_a_list_of_likes_or_votes_is_read(tmp_path: Path, name: str) -> None:
    rows, notes = rows_of(written(tmp_path, zipped(**{name: "\n".join(lines(1))})))
    assert (ids(rows), notes) == (["1700000000000001001"], [])


@pytest.mark.parametrize(
    "name", ["like.js", "likes.json", "liked_posts.json", "watch-history.json", "drafts.csv", "vote.csv"]
)
def test_what_a_platform_calls_likes_history_drafts_and_votes_is_left_out_and_told(tmp_path: Path, name: str) -> None:
    rows, notes = rows_of(written(tmp_path, zipped(**{name: "\n".join(lines(1))})))
    assert (rows, notes) == ([], [f"1 of {LEFT_OUT}: {name}"])


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("id,permalink,thread_id,date,ip,from,to,subject,body", "x1,https://www.reddit.com/message/messages/x1,,2024-05-02 08:01:00 UTC,,ann,bob,hi,secret"),
        ("id,permalink,direction", "1cxyz99,https://www.reddit.com/r/other/comments/1cxyz99/a/,up"),
    ],
)  # fmt: skip
def test_what_is_private_or_a_vote_is_no_post_by_itself_either(tmp_path: Path, head: str, row: str) -> None:
    [why], _ = rows_of(written(tmp_path, f"{head}\n{row}\n"))
    assert "are no posts" in why


@pytest.mark.parametrize(("kind", "found"), [("public_supergroup", 1), ("private_supergroup", 0), ("private_group", 0)])
def test_the_messages_of_a_private_group_are_nobodys_publication(tmp_path: Path, kind: str, found: int) -> None:
    message = {
        "id": 7,
        "type": "message",
        "date": "2024-05-02T08:01:00",
        "date_unixtime": "1714636860",
        "from": "Ann",
        "from_id": "user5",
        "text": "words",
    }
    rows, _ = rows_of(
        written(tmp_path, json.dumps({"name": "Ferries", "type": kind, "id": 987, "messages": [message]}))
    )
    assert sum(not isinstance(row, str) for row in rows) == found


def test_a_row_that_cannot_be_read_is_told_with_its_file(tmp_path: Path) -> None:
    rows, _ = rows_of(written(tmp_path, zipped(**{"a.jsonl": "\n".join([*lines(1), "{torn", *lines(2)])})))
    assert ids(rows) == ["1700000000000001001", "a.jsonl, line 2: not JSON", "1700000000000001002"]


def test_a_file_that_is_too_large_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_FILE", 2_000)
    body = zipped(**{"a.jsonl": "\n".join(lines(*range(1, 60))), "b.jsonl": "\n".join(lines(1))})
    rows, _ = rows_of(written(tmp_path, body))
    assert ids(rows) == ["a.jsonl: larger than 2000 bytes", "1700000000000001001"]


def test_a_broken_archive_is_told_in_a_line(tmp_path: Path) -> None:
    body = bytearray(zipped(**{"a.jsonl": "\n".join(lines(*range(1, 60)))}))
    body[60:120] = b"\xff" * 60
    rows, _ = rows_of(written(tmp_path, bytes(body)))
    assert len(rows) == 1
    assert rows[0].startswith("a.jsonl: ")


@pytest.mark.parametrize("first", [True, False])
def test_a_tar_archive_that_tells_too_much_of_a_file_is_refused(tmp_path: Path, first: bool) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        large = tarfile.TarInfo("b.jsonl")
        large.pax_headers = {"comment": "0" * 1_000_000}
        for entry in (large, tarfile.TarInfo("a.jsonl")) if first else (tarfile.TarInfo("a.jsonl"), large):
            archive.addfile(entry)
    with pytest.raises(BadInput, match="a binary file" if first else r"cannot read .*: a header of 1000\d* bytes"):
        rows_of(written(tmp_path, made.getvalue()))


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Excel workbook: save the sheet as CSV"):
        rows_of(written(tmp_path, zipped(**{"xl/workbook.xml": "<x/>", "a.jsonl": "{}"})))
