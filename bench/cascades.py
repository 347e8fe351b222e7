"""Stories to try looks and forecasts on: simulated as the literature fits them, and real threads with the times of replies.

A simulated story is a marked self-exciting process (Hawkes): each reaction brings further ones, after delays with a power
law, in proportion to a power of its author's influence, damped by night and by fading interest. Sources of the numbers:

* delays: the memory kernel of SEISMIC (Zhao, Erdogdu, He, Rajaraman, Leskovec, KDD 2015), even for five minutes and then
  falling with the power 1 + 0.242, as in the code of TiDeH (github.com/NII-Kobayashi/TiDeH, tideh/functions.py);
* night and fading: TiDeH (Kobayashi and Lambiotte, ICWSM 2016), amplitude 0.424, phase 0.125 days, fading by e in two days
  (here in six hours to three days: some news is dead in the evening), the same file;
* influence: a power law with exponent 2.016, of which a post brings reactions as the power 0.5 (Mishra, Rizoiu, Xie,
  CIKM 2016, and the simulation published with it).

Branching numbers, how influential openings are, and how large a part are answers are ours, so that sizes are spread as in
collections: most posts gather nothing, a hundredth gather dozens.
"""

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storywake.collector.errors import BadInput
from storywake.collector.records import Kind

HORIZON = 168.0
"""Hours that a story is followed."""
EVEN_HOURS, THETA = 300 / 3600, 0.242
NIGHT, PHASE = 0.424, 0.125
INFLUENCE_EXPONENT, INFLUENCE_POWER = 2.016, 0.5
MAX_INFLUENCE = 1e4
MEAN_INFLUENCE = (INFLUENCE_EXPONENT - 1) / (INFLUENCE_EXPONENT - 1 - INFLUENCE_POWER)
"""Of a reaction, to the power by which it brings others."""
BRANCHING = (0.3, 0.8)
FADING_DAYS = (0.25, 3.0)
STORY_PULL, STORY_SPREAD = 250.0, 0.5
"""The influence of a story's opening: median, and standard deviation of its logarithm."""
STORY_SIZES = (0.1, 0.3, 1.0)
"""Parts of that influence, so that there are small stories too."""
MIN_EVENTS = 5
POST_PULL = {Kind.POST: math.sqrt(10), Kind.REPLY: math.sqrt(0.3)}
POST_SPREAD = 1.8
ANSWERS_SHARE = 0.5
"""Of what answers the opening; what answers others is all answers."""
MAX_EVENTS = 5_000
MAX_POSTS = 200
MIN_POSTS = 100
THREADS = "rumoureval2017-train-dev.jsonl.gz"
TWITTER_TIME = "%a %b %d %H:%M:%S %z %Y"
Array = NDArray[np.float64]


class Cascade(NamedTuple):
    """A post of a story and when it was reacted to, in hours since the story came out."""

    born: float
    kind: Kind
    times: list[float]  # in order


Story = list[Cascade]


def simulated(stories: int, seed: int, least: int = MIN_POSTS) -> list[Story]:
    """Simulated stories of ``least`` to ``MAX_POSTS`` posts; the same for the same seed."""
    draw = np.random.default_rng(seed)
    found: list[Story] = []
    while len(found) < stories:
        story = _story(draw)
        if len(story) >= least:
            found.append(story)
    return found


def threads(folder: Path) -> list[Story]:
    """The threads of RumourEval 2017 about one news story each, as a story: its tweets, each with the replies to it.

    Raises BadInput where the folder has no such file.
    """
    tweets: dict[str, dict[int, tuple[float, int | None]]] = defaultdict(dict)
    for row in _rows(folder):
        tweet = row["payload"]
        tweets[row["event"]][tweet["id"]] = _hours(tweet), tweet.get("in_reply_to_status_id")
    return [_threads_of(found) for found in tweets.values()]


def cascades(number: int, seed: int) -> list[tuple[str, list[float]]]:
    """Simulated counts that grow, by what they count ("reactions" to a story, "engagement" of a post) and the hours in which
    they did; half of each, the same for the same seed.
    """
    draw = np.random.default_rng(seed)
    found: list[tuple[str, list[float]]] = []
    while len(found) < number:
        name = ("reactions", "engagement")[len(found) % 2]
        spread, pull = (
            (STORY_SPREAD, STORY_PULL * draw.choice(STORY_SIZES))
            if name == "reactions"
            else (POST_SPREAD, POST_PULL[Kind.POST])
        )
        times = np.sort(_events(draw, 0.0, pull * math.exp(draw.normal(0, spread)), MAX_EVENTS)[0])
        if len(times) >= MIN_EVENTS:
            found.append((name, times.tolist()))
    return found


def replies(folder: Path) -> list[tuple[str, list[float]]]:
    """The threads of RumourEval 2017, by the news story that they are of: hours from the opening to each reply.

    Raises BadInput where the folder has no such file.
    """
    found: dict[str, tuple[str, list[float]]] = {}
    born: dict[str, float] = {}
    for row in _rows(folder):
        hours = _hours(row["payload"])
        own = found.setdefault(row["thread"], (row["event"], []))[1]
        if row["is_source"]:
            born[row["thread"]] = hours
        else:
            own.append(hours)
    return [(event, sorted(at - born[key] for at in times)) for key, (event, times) in found.items() if key in born]


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(folder / THREADS, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except OSError as error:
        raise BadInput(f"{folder / THREADS}: {error.strerror or error}") from None


def _hours(tweet: dict[str, Any]) -> float:
    return datetime.strptime(tweet["created_at"], TWITTER_TIME).timestamp() / 3600


def _threads_of(tweets: dict[int, tuple[float, int | None]]) -> Story:
    start = min(hours for hours, _ in tweets.values())
    answers: dict[int, list[float]] = defaultdict(list)
    for hours, parent in tweets.values():
        if parent in tweets:
            answers[parent].append(hours - start)
    return [
        Cascade(hours - start, Kind.REPLY if parent in tweets else Kind.POST, sorted(answers[key]))
        for key, (hours, parent) in tweets.items()
    ]


def _story(draw: np.random.Generator) -> Story:
    pull = STORY_PULL * math.exp(draw.normal(0, STORY_SPREAD))
    born, direct = _events(draw, 0.0, pull, MAX_EVENTS)
    kept = draw.permutation(len(born))[: MAX_POSTS - 1]
    posts = [(0.0, Kind.POST)]
    for hours, first in zip(born[kept].tolist(), direct[kept].tolist(), strict=True):
        posts.append((hours, Kind.POST if first and draw.random() > ANSWERS_SHARE else Kind.REPLY))
    return [Cascade(hours, kind, _reactions(draw, hours, kind)) for hours, kind in posts]


def _reactions(draw: np.random.Generator, born: float, kind: Kind) -> list[float]:
    pull = min(POST_PULL[kind] * math.exp(draw.normal(0, POST_SPREAD)), math.sqrt(1e7))
    times: list[float] = np.sort(_events(draw, born, pull, MAX_EVENTS)[0]).tolist()
    return times


def _events(draw: np.random.Generator, born: float, pull: float, most: int) -> tuple[Array, NDArray[np.bool_]]:
    """When a post that pulls so strongly was reacted to, and whether directly; generation by generation."""
    branching, fading = draw.uniform(*BRANCHING) / MEAN_INFLUENCE, 24 * math.exp(draw.uniform(*np.log(FADING_DAYS)))
    parents, pulls = np.array([born]), np.array([pull])
    found: list[Array] = []
    while len(parents) and sum(map(len, found)) < most:
        children = np.repeat(parents, draw.poisson(branching * (1 + NIGHT) * pulls))
        at = children + _delays(draw, len(children))
        interest = 1 - NIGHT * np.sin(2 * math.pi * (at / 24 + PHASE))
        thinned = draw.random(len(at)) < interest * np.exp((born - at) / fading) / (1 + NIGHT)
        parents = at[thinned & (at < HORIZON)]
        influence = np.minimum((1 - draw.random(len(parents))) ** (-1 / (INFLUENCE_EXPONENT - 1)), MAX_INFLUENCE)
        pulls = influence**INFLUENCE_POWER
        found.append(parents)
    direct = np.repeat(np.arange(len(found)) == 0, [len(one) for one in found])
    return np.concatenate(found) if found else np.empty(0), direct


def _delays(draw: np.random.Generator, number: int) -> Array:
    """Hours until a reaction, by the memory kernel."""
    even = draw.random(number) < THETA / (1 + THETA)
    place = 1 - draw.random(number)
    delays: Array = np.where(even, EVEN_HOURS * place, EVEN_HOURS * place ** (-1 / THETA))
    return delays
