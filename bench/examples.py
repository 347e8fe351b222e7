"""What teaches the encoders and what measures them, as reactions with the chances of their stances.

FOLDER holds the public threads, the taught replies and other hands' reactions (docs/model-card.md names them); what was written
for this project is read from ``bench/reactions``. Every example belongs to one of ``FOLDS`` folds, or to none and always
teaches or only measures: a fold leaves out whole stories, facts and topics.
"""

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storywake.collector.records import Stance
from storywake.collector.stance.base import STANCES, Reaction
from storywake.collector.stance.blend import as_asked
from storywake.collector.stance.negation import SWAPPED

from .own import FOLDER as OWN
from .own import read_own, read_own_threads, read_own_topics, read_rows
from .train_stance import read_threads

FOLDS = 5
STORIES = (
    ("charliehebdo",), ("ferguson",), ("ottawashooting",), ("sydneysiege",),
    ("ebola-essien", "germanwings-crash", "prince-toronto", "putinmissing"),
)  # fmt: skip
"""The stories that each fold leaves out."""
WITHOUT = ("charliehebdo", "ferguson", "ottawashooting", "sydneysiege", "others")
"""What the columns of the taught replies call the folds."""
ALWAYS, NEVER = -1, -2
"""The fold of what always teaches, and of what only measures."""
REPEATED = 0.3
"""How much a claim counts that is given as a reaction to itself or to its opposite."""
OPPOSITE = {**{stance: stance for stance in Stance}, Stance.SUPPORT: Stance.DENY, Stance.DENY: Stance.SUPPORT}


class Example(NamedTuple):
    """A reaction, the chances of its stances (a row for each fold and one for what ships, or one for all), its weight."""

    reaction: Reaction
    chances: NDArray[np.float32]
    weight: float
    fold: int
    source: str
    key: str = ""  # what a measure needs to find it again
    unit: str = ""  # those of one unit are read side by side


def read_examples(folder: Path) -> list[Example]:
    """All examples in all languages, in a fixed order."""
    return [
        *_threads(folder),
        *_reddit(folder),
        *_taught(folder),
        *_own(),
        *_facts(sorted((folder / "reactions").glob("*.polarity.tsv")), "facts"),
        *_always(_facts(sorted(OWN.glob("polarity/*.tsv")), "own facts")),
        *_topics(sorted((folder / "reactions").glob("*.topics.tsv")), "topics"),
        *_always(_topics(sorted(OWN.glob("debates/*.tsv")), "own topics")),
        *_posts(sorted(OWN.glob("posts/*.tsv")), "posts", ALWAYS),
        *read_strangers(),
    ]


def read_strangers() -> list[Example]:
    """Posts by hands that saw nothing of what teaches; they only measure."""
    paths = [*sorted(OWN.glob("measure/*.tsv")), *sorted(OWN.glob("restated/*.tsv"))]
    return list(_posts(paths, "measure", NEVER))


def asked(example: Example) -> Example:
    """An example as the default assessor asks about it: towards what a negated claim denies, with support and denial swapped."""
    read = as_asked(example.reaction)
    return example._replace(reaction=read.asked, chances=example.chances[:, SWAPPED]) if read.denied else example


def _certain(stance: str) -> NDArray[np.float32]:
    return np.array([[float(stance == known) for known in STANCES]], np.float32)


def _threads(folder: Path) -> Iterator[Example]:
    reactions, labels, stories = read_threads(folder / "rumoureval2017-train-dev.jsonl.gz")
    counts = np.bincount(labels, minlength=len(STANCES))
    weights = (counts.sum() / len(STANCES) / counts) ** 0.5
    folds = {story: fold for fold, left in enumerate(STORIES) for story in left}
    for reaction, label, story in zip(reactions, labels, stories, strict=True):
        yield Example(reaction, _certain(STANCES[label]), float(weights[label]), folds[story], "threads", story)


def _reddit(folder: Path) -> Iterator[Example]:
    """Posts with what opened their thread; what each answers is not told."""
    csv.field_size_limit(1 << 30)
    rows = list(read_rows(folder / "rumoureval2019-reddit-train-dev.tsv"))
    openings = {row["thread"]: row["text"] for row in rows if row["is_source"] == "1"}
    for row in rows:
        opens = row["is_source"] == "1"
        source = None if opens else openings.get(row["thread"])
        reaction = Reaction(row["text"], source_text=source, is_source=opens, language="en")
        yield Example(reaction, _certain(row["stance"]), 1.0, ALWAYS, "reddit")


def _taught(folder: Path) -> Iterator[Example]:
    """Replies to rumours with the chances that larger networks gave, for each fold by ones that saw nothing of it."""
    with gzip.open(folder / "rumour-replies-taught.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            names = [*(f"without_{name}" for name in WITHOUT), "all"]
            chances = np.array([[float(row[f"{name}_{stance}"]) for stance in STANCES] for name in names], np.float32)
            reaction = Reaction(row["text"], source_text=row["opening"], language="en")
            yield Example(reaction, chances / chances.sum(1, keepdims=True), 1.0, ALWAYS, "taught")


def _own() -> Iterator[Example]:
    for part, fold in (("train", ALWAYS), ("test", NEVER)):
        reactions, labels = read_own(part)
        for reaction, label in zip(reactions, labels, strict=True):
            yield Example(reaction, _certain(STANCES[label]), 1.0, fold, f"own {part}")
    for source, (reactions, labels) in (("own threads", read_own_threads()), ("own opinions", read_own_topics())):
        for reaction, label in zip(reactions, labels, strict=True):
            yield Example(reaction, _certain(STANCES[label]), 1.0, ALWAYS, source)


def _facts(paths: list[Path], source: str) -> Iterator[Example]:
    """Reactions to facts, each towards the claim and towards its opposite, and both as reactions to each other.

    Now and then a reaction answers another to the same fact: its stance stays that towards the claim.
    """
    for path in paths:
        language = path.stem.split(".")[0]
        chance = random.Random(f"{source} {language}")
        facts: dict[str, list[dict[str, str]]] = {}
        for row in read_rows(path):
            facts.setdefault(row["fact"], []).append(row)
        for number, (fact, rows) in enumerate(facts.items()):
            fold, key = number % FOLDS, f"{language} {fact}"
            sides = (rows[0]["claim"], rows[0]["denied"])
            for side, claim in enumerate(sides):
                for place, row in enumerate(rows):
                    stance = _towards(row, side)
                    said = Reaction(row["text"], claim, language=language)
                    unit = f"{source} {key} {place}"
                    yield Example(said, _certain(stance), 1.0, fold, source, f"{key} {side}", unit)
                for other in (0, 1):
                    stance = Stance.SUPPORT if side == other else Stance.DENY
                    said = Reaction(sides[other], claim, language=language)
                    unit = f"{source} {key} {'claim' if other else 'denied'}"
                    yield Example(
                        said, _certain(stance), REPEATED, fold, f"{source} repeated", f"{key} {side}{other}", unit
                    )
                row, answered = chance.sample(rows, 2)
                stance = _towards(row, side)
                said = Reaction(row["text"], claim, answered["text"], language=language)
                yield Example(said, _certain(stance), 0.5, fold, f"{source} answered", f"{key} {side}")


def _towards(row: dict[str, str], denied: int) -> Stance:
    """The stance of a reaction to a fact towards its claim, or towards the claim's opposite (``denied``)."""
    stance = Stance(row["stance"])
    return OPPOSITE[stance] if denied else stance


def _topics(paths: list[Path], source: str) -> Iterator[Example]:
    """Opinions on topics, each topic in one fold."""
    for language, fold, row in _by_target(paths, "topic"):
        said = Reaction(row["text"], row["wording"], language=language)
        yield Example(said, _certain(row["stance"]), 1.0, fold, source, f"{language} {row['topic']}")


def _always(examples: Iterator[Example]) -> Iterator[Example]:
    """Examples that always teach: what was written for this project is about none of the facts and topics that measure."""
    return (example._replace(fold=ALWAYS) for example in examples)


def _posts(paths: list[Path], source: str, fold: int) -> Iterator[Example]:
    """Reactions to questions of policy, to persons, to rumours and to claims; all of them in one fold."""
    for language, _, row in _by_target(paths, "target"):
        said = Reaction(row["text"], row["target"], language=language)
        yield Example(said, _certain(row["stance"]), 1.0, fold, f"{source} {row['kind']}", language)


def _by_target(paths: list[Path], column: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The rows of tables, one table a language: language, fold, row. Rows that agree in ``column`` share a fold."""
    for path in paths:
        numbers: dict[str, int] = {}
        for row in read_rows(path):
            yield path.stem.split(".")[0], numbers.setdefault(row[column], len(numbers)) % FOLDS, row
