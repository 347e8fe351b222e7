"""Against a real Bluesky network on this machine: PLC, PDS and AppView of the reference implementation."""

import asyncio
import glob
import itertools
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.stories import StoryRow, find_story
from storywake.jobs.collect import collect
from storywake.jobs.watch import watch

HERE = Path(__file__).parent
WORDS = "Has the bridge been inspected?"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def contrib_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL with the contributed modules, which the AppView needs and the wheel lacks."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        pytest.skip("no PostgreSQL with contributed modules (Debian: postgresql)")
    root = os.getuid() == 0
    as_user = ["runuser", "-u", "postgres", "--"] if root else []
    folder = Path(subprocess.check_output([*as_user, "mktemp", "-d"], text=True).strip())
    data, port = folder / "data", free_port()
    run = [*as_user, f"{found[-1]}/pg_ctl", "-D", str(data)]
    subprocess.run(
        [*as_user, f"{found[-1]}/initdb", "-D", str(data), "-A", "trust", "-U", "postgres"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        [
            *run,
            "-w",
            "-l",
            str(folder / "log"),
            "-o",
            f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off",
            "start",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    subprocess.run([*run, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    if not shutil.which("redis-server"):
        pytest.skip("no Redis (Debian: redis-server)")
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    )
    yield f"127.0.0.1:{port}"
    server.terminate()
    server.wait()


class Network(NamedTuple):
    """A running network."""

    appview: str
    pds: str
    admin: str  # the password of the server's operator
    process: "subprocess.Popen[str]"

    def settle(self) -> None:
        """Waits until the AppView has seen everything written so far."""
        self._tell("")

    def moderate(self, subject: dict[str, str], event: str, **more: Any) -> None:
        """Has a moderator do something to a post or to an account, and waits likewise."""
        kind = "com.atproto.repo.strongRef" if "uri" in subject else "com.atproto.admin.defs#repoRef"
        done = {"$type": f"tools.ozone.moderation.defs#modEvent{event}", **more}
        self._tell(json.dumps({"event": done, "subject": {"$type": kind, **subject}}))

    def _tell(self, line: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        while "settled" not in self.process.stdout.readline():
            assert self.process.poll() is None


@pytest.fixture(scope="module")
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    if not shutil.which("node") or not (HERE / "node_modules" / "@atproto" / "dev-env").is_dir():
        pytest.skip("no Node or no @atproto/dev-env (npm ci in tests/bluesky)")
    environment = {
        **os.environ,
        "DB_POSTGRES_URL": request.getfixturevalue("contrib_postgresql"),
        "REDIS_HOST": request.getfixturevalue("redis"),
        "LOG_ENABLED": "false",
        "NODE_ENV": "test",
    }
    process = subprocess.Popen(
        ["node", "network.cjs"],
        cwd=HERE,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    while line and not line.startswith("{"):
        line = process.stdout.readline()
    assert line, "the network did not start"
    addresses = json.loads(line)
    yield Network(addresses["appview"], addresses["pds"], addresses["admin"], process)
    process.communicate()


class Account:
    """Somebody on the network."""

    def __init__(self, network: Network, name: str) -> None:
        self._pds = network.pds
        self._headers: dict[str, str] = {}
        made = self._call(
            "com.atproto.server.createAccount",
            {"handle": f"{name}.test", "email": f"{name}@test.example", "password": "a password"},
        )
        self.did, self.handle = made["did"], made["handle"]
        self._headers["Authorization"] = f"Bearer {made['accessJwt']}"

    def _call(self, method: str, body: dict[str, Any] | None) -> Any:
        answer = httpx.post(f"{self._pds}/xrpc/{method}", json=body, headers=self._headers, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def write(self, collection: str, key: str | None = None, **record: Any) -> dict[str, str]:
        """Writes a record, under a key where one is given; returns its uri and cid."""
        body = {
            "repo": self.did,
            "collection": collection,
            "record": {"$type": collection, "createdAt": "2026-01-05T10:00:00.000Z", **record},
            **({"rkey": key} if key else {}),
        }
        answer = self._call("com.atproto.repo.createRecord", body)
        return {"uri": answer["uri"], "cid": answer["cid"]}

    def post(self, words: str, **more: Any) -> dict[str, str]:
        return self.write("app.bsky.feed.post", text=words, **more)

    def like(self, subject: dict[str, str]) -> None:
        self.write("app.bsky.feed.like", subject=subject)

    def deactivate(self) -> None:
        self._call("com.atproto.server.deactivateAccount", {})

    def activate(self) -> None:
        self._call("com.atproto.server.activateAccount", None)

    def delete_account(self, network: Network) -> None:
        """Has the server's operator delete the account."""
        answer = httpx.post(
            f"{self._pds}/xrpc/com.atproto.admin.deleteAccount",
            json={"did": self.did},
            auth=("admin", network.admin),
            timeout=30,
        )
        answer.raise_for_status()

    def delete(self, ref: dict[str, str]) -> None:
        key = ref["uri"].rsplit("/", 1)[1]
        self._call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key})


def watched(
    engine: Engine, settings: Settings, network: Network, folder: Path, author: Account, post: dict[str, str]
) -> tuple[Settings, StoryRow]:
    """A story whose page shows a post, watched on the network."""
    profile = f"https://bsky.app/profile/{author.did}"
    page = folder / "story.html"
    page.write_text(f"""<html><head><title>The bridge</title></head><body><article><p>A long paragraph of the article so that it is one.</p>
        <blockquote class="bluesky-embed" data-bluesky-uri="{post["uri"]}"><p>{WORDS}</p>&mdash; (<a href="{profile}">@{author.handle}</a>)
        <a href="{profile}/post/x">January 5, 2026 at 10:00 AM</a></blockquote></article></body></html>""")
    settings = settings.model_copy(update={"bluesky_url": network.appview})
    watch(engine, settings, str(page), claims=("The bridge was not inspected.",), slug="story")
    with engine.begin() as connection:
        return settings, find_story(connection, "story")


def ask(engine: Engine, query: str) -> dict[str, Any]:
    with engine.begin() as connection:
        return {row.external_id: row for row in connection.execute(text(query))}


def test_posts_threads_quotes_counts_and_deletions(
    network: Network, sqlite: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = itertools.count()
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: f"2099-01-05T11:{next(minutes):02}:00Z")
    anna, bert, carl = (Account(network, name) for name in ("anna", "bert", "carl"))
    post = anna.post(WORDS)
    reply = bert.post("I do not believe a word.", reply={"root": post, "parent": post})
    deeper = carl.post("It matches what we reported.", reply={"root": post, "parent": reply})
    quote = carl.post("Look at this.", embed={"$type": "app.bsky.embed.record", "record": post})
    anna.post("Something else entirely.")
    bert.like(post)
    carl.like(post)
    network.settle()

    settings, story = watched(sqlite, settings, network, tmp_path, anna, post)
    result = asyncio.run(collect(sqlite, settings, [story]))["story"]
    assert result.notes == []
    found = ask(sqlite, "SELECT external_id, author, tie, kind, likes, replies, quotes, person FROM reactions")
    assert {uri: row.tie for uri, row in found.items()} == {
        post["uri"]: "embedded",
        reply["uri"]: "replies",
        deeper["uri"]: "replies",
        quote["uri"]: "quotes",
    }
    assert found[post["uri"]].author == "anna.test"
    assert (found[post["uri"]].likes, found[post["uri"]].replies, found[post["uri"]].quotes) == (2, 1, 1)
    assert found[quote["uri"]].kind == "quote"

    anna.like(post)
    bert.delete(reply)
    network.settle()
    result = asyncio.run(collect(sqlite, settings, [story]))["story"]
    grown = ask(sqlite, "SELECT external_id, likes, deleted, text FROM reactions")
    assert grown[post["uri"]].likes == 3
    assert {uri for uri, row in grown.items() if row.deleted} == {reply["uri"]}
    assert grown[reply["uri"]].text == "I do not believe a word.", "a deleted post keeps its text until the time set"
    with sqlite.begin() as connection:
        likes = [
            row.likes
            for row in connection.execute(
                text("SELECT likes FROM observations WHERE external_id = :u ORDER BY observed_at"), {"u": post["uri"]}
            )
        ]
    assert likes[0] == 2
    assert likes[-1] == 3


def test_labels_detached_quotes_blocks_deactivation_and_deletion(
    network: Network, sqlite: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = itertools.count()
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: f"2099-02-05T11:{next(minutes):02}:00Z")
    vera, shy, rude, gone, away, foe = (Account(network, f"{name}2") for name in ("vera", "shy", "rude", "gone", "away", "foe"))  # fmt: skip
    post = vera.post(WORDS)
    shy.write("app.bsky.actor.profile", "self", labels=values("!no-unauthenticated"))
    quiet = shy.post("A thought for friends.", embed={"$type": "app.bsky.embed.record", "record": post})
    marked = rude.post("See this picture.", labels=values("graphic-media"), embed={"$type": "app.bsky.embed.record", "record": post})  # fmt: skip
    leaving = gone.post("I will delete myself.", embed={"$type": "app.bsky.embed.record", "record": post})
    resting = away.post("I will be back.", embed={"$type": "app.bsky.embed.record", "record": post})
    detached = foe.post("You are all wrong.", embed={"$type": "app.bsky.embed.record", "record": post})
    key = post["uri"].rsplit("/", 1)[1]
    network.settle()

    settings, story = watched(sqlite, settings, network, tmp_path, vera, post)

    def passed() -> dict[str, Any]:
        network.settle()
        assert asyncio.run(collect(sqlite, settings, [story]))["story"].notes == []
        return ask(sqlite, "SELECT external_id, text, deleted, labels, tie FROM reactions")

    found = passed()
    assert {uri: row.tie for uri, row in found.items() if uri != post["uri"]} == dict.fromkeys(
        [ref["uri"] for ref in (quiet, marked, leaving, resting, detached)], "quotes"
    )
    assert (found[quiet["uri"]].text, found[quiet["uri"]].labels) == (None, "!no-unauthenticated")
    assert (found[marked["uri"]].text, found[marked["uri"]].labels) == ("See this picture.", "graphic-media")

    vera.write("app.bsky.feed.postgate", key, post=post["uri"], detachedEmbeddingUris=[detached["uri"]])
    vera.write("app.bsky.graph.block", subject=rude.did)
    away.deactivate()
    gone.delete_account(network)
    found = passed()
    assert {uri for uri, row in found.items() if row.deleted} == {leaving["uri"], resting["uri"]}
    assert found[detached["uri"]].text == "You are all wrong.", "it quoted the post, whoever may see that now"

    away.activate()
    found = passed()
    assert {uri for uri, row in found.items() if row.deleted} == {leaving["uri"]}
    assert found[resting["uri"]].text == "I will be back."


def test_takedowns_and_labels_by_moderators_are_heard_and_so_is_that_they_are_taken_back(
    network: Network, engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = itertools.count()
    monkeypatch.setattr("storywake.collector.net.fetch.stamp", lambda moment: f"2099-03-05T11:{next(minutes):02}:00Z")
    names = (f"{name}-{engine.dialect.name[:6]}" for name in ("vera", "rude", "spam", "joke", "mark"))
    vera, rude, spam, joke, mark = (Account(network, name) for name in names)
    post = vera.post(WORDS)
    taken, banned, doubted, told = (
        author.post(f"Says {author.handle}.", embed={"$type": "app.bsky.embed.record", "record": post})
        for author in (rude, spam, joke, mark)
    )
    settings, story = watched(engine, settings, network, tmp_path, vera, post)

    def passed() -> dict[str, Any]:
        assert asyncio.run(collect(engine, settings, [story]))["story"].notes == []
        return ask(engine, "SELECT external_id, text, deleted, labels FROM reactions")

    network.settle()
    before = passed()
    assert set(before) == {ref["uri"] for ref in (post, taken, banned, doubted, told)}
    assert not any(row.deleted or row.labels for row in before.values())

    network.moderate(taken, "Takedown")
    network.moderate({"did": spam.did}, "Takedown")
    network.moderate(doubted, "Label", createLabelVals=["misleading"], negateLabelVals=[])
    network.moderate({"did": mark.did}, "Label", createLabelVals=["rumor"], negateLabelVals=[])
    found = passed()
    assert {uri for uri, row in found.items() if row.deleted} == {taken["uri"], banned["uri"]}
    assert {uri: row.labels for uri, row in found.items() if row.labels} == {
        doubted["uri"]: "misleading",
        told["uri"]: "rumor",
    }

    network.moderate(taken, "ReverseTakedown")
    network.moderate({"did": spam.did}, "ReverseTakedown")
    network.moderate(doubted, "Label", createLabelVals=[], negateLabelVals=["misleading"])
    network.moderate({"did": mark.did}, "Label", createLabelVals=[], negateLabelVals=["rumor"])
    found = passed()
    assert {uri: row.text for uri, row in found.items()} == {uri: row.text for uri, row in before.items()}
    assert not any(row.deleted or row.labels for row in found.values())


def values(*labels: str) -> dict[str, Any]:
    """Labels that an author sets."""
    return {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label} for label in labels]}
