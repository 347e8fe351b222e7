"""What a pass works out: persons and stances where words or authors changed, figures where counts did, else nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storywake.collector.settings import Settings
from storywake.db.engine import writing
from storywake.jobs import collect
from storywake.jobs.watch import watch

from ..loopback import Site
from .world import Bluesky, Clock, embed, one_pass, page


def noting(done: list[str], told: str, right: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*given: Any) -> Any:
        done.append(told)
        return right(*given)

    return noted


def test_a_pass_works_out_what_changed_and_nothing_else(
    sqlite: Engine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, network = Clock(monkeypatch), Bluesky(site)
    chosen = settings.model_copy(update={"bluesky_url": site.url, "coverage": False})
    done: list[str] = []
    for name, told in (("update_people", "people"), ("tell_summary", "figures")):
        monkeypatch.setattr(collect, name, noting(done, told, getattr(collect, name)))
    network.add("root")
    site.page("/bridge", page("Bridge never inspected", embed("root") + page("", "")))
    watch(sqlite, chosen, f"{site.url}/bridge", slug="bridge")

    def passed() -> list[str]:
        done.clear()
        clock.forward(days=3)
        one_pass(sqlite, chosen, clock.now)
        return done

    assert passed() == ["people", "figures"]
    asked = network.told("posts", "root")
    assert passed() == []
    assert network.told("posts", "root") > asked
    network.posts["root"]["likeCount"] = 9
    assert passed() == ["figures"]
    network.posts["root"]["text"] = "other words"
    assert passed() == ["people", "figures"]
    with writing(sqlite) as connection:  # as a pass leaves it that was killed before
        connection.execute(text("UPDATE reaction SET person_id = NULL"))
    assert passed() == ["people"]
