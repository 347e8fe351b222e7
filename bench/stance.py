"""Stance: the default assessor beside the baselines, whole stories left out; and in eight languages.

``storywake bench stance --data FOLDER`` needs the folder that training needs, and for labels on topics also
``semeval2016-stance-train.tsv`` in it; without it, the eight languages and the speed alone are measured. The encoder's scores
of stories left out come from its training (``bench/left_out.npz``, half an hour); everything else is trained and measured
anew. ``python -m bench.stance FOLDER`` fits the blend that ships.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, recall_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from storywake.collector.records import Stance
from storywake.collector.stance import DEFAULT, STANCES, Reaction, assessor
from storywake.collector.stance.base import softmax
from storywake.collector.stance.blend import blend, phrases

from .labels import labels_on_topics
from .left_out import read_left_out
from .own import read_own
from .places import SHIPPED
from .shares import LeftOut, bench_shares, table
from .train_stance import calibration_error, leave_stories_out, read_threads

WEIGHTS = np.array([0.8, 0.2])
"""Of encoder and linear model in English threads; near ones do as well on stories left out."""
TEMPERATURES = (0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5)
BLEND = SHIPPED / "blend.json"
MIN_FIGURES = {
    "macro_f1": 0.55,
    "deny_f1": 0.35,
    "posts_per_second": 100.0,
    "posts_per_second_other_languages": 100.0,
    "language_macro_f1": 0.60,
    "topics_without_labels": 0.40,
    "topics_with_twenty": 0.58,
}
MAX_FIGURES = {"expected_calibration_error": 0.05}


def bench_stance(data: str | None) -> dict[str, Any]:
    """Macro F1 of the default assessor to the best baseline's; on the own test part where there is no training data."""
    english, others = speed()  # first, so that the encoders start on one core
    languages = by_language()
    figures: dict[str, Any] = {
        "languages": languages,
        "posts_per_second": round(english, 1),
        "posts_per_second_other_languages": round(others, 1),
    }
    if data is None:
        ours = float(np.mean([row["ours"] for row in languages.values()]))
        peer = float(np.mean([row["vader"] for row in languages.values()]))
    else:
        assessed = assess_left_out(Path(data))
        figures |= stories_left_out(assessed)
        figures["shares"] = shares = bench_shares(assessed.left_out)
        print(table(shares), file=sys.stderr)
        figures["topics"] = topics = labels_on_topics(Path(data) / "semeval2016-stance-train.tsv")
        figures["topics_without_labels"] = topics["none"]["mean"]
        figures["topics_with_twenty"] = topics["twenty suggested"]["mean"]
        ours, peer = figures["macro_f1"], max(figures["baselines"].values())
    figures["language_macro_f1"] = min(row["ours"] for row in languages.values())
    goals = {name: figures[name] >= least for name, least in MIN_FIGURES.items() if name in figures}
    goals |= {name: figures[name] <= most for name, most in MAX_FIGURES.items() if name in figures}
    figures["goals"] = {
        name: {"least": MIN_FIGURES.get(name), "most": MAX_FIGURES.get(name), "met": met} for name, met in goals.items()
    }
    if data is not None:
        figures["goals"] |= {f"shares_{name}": goal for name, goal in shares.pop("goals").items()}
    return {
        "bench": "stance",
        "ratio": round(ours / peer, 3),
        "goal": 1.0,
        "met": ours >= peer and all(goal["met"] for goal in figures["goals"].values()),
        "figures": figures,
    }


class Assessed(NamedTuple):
    """Stories assessed by models and settings that saw none of them."""

    reactions: list[Reaction]
    left_out: LeftOut


def assess_left_out(folder: Path) -> Assessed:
    """What the blend says of each story of the labelled threads, left out."""
    reactions, labels, stories = read_threads(folder / "rumoureval2017-train-dev.jsonl.gz")
    parts = parts_left_out(reactions, labels, stories)
    probabilities = np.zeros((len(labels), 4))
    for story in sorted(set(stories)):
        held = stories == story
        temperature = fit_blend([part[~held] for part in parts], labels[~held])
        mixed = blend([part[held] for part in parts], WEIGHTS, temperature)
        raised = mixed * phrases([reactions[i] for i in np.where(held)[0]])
        probabilities[held] = raised / raised.sum(1, keepdims=True)
    return Assessed(reactions, LeftOut(probabilities, labels, stories))


def stories_left_out(assessed: Assessed) -> dict[str, Any]:
    """Figures of the blend and of the baselines."""
    reactions, (probabilities, labels, stories) = assessed
    decided = probabilities.argmax(1)
    f1 = f1_score(labels, decided, average=None)
    recalls = recall_score(labels, decided, average=None)
    return {
        "posts": len(labels),
        "stories_left_out": len(set(stories)),
        "macro_f1": round(float(f1.mean()), 3),
        "f1": dict(zip(STANCES, f1.round(3).tolist(), strict=True)),
        "deny_f1": round(float(f1[1]), 3),
        "recall_geometric_mean": round(float(np.prod(recalls) ** 0.25), 3),
        "expected_calibration_error": round(calibration_error(probabilities, labels), 3),
        "baselines": {
            name: round(float(f1_score(labels, found, average="macro")), 3)
            for name, found in baselines(reactions, labels, stories).items()
        },
    }


def parts_left_out(
    reactions: list[Reaction], labels: NDArray[np.int64], stories: NDArray[np.str_]
) -> list[NDArray[np.float64]]:
    """What encoder and linear model say of each story without having seen it, as probabilities."""
    encoder = softmax(read_left_out("english")[: len(labels)])
    linear = leave_stories_out(reactions, labels, stories, *read_own("train"))
    return [encoder, linear]


def fit_blend(parts: list[NDArray[np.float64]], labels: NDArray[np.int64]) -> float:
    """The temperature under which the labels are likeliest."""

    def surprise(temperature: float) -> float:
        found = blend(parts, WEIGHTS, temperature)
        return float(-np.log(found[np.arange(len(labels)), labels] + 1e-9).mean())

    return min(TEMPERATURES, key=surprise)


def baselines(
    reactions: list[Reaction], labels: NDArray[np.int64], stories: NDArray[np.str_]
) -> dict[str, NDArray[np.int64]]:
    """What one gets without us: a constant, VADER's polarity, position and question mark, n-grams with cues of their own."""
    query, comment = STANCES.index(Stance.QUERY), STANCES.index(Stance.COMMENT)
    asks = np.array(["?" in r.text for r in reactions])
    opens = np.array([bool(r.is_source) for r in reactions])
    return {
        "constant": np.full(len(labels), comment),
        "vader": vader(reactions),
        "opens or asks": np.where(opens & ~asks, 0, np.where(asks, query, comment)),
        "n-grams": ngrams(reactions, labels, stories, asks, opens),
    }


def vader(reactions: list[Reaction]) -> NDArray[np.int64]:
    """Polarity as stance (Hutto and Gilbert 2014, with their thresholds), a question mark as a query."""
    analyzer = SentimentIntensityAnalyzer()
    found = []
    for reaction in reactions:
        polarity = analyzer.polarity_scores(reaction.text)["compound"]
        found.append(2 if "?" in reaction.text else 0 if polarity >= 0.05 else 1 if polarity <= -0.05 else 3)
    return np.array(found)


def ngrams(
    reactions: list[Reaction],
    labels: NDArray[np.int64],
    stories: NDArray[np.str_],
    asks: NDArray[np.bool_],
    opens: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Word and character n-grams, position and question mark with logistic regression, stances weighing alike."""
    texts = [r.text for r in reactions]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True)
    features = hstack([words.fit_transform(texts), letters.fit_transform(texts), np.c_[asks, opens]]).tocsr()
    found = np.zeros(len(labels), np.int64)
    for story in sorted(set(stories)):
        held = stories == story
        model = LogisticRegression(C=1.0, max_iter=300, class_weight="balanced").fit(features[~held], labels[~held])
        found[held] = model.predict(features[held])
    return found


def by_language() -> dict[str, dict[str, float]]:
    """Macro F1 on the own test part, which nothing was trained on: ours, VADER's, the constant's."""
    reactions, labels = read_own("test")
    found = np.array([STANCES.index(a.stance) for a in assessor(DEFAULT).assess(reactions)])
    peer = vader(reactions)
    rows = {}
    for language in sorted({r.language or "" for r in reactions}):
        here = np.array([r.language == language for r in reactions])
        rows[language] = {
            name: round(float(f1_score(labels[here], guessed[here], average="macro")), 3)
            for name, guessed in (("ours", found), ("vader", peer), ("constant", np.full(len(labels), 3)))
        }
    return rows


def speed() -> tuple[float, float]:
    """Posts a second on one core, in English and in the other seven languages, language given.

    Each answers the claim as what opened its thread, so that every part of the assessor reads it.
    """
    reactions = [r._replace(claim=None, source_text=r.claim) for r in read_own("test")[0]]
    parts = [[r for r in reactions if (r.language == "en") == english] for english in (True, False)]
    times = len(parts[1]) // len(parts[0])
    parts[0] = [
        r._replace(text=f"{r.text} {n}") for n in range(times) for r in parts[0]
    ]  # none twice: vectors are kept
    model = assessor(DEFAULT)
    rates = []
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        for part in parts:
            model.assess([part[0]._replace(text="Weights are read now.")])
            started = time.perf_counter()
            model.assess(part)
            rates.append(len(part) / (time.perf_counter() - started))
    finally:
        os.sched_setaffinity(0, cores)
    return rates[0], rates[1]


def main() -> None:
    """Fits the blend on all stories left out and writes ``blend.json``."""
    reactions, labels, stories = read_threads(Path(sys.argv[1]) / "rumoureval2017-train-dev.jsonl.gz")
    temperature = fit_blend(parts_left_out(reactions, labels, stories), labels)
    fitted = {"weights": WEIGHTS.tolist(), "temperature": [temperature]}
    BLEND.write_text(json.dumps(fitted) + "\n", "utf-8")
    print(json.dumps(fitted))


if __name__ == "__main__":
    main()
