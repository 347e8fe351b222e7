"""What the default assessor says of posts by hands that saw nothing of what teaches it: ``bench/reactions/measure`` and ``restated``."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storywake.collector.stance import DEFAULT, assessor

from .examples import read_strangers

SIDES = 2
"""Support and denial come first among the stances."""


def strangers() -> dict[str, dict[str, Any]]:
    """For each kind of claim, all of them and each language: posts, how many of the likeliest stances are right, and of what is said
    (not unclear) how many take a side or none, and how many of these are right.
    """
    examples = read_strangers()
    told = assessor(DEFAULT).assess([example.reaction for example in examples])
    likeliest = np.array([assessment.probabilities for assessment in told]).argmax(1)
    right = likeliest == np.array([example.chances[-1].argmax() for example in examples])
    said = ~np.array([assessment.unclear for assessment in told])
    kinds = np.array([example.source.removeprefix("measure ") for example in examples])
    languages = np.array([example.reaction.language for example in examples])
    return {
        name: {
            "posts": int(mine.sum()),
            "right": _mean(right[mine]),
            "sides said": int((mine & said & (likeliest < SIDES)).sum()),
            "of them right": _mean(right[mine & said & (likeliest < SIDES)]),
            "others said": int((mine & said & (likeliest >= SIDES)).sum()),
            "of those right": _mean(right[mine & said & (likeliest >= SIDES)]),
        }
        for name, mine in _parts(kinds, languages)
    }


def _parts(kinds: NDArray[np.str_], languages: NDArray[np.str_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield "all", np.ones(len(kinds), bool)
    for names in (kinds, languages):
        for name in sorted(set(names.tolist())):
            yield name, names == name


def _mean(right: NDArray[np.bool_]) -> float | None:
    return round(float(right.mean()), 3) if len(right) else None
