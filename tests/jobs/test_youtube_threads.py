"""All answers to a comment below a video are reactions, though YouTube's list of threads shows a handful of each."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from storywake.collector.settings import Settings
from storywake.jobs.watch import watch

from ..loopback import Asked, Reply, Site
from .world import Clock, ask, one_pass, page

VIDEO = "dQw4w9WgXcQ"
SHOWN = 5


def comment(name: str, parent: str | None = None) -> dict[str, Any]:
    """A comment as YouTube tells it; the list of the answers to one does not name the video."""
    within = {"parentId": parent} if parent else {"videoId": VIDEO}
    said = {"textOriginal": f"words {name}", "authorDisplayName": f"@{name}", "publishedAt": "2024-03-03T10:00:00Z"}
    return {"kind": "youtube#comment", "id": name, "snippet": said | within}


def listed(found: list[Any]) -> Reply:
    return Reply(json.dumps({"items": found}).encode())


class Video:
    """A video with threads of so many answers."""

    def __init__(self, site: Site, answers: dict[str, int]) -> None:
        self.answers, self.asked = answers, list[str]()
        site.routes["/youtube/v3/videos"] = lambda asked: listed(self.video())
        site.routes["/youtube/v3/commentThreads"] = lambda asked: listed(self.threads())
        site.routes["/youtube/v3/comments"] = lambda asked: listed(self.below(asked))
        site.routes["/youtube/v3/search"] = lambda asked: listed([])
        shown = f'<iframe src="https://www.youtube.com/embed/{VIDEO}"></iframe>'
        site.page("/bridge", page("Bridge never inspected", page("", "") + shown))

    def video(self) -> list[Any]:
        told = {"viewCount": "9", "commentCount": str(len(self.answers) + sum(self.answers.values()))}
        said = {"title": "t", "description": "d", "publishedAt": "2024-03-03T09:00:00Z", "channelId": "c"}
        return [{"kind": "youtube#video", "id": VIDEO, "snippet": said, "statistics": told}]

    def threads(self) -> list[Any]:
        return [
            {
                "kind": "youtube#commentThread",
                "snippet": {"videoId": VIDEO, "topLevelComment": comment(top), "totalReplyCount": many},
                "replies": {"comments": self.replies(top)[:SHOWN]},
            }
            for top, many in self.answers.items()
        ]

    def below(self, asked: Asked) -> list[Any]:
        self.asked += asked.query["parentId"]
        return self.replies(asked.query["parentId"][0])

    def replies(self, top: str) -> list[Any]:
        return [comment(f"{top}.{number}", top) for number in range(self.answers[top])]


def looked_at(engine: Engine, settings: Settings, site: Site, clock: Clock, **more: int) -> None:
    chosen = settings.model_copy(
        update={
            "platforms": ["web", "youtube"], "youtube_url": site.url, "youtube_key": "k", "coverage": False,
            "comments": False, **more,
        }
    )  # fmt: skip
    watch(engine, chosen, f"{site.url}/bridge", slug="bridge")
    for _ in range(4):
        one_pass(engine, chosen, clock.now)
        clock.forward(hours=6)


def test_all_answers_to_a_comment_are_reactions(
    engine: Engine, settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = Video(site, {"c1": 12, "c2": SHOWN, "c3": 0})
    looked_at(engine, settings, site, Clock(monkeypatch))
    rows = ask(engine, "SELECT external_id, url, tie_source FROM reactions WHERE kind = 'comment'")
    assert len(rows) == 3 + 12 + SHOWN
    assert ("c1.11", f"https://www.youtube.com/watch?v={VIDEO}&lc=c1.11", "c1") in [tuple(row) for row in rows]
    assert video.asked == ["c1"]
    assert ask(engine, "SELECT story FROM lag") == []


def test_where_the_budget_is_short_the_thread_that_lacks_most_comes_first(
    sqlite: Engine, settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = Video(site, {"c1": 7, "c2": 40, "c3": 9})
    looked_at(sqlite, settings, site, Clock(monkeypatch), youtube_budget=3, attempts=1)
    assert video.asked == ["c2"]
