"""Events of Bluesky's stream a second, against 200 stories with 10,000 addresses: ours beside msgspec's typed decoding of the same events.

    python -m bench.stream EVENTS

prints the resident memory after a fifth, and after all, of so many events.
"""

import json
import resource
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
from sqlalchemy import Engine

from storywake.collector.net.stream import Form
from storywake.collector.platforms.bluesky import BlueskySettings
from storywake.collector.settings import Settings
from storywake.db.engine import open_database
from storywake.jobs.hearing import Hearing, Listener

from .stream_events import ADDRESSES, STORIES, made_events, planted
from .stream_types import First, Second

GOAL = 0.5
EVENTS = 40_000
"""Different ones, which are played again and again."""
ROUNDS = 3
LONG = 5_000_000
"""Events over which memory is to stay flat."""
MAX_GROWTH_MIB = 10.0


def bench_stream(folder: str | None) -> dict[str, Any]:
    """Reads 40,000 events by each; ratio of events a second of processor time, the median of three rounds, the lower of both forms.

    The peer decodes each event into the types of its lexicons and looks its links up in a set of the addresses as they are written. Ours also folds
    links, knows posts that are answered, quoted or deleted, and words of posts without links. Then memory over 5,000,000 events.
    """
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_database(f"sqlite:///{Path(scratch) / 'stream.db'}")
        addresses = planted(engine)
        forms = {form: _compared(engine, form, set(addresses)) for form in Form}
        memory = resident_over(engine, LONG)
        engine.dispose()
    ratio = min(figures["ratio"] for figures in forms.values())
    growth = memory[1] - memory[0]
    return {
        "bench": "stream",
        "ratio": ratio,
        "goal": GOAL,
        "met": ratio >= GOAL and growth <= MAX_GROWTH_MIB,
        "figures": {
            "stories": STORIES,
            "addresses": ADDRESSES,
            "events": EVENTS,
            **forms,
            "resident_mib_at_fifth_and_end": memory,
            "events_for_memory": LONG,
        },
    }


def _compared(engine: Engine, form: Form, addresses: set[str]) -> dict[str, Any]:
    messages = list(made_events(form, EVENTS))
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(First if form is Form.V1 else Second)
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    listener = _listener(engine, form)
    for _ in range(ROUNDS):
        began = time.process_time()
        for message in messages:
            listener.hear_message(message)
        rates["ours"].append(len(messages) / (time.process_time() - began))
        began = time.process_time()
        for message in messages:
            event = decoder.decode(message)
            record = (event.commit if form is Form.V1 else event.payload).record
            if record:
                _ = any(part.uri in addresses for facet in record.facets for part in facet.features)
        rates["peer"].append(len(messages) / (time.process_time() - began))
    ratios = [a / b for a, b in zip(rates["ours"], rates["peer"], strict=True)]
    return {
        "ratio": round(median(ratios), 2),
        "ratio_min": round(min(ratios), 2),
        "ratio_max": round(max(ratios), 2),
        "ours_events_per_second": round(median(rates["ours"])),
        "msgspec_typed_events_per_second": round(median(rates["peer"])),
    }


def resident_over(engine: Engine, count: int) -> list[float]:
    """MiB that the process holds after a fifth of the events, and after all."""
    listener, found = _listener(engine, Form.V1), []
    for number, message in enumerate(islice(cycle(made_events(Form.V1, EVENTS)), count), 1):
        listener.hear_message(message)
        if number in (count // 5, count):
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
            found.append(round(pages * resource.getpagesize() / 2**20, 1))
    return found


def _listener(engine: Engine, form: Form) -> Listener:
    settings = Settings(_env_file=None)
    assert isinstance(settings, BlueskySettings)
    settings = settings.model_copy(update={"bluesky_replay_hours": 0})
    return Listener(engine, settings, Hearing(engine, settings, form), "stream.example")


def main() -> None:
    """Tells the memory over so many events."""
    with tempfile.TemporaryDirectory() as scratch:
        engine = open_database(f"sqlite:///{Path(scratch) / 'stream.db'}")
        planted(engine)
        print(json.dumps({"resident_mib_at_fifth_and_end": resident_over(engine, int(sys.argv[1]))}))


if __name__ == "__main__":
    main()
