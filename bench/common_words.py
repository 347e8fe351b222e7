"""Packs the commonest words of the languages that are read: ``python -m bench.common_words``.

Their frequencies are those of wordfreq 3.1.1 (Speer 2022; code Apache 2.0, data CC BY-SA 4.0, from Wikipedia, subtitles, news, books,
the web and social networks up to 2021), its smaller lists, rounded.
"""

from math import log

import numpy as np
from wordfreq import get_frequency_dict

from storywake.collector.stance.rarity import COMMON_WORDS, LANGUAGES, LEAST, STEPS, mark


def main() -> None:
    """Writes the words' marks in order, and beside each how surprising its word is in the language that has it most often."""
    costs: dict[int, float] = {}
    for language in LANGUAGES:
        for word, share in get_frequency_dict(language, "small").items():
            if word.isalpha() and share >= LEAST:
                costs[mark(word)] = min(costs.get(mark(word), 99.0), -log(share))
    marks = np.array(sorted(costs), np.uint32)
    nats = np.rint(np.array([costs[int(one)] for one in marks]) * STEPS).astype(np.uint8)
    np.savez_compressed(COMMON_WORDS, marks=marks, nats=nats)


if __name__ == "__main__":
    main()
