"""The command as people use it: what it prints, how it exits, one line on what is wrong."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

SEED = Path(__file__).parents[2] / "seeds" / "moscow-times"


def storywake(
    *words: str, folder: Path, given: str | None = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "storywake", *words],
        cwd=folder,
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run."""
    folder = tmp_path_factory.mktemp("demo")
    assert storywake("demo", folder=folder).returncode == 0
    return folder


def test_the_demo_reports_the_seed_story_as_its_record_says(demo: Path) -> None:
    record = json.loads((SEED / "expected.json").read_text())
    report = json.loads(storywake("report", "moscow-times", "--format", "json", folder=demo).stdout)
    assert {p["person"]: p["affiliation"] for p in report["people"]} == record["people"]
    assert {r["person"]: r["tie"] for r in report["reactions"]} == record["ties"]
    for reaction in report["reactions"]:
        told = "unclear" if reaction["unclear"] else reaction["stance"]
        assert told in record["stances"][reaction["person"]]
    assert {r["person"]: len(r["witnesses"]) for r in report["reactions"]} == record["witnesses"]
    posts = {
        r["author"]: (r["author_name"], r["posted_at"], r["text"], r["links"])
        for r in report["reactions"]
        if r["author"]
    }
    assert posts == {
        e["author_handle"]: (e["author_name"], e["posted_at"], e["text"], e["links"]) for e in record["embeds"]
    }
    named = {
        a["publisher"]: {"role": a["role"], "corrected": a["corrected"]} for a in report["articles"] if a["publisher"]
    }
    assert named == record["articles"]
    assert report["articles"][0]["correction"].startswith("Artikkeliin korjattiin")


def test_the_demo_run_twice_counts_the_same(demo: Path) -> None:
    query = "select (select count(*) from reactions), (select count(*) from people), (select count(*) from articles), (select count(*) from stances), (select count(*) from witness)"
    before = storywake("sql", query, "--format", "csv", folder=demo).stdout
    again = storywake("demo", folder=demo)
    assert again.returncode == 0
    assert "5 reactions by 5 people" in again.stdout
    assert storywake("sql", query, "--format", "csv", folder=demo).stdout == before


def test_rows_come_in_every_format(demo: Path) -> None:
    query = "select author, likes, text from reactions where story = 'moscow-times' order by reaction_id"
    rows = list(csv.DictReader(io.StringIO(storywake("sql", query, "--format", "csv", folder=demo).stdout)))
    lines = [json.loads(line) for line in storywake("sql", query, "--format", "jsonl", folder=demo).stdout.splitlines()]
    assert [r["author"] for r in lines] == [r["author"] or None for r in rows]
    assert json.loads(storywake("sql", query, "--format", "json", folder=demo).stdout) == lines
    assert storywake("sql", query, folder=demo).stdout.startswith("author")
    out = demo / "r.parquet"
    assert storywake("export", "moscow-times", "--format", "parquet", "--out", str(out), folder=demo).returncode == 0
    assert pq.read_table(out).column("author").to_pylist() == [r["author"] for r in lines]
    assert "reactions" in storywake("sql", folder=demo).stdout


def test_a_write_is_refused(demo: Path) -> None:
    refused = storywake("sql", "delete from reaction", folder=demo)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1


def test_extract_prints_the_promised_shape(tmp_path: Path) -> None:
    printed = json.loads(
        storywake("extract", str(SEED / "article.txt"), "--url", "https://paper.example/a", folder=tmp_path).stdout
    )
    assert {
        "url",
        "canonical_url",
        "title",
        "publisher",
        "authors",
        "published_at",
        "language",
        "text",
        "embeds",
        "links",
        "statements",
    } <= set(printed)
    assert set(printed["embeds"][0]) == {
        "platform",
        "external_id",
        "url",
        "author_handle",
        "author_name",
        "posted_at",
        "text",
        "links",
    }
    assert set(printed["statements"][0]) == {"speaker", "affiliation", "text", "verbatim"}
    assert printed["url"] == "https://paper.example/a"
    assert list(tmp_path.iterdir()) == [], "it touches no database"


def test_normalise_reads_documents_and_lines_and_says_which_line_is_bad(tmp_path: Path) -> None:
    post = {
        "uri": "at://did:plc:a/app.bsky.feed.post/1",
        "author": {"did": "did:plc:a", "handle": "a.example"},
        "record": {"text": "hi", "createdAt": "2024-01-01T00:00:00Z"},
    }
    (tmp_path / "one.json").write_text(json.dumps({"posts": [post]}, indent=1))
    (tmp_path / "lines.jsonl").write_text(
        f"{json.dumps(post)}\nnot json\n{json.dumps({**post, 'uri': 'at://did:plc:a/app.bsky.feed.post/2'})}\n"
    )
    one = storywake("normalise", "--platform", "bluesky", "one.json", folder=tmp_path)
    assert one.returncode == 0
    record = json.loads(one.stdout)
    assert set(record) == {
        "platform",
        "external_id",
        "url",
        "kind",
        "author",
        "text",
        "language",
        "posted_at",
        "in_reply_to",
        "quotes",
        "links",
        "reach",
        "deleted",
    }
    assert set(record["author"]) == {"handle", "name", "external_id", "followers"}
    assert record["reach"] == {"likes": None, "reposts": None, "replies": None, "quotes": None, "views": None}
    lines = storywake("normalise", "--platform", "bluesky", "lines.jsonl", folder=tmp_path)
    assert lines.returncode == 1
    assert [json.loads(line)["external_id"][-1] for line in lines.stdout.splitlines()] == ["1", "2"]
    assert "line 2" in lines.stderr


def test_stance_answers_each_line_in_order(tmp_path: Path) -> None:
    given = '{"id": "a", "text": "This is fake news, it never happened."}\n{"id": 2, "text": "Is this true? Any source?"}\n{"id": "c", "text": "Confirmed, exactly what we wrote."}\n'
    answer = storywake("stance", "--claim", "The bridge fell.", folder=tmp_path, given=given)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(line["id"], line["stance"]) for line in lines] == [("a", "deny"), (2, "query"), ("c", "support")]
    assert all(abs(sum(line["probabilities"].values()) - 1) < 1e-4 for line in lines)
    assert all("@" in line["model"] for line in lines)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("report", "no-such-story"), 1),
        (("extract", "no-such-file"), 1),
        (("extract", "."), 1),
        (("watch", "/dev/null"), 1),
        (("stance", "--model", "no-such-model"), 1),
        (("sql", "select nothing from nowhere"), 1),
        (("bench", "nothing"), 1),
        (("digest", "--send", "--to", "a@b.example"), 1),
        (("--db", "nonsense://x", "demo"), 1),
        (("demo", "--db", "sqlite:////no/such/folder/x.db"), 1),
        (("digest", "--date", "yesterday"), 2),
        (("normalise", "--platform", "friendster", "x"), 2),
        (("report", "x", "--format", "pdf"), 2),
        (("no-such-command",), 2),
        (("collect", "--no-such-option"), 2),
    ],
)
def test_bad_usage_and_bad_input_get_clear_words_and_no_traceback(
    words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    said = storywake(*words, folder=tmp_path)
    assert said.returncode == code
    assert "Traceback" not in said.stderr
    assert said.stderr.strip()
    if code == 1:
        assert said.stderr.strip().count("\n") == 0, said.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    said = storywake("demo", folder=tmp_path, STORYWAKE_TIMEOUT="soon")
    assert said.returncode == 1
    assert "STORYWAKE_TIMEOUT" in said.stderr


def test_doctor_lists_settings_and_hides_secrets(tmp_path: Path) -> None:
    said = storywake(
        "doctor", folder=tmp_path, STORYWAKE_X_TOKEN="hidden-value", STORYWAKE_SMTP_PASSWORD="hidden-value"
    )
    assert said.returncode == 0
    assert "hidden-value" not in said.stdout
    assert "STORYWAKE_HOST_DELAY=1.0" in said.stdout
    assert "no STORYWAKE_SMTP_HOST" in said.stdout
    assert "$0.00 of $5.00 spent today (UTC)" in said.stdout
    assert "0 units of 10000 units spent today (Pacific time)" in said.stdout
    assert "0 searches of 100 searches spent today (Pacific time)" in said.stdout


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "watch",
        "collect",
        "run",
        "report",
        "digest",
        "sql",
        "export",
        "extract",
        "normalise",
        "stance",
        "bench",
        "doctor",
        "import",
        "renormalise",
        "people",
        "label",
        "serve",
        "reader",
    ],
)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    said = storywake(command, "--help", folder=tmp_path)
    assert said.returncode == 0
    assert "Usage" in said.stdout


@pytest.mark.parametrize(
    "command", [("reader", "add"), ("alert", "add"), ("label", "set"), ("digest",), ("user", "token")]
)
def test_help_says_what_holds_where_an_option_is_left_out(command: tuple[str, ...], tmp_path: Path) -> None:
    assert "(default: " in " ".join(storywake(*command, "--help", folder=tmp_path).stdout.replace("│", " ").split())


def test_a_frozen_file_that_is_not_there_is_named_and_no_database_is_made(tmp_path: Path) -> None:
    said = storywake("report", "bridge.zip", folder=tmp_path)
    assert said.returncode == 1 and "bridge.zip: no such file" in said.stderr
    assert not list(tmp_path.iterdir())


def test_spreadsheets_get_no_formulas(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        'The paper said so at length, in a sentence that goes on.\n\n=HYPERLINK("http://x.example") — Eve (@eve) May 1, 2024\n'
    )
    assert storywake("watch", "a.txt", "--slug", "s", "--claim", "x", folder=tmp_path).stdout.strip() == "s"
    rows = list(
        csv.DictReader(
            io.StringIO(storywake("sql", "select text from reactions", "--format", "csv", folder=tmp_path).stdout)
        )
    )
    assert rows[0]["text"].startswith("'=HYPERLINK")


def test_a_hostile_file_costs_a_line_and_not_a_hang(tmp_path: Path) -> None:
    tag = "<html><body><p " + " ".join(f"a{i}" for i in range(500_000)) + ">x</p>"
    (tmp_path / "hostile.html").write_text(tag)
    for words in (("extract", "hostile.html"), ("normalise", "--platform", "x", "hostile.html")):
        done = storywake(*words, folder=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1 and "hostile.html: took longer than 5 s to read" in done.stderr


def test_an_empty_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text(" \n")
    done = storywake("extract", "empty.html", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the document is empty" in done.stderr


def test_saved_questions_are_listed_and_asked_by_name(tmp_path: Path) -> None:
    listed = storywake("sql", "--questions", folder=tmp_path).stdout
    assert (
        "@first  Who reacted first?\n    --story  the story's short name [all]\n    --most  rows [20, integer]"
        in listed
    )
    told = storywake("sql", "@first", "--story=none", "--most", "2", "--format", "csv", folder=tmp_path)
    assert told.stdout.startswith("story,at,platform,author,")
    assert told.stderr == "storywake: no story 'none'; none is watched yet\n", (
        "no rows of a story that is none is no answer"
    )
    for words, code, said in (
        (("@frist",), 1, "no saved question 'frist'"),
        (("@first", "--most", "many"), 1, "most is a whole number"),
        (("@curve",), 1, "post is needed"),
        (("@first", "--colour", "red"), 2, "has no option"),
        (("@first", "--story"), 2, "needs a value"),
        (("select 1", "--story", "x"), 2, "unexpected"),
        (("--colour",), 2, "no such option"),
    ):
        ended = storywake("sql", *words, folder=tmp_path)
        assert (ended.returncode, said in ended.stderr) == (code, True), (words, ended.stderr)


def test_the_dictionary_is_printed_where_nothing_is_asked(tmp_path: Path) -> None:
    told = storywake("sql", folder=tmp_path).stdout
    assert told.startswith("reactions (view)\n  A reaction to a story: one row")
    assert "likes               integer, likes: likes at the last look" in told
    assert "secret" not in told
