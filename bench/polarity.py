"""Is the claim read: reactions to facts and topics that other hands wrote, by encoders that saw nothing of the fact or topic.

``storywake bench polarity --data FOLDER``; FOLDER is that of ``bench.examples``. The scores come from training (``left_out.npz``), and
the multilingual network is the one that ships: it saw nothing of one fact and topic in five, and these are asked about. Rows are
each reaction towards a claim and towards its opposite, and claim and opposite as reactions to each other. Beside them stands what
the assessor that ships says of posts by other hands.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storywake.collector.errors import BadInput
from storywake.collector.records import Stance
from storywake.collector.stance.base import STANCES, softmax
from storywake.collector.stance.blend import as_asked, both_encoders, phrases, sided_by
from storywake.collector.stance.negation import swap

from .examples import Example, asked, read_examples
from .left_out import is_left_out, read_left_out
from .strangers import SIDES, strangers
from .train_wording import leave_folds_out

MIN_FIGURES = {"right": 0.74, "sides": 0.74, "worst_language": 0.68, "repeated": 0.98, "mirrored": 0.85, "topics": 0.62}


def bench_polarity(data: str | None) -> dict[str, Any]:
    """How many rows are right, of all, of those that take a side, by language; the ratio is that to a coin for the sides."""
    if data is None:
        raise BadInput("the benchmark 'polarity' needs --data FOLDER")
    everything = read_examples(Path(data))
    examples = [example for example in everything if is_left_out("multilingual", example.source, example.fold)]
    probabilities = assess(examples, everything)
    source = np.array([example.source for example in examples])
    facts = np.char.startswith(source, "facts")
    languages = np.array([example.reaction.language for example in examples])
    labels = np.array([example.chances[-1].argmax() for example in examples])
    right = probabilities.argmax(1) == labels
    sided = labels < SIDES
    by_language = {
        name: round(float(right[facts & (languages == name)].mean()), 3) for name in sorted(set(languages[facts]))
    }
    natural = source == "facts"
    figures: dict[str, Any] = {
        "rows": int(facts.sum()),
        "right": _mean(right[facts]),
        "sides": _mean(_side(probabilities, labels)[facts & sided]),
        "languages": by_language,
        "worst_language": min(by_language.values()),
        "repeated": _mean(right[source == "facts repeated"]),
        "natural": {"rows": int(natural.sum()), "right": _mean(right[natural]), "sides": _mean(_side(probabilities, labels)[natural & sided])},
        "mirrored": _mean(mirrored(examples, probabilities)),
        "topics": _mean(right[source == "topics"]),
        "topic_sides": _mean(_side(probabilities, labels)[(source == "topics") & sided]),
        "strangers": strangers(),
    }  # fmt: skip
    goals = {name: {"least": least, "most": None, "met": figures[name] >= least} for name, least in MIN_FIGURES.items()}
    met = all(goal["met"] for goal in goals.values())
    ratio = round(figures["natural"]["sides"] / 0.5, 3)
    return {"bench": "polarity", "ratio": ratio, "goal": 1.0, "met": met, "figures": figures | {"goals": goals}}


def assess(examples: list[Example], everything: list[Example]) -> NDArray[np.float64]:
    """What encoders and wording say without having seen it, as the default assessor mixes them outside of threads.

    ``everything`` teaches the wording, but for what shares a fold. The English encoder was asked about claims as they stand.
    """
    read = [as_asked(example.reaction) for example in examples]
    denied = np.array([one.denied for one in read])
    found = softmax(read_left_out("multilingual"))
    english = np.array([example.reaction.language == "en" for example in examples])
    told = _told_by_english(examples, everything)
    told[denied[english]] = swap(told[denied[english]])
    topics = np.array([example.source == "topics" for example in examples])
    found[english] = both_encoders(told, found[english], topics[english])
    worded = [place for place, one in enumerate(read) if one.worded]
    words = leave_folds_out([asked(examples[place]) for place in worded], everything)
    found[worded] = sided_by(words, found[worded])
    found[denied] = swap(found[denied])
    raised = found * phrases([example.reaction for example in examples])
    return np.asarray(raised / raised.sum(1, keepdims=True))


def _told_by_english(examples: list[Example], everything: list[Example]) -> NDArray[np.float64]:
    """Probabilities by the English encoder of those of the examples that are English."""
    english = [e for e in everything if e.reaction.language == "en" and is_left_out("english", e.source, e.fold)]
    wanted = {(e.source, e.key, e.reaction.text) for e in examples}
    kept = [(e.source, e.key, e.reaction.text) in wanted for e in english]
    return softmax(read_left_out("english")[kept])


def _units(examples: list[Example]) -> list[list[int]]:
    """The places of each reaction towards a fact's claim and towards its opposite."""
    places: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        if example.source.startswith("facts") and example.unit:
            places.setdefault(example.unit, []).append(place)
    return list(places.values())


def mirrored(examples: list[Example], probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Of each reaction that takes a side of a fact: whether its stances towards claim and opposite are opposite."""
    pairs = [unit for unit in _units(examples) if examples[unit[0]].chances[-1].argmax() < SIDES]
    said = probabilities.argmax(1)
    support, deny = STANCES.index(Stance.SUPPORT), STANCES.index(Stance.DENY)
    opposite = {support: deny, deny: support}
    return np.array([opposite.get(int(said[one])) == said[other] for one, other in pairs])


def _side(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether support or denial, whichever is likelier, is the right one."""
    return np.asarray(probabilities[:, :SIDES].argmax(1) == labels)


def _mean(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 3)
