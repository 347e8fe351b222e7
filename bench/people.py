"""Persons worked out of accounts: sixteen thousand with names as common as names are, a part of them in Cyrillic."""

import time
from itertools import accumulate
from random import Random
from typing import Any

from storywake.collector.lexicon import given_names
from storywake.collector.match.person import Person, account_holder
from storywake.collector.match.resolution import PersonResolver

GOAL = 0.5
"""Seconds of processor time for all accounts, a tenth of them in Cyrillic."""
ACCOUNTS = 16_000
FIRST_NAMES, SURNAMES = 600, 8_000
NETWORKS = ("bluesky", "mastodon", "x", "youtube", "reddit")
LATIN, CYRILLIC = "abdefghiklmnoprstuvz", "абдефгхиклмнопрстувз"
SPELT = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())
SHARES = (0.0, 0.1, 0.5)
ROUNDS = 3


def bench_people(_: str | None) -> dict[str, Any]:
    """The shortest of three rounds for each share of Cyrillic names, and with a tenth for half as many accounts, to tell growth."""
    figures: dict[str, Any] = {"accounts": ACCOUNTS}
    for share in SHARES:
        people = holders(ACCOUNTS, share)
        seconds, persons = min(_resolved(people) for _ in range(ROUNDS))
        figures[f"{share:.0%}_cyrillic"] = {"seconds_of_processor_time": round(seconds, 2), "persons": persons}
        if share == SHARES[1]:
            tenth = seconds
            figures["half_as_many"] = round(min(_resolved(people[: ACCOUNTS // 2])[0] for _ in range(ROUNDS)), 2)
    return {"bench": "people", "ratio": round(GOAL / tenth, 2), "goal": 1.0, "met": tenth <= GOAL, "figures": figures}


def _resolved(people: list[Person]) -> tuple[float, int]:
    """Seconds of processor time in which persons are worked out, and how many they are."""
    start = time.process_time()
    resolver = PersonResolver()
    for person in people:
        resolver.add(person)
    return time.process_time() - start, len(resolver.people)


def holders(number: int, cyrillic: float) -> list[Person]:
    """The holders of accounts on five networks; first names and surnames are as common as Zipf says."""
    draw = Random(7)
    firsts = [name for name in sorted(given_names()) if set(name) <= set(LATIN) and len(name) > 2]
    draw.shuffle(firsts)
    parts = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    lasts = ["".join(draw.choices(parts, k=draw.choice((2, 3, 3)))) + draw.choice("nrst") for _ in range(SURNAMES)]
    common = list(accumulate(1 / place for place in range(1, FIRST_NAMES + 1)))
    rare = list(accumulate(1 / place**0.7 for place in range(1, SURNAMES + 1)))
    found = []
    for n in range(number):
        [first] = draw.choices(firsts[:FIRST_NAMES], cum_weights=common)
        [last] = draw.choices(lasts, cum_weights=rare)
        handle = draw.choice((f"{first}{last}", f"{first[0]}_{last}{n % 90}", f"{last}{n}", f"reader{n}"))
        name = f"{first} {last}".title()
        shown = name.translate(SPELT) if draw.random() < cyrillic else name
        holder = account_holder(draw.choice(NETWORKS), handle, shown)
        assert holder
        found.append(holder)
    return found
