"""Shares of stances: ours beside counting and the literature's estimators, on stories left out.

A story's samples are estimated from a validation set of the other stories only. Samples of very different balances follow
the artificial-prevalence protocol; beside them stand random samples of the stories and the whole stories as they are.
``python -m bench.shares FOLDER`` prints the table and writes the validation file that ships (``collector/stance/shares.npz``).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storywake.collector.figures.shares import SHIPPED as FILE
from storywake.collector.figures.shares import Shares, Validation, summarise

from .places import SHIPPED
from .quantify import KINDS, METHODS, Array, Known, shares_of

SIZE = 200
"""Posts of a sample; stories that have fewer are measured whole only."""
SAMPLES = 40
"""Of each story, a protocol."""
LABELS = (20, 50)
VALIDATION = SHIPPED / FILE
GOALS: dict[str, tuple[float | None, float | None]] = {
    "error_to_counting": (None, 0.65),
    "error_to_counting_as_they_are": (None, 1.0),
    "error_to_counting_whole": (None, 1.0),
    "intervals_hold": (0.90, 0.99),
    "intervals_hold_as_they_are": (0.90, 0.99),
    "error_with_labels": (None, 1.0),
}
"""The least and the most of each figure."""


class LeftOut(NamedTuple):
    """What a model says of stories that it had not seen, a row a reaction."""

    probabilities: Array
    labels: NDArray[np.int64]  # human, indexes into STANCES
    stories: NDArray[np.str_]


Sample = tuple[str, NDArray[np.int64]]
"""A story's name and rows of it."""


def bench_shares(left_out: LeftOut) -> dict[str, Any]:
    """The mean error a share of each method in each protocol, how often our intervals hold, and what labels add."""
    protocols = draw(left_out)
    named = sorted(set(left_out.stories.tolist()))
    known = {name: _without(left_out, name) for name in named}
    ours = {name: Shares(summarise(*_others(left_out, name))) for name in named}
    errors: dict[str, dict[str, float]] = {
        method: {protocol: _error(left_out, samples, estimate, known) for protocol, samples in protocols.items()}
        for method, estimate in METHODS.items()
    }
    held: dict[str, list[float]] = {}
    errors["ours"] = {}
    for protocol, samples in protocols.items():
        errors["ours"][protocol], held[protocol] = _measure(left_out, samples, ours, 0)
    labelled = {
        str(count): dict(
            zip(
                ("error", "intervals_hold"),
                _summed(_measure(left_out, protocols["artificial"], ours, count)),
                strict=True,
            )
        )
        for count in LABELS
    }
    counting, found = errors["counting"], errors["ours"]
    figures = {
        "error_to_counting": found["artificial"] / counting["artificial"],
        "error_to_counting_as_they_are": found["as they are"] / counting["as they are"],
        "error_to_counting_whole": found["whole"] / counting["whole"],
        "intervals_hold": float(np.mean(held["artificial"])),
        "intervals_hold_as_they_are": float(np.mean(held["as they are"])),
        "error_with_labels": max(
            later["error"] / earlier
            for earlier, later in zip(
                [found["artificial"], labelled["20"]["error"]], [labelled["20"], labelled["50"]], strict=True
            )
        ),
    }
    return {
        "samples": {protocol: len(samples) for protocol, samples in protocols.items()},
        "errors": _rounded(errors),
        "intervals_hold_by_stance": _rounded(held),
        "with_labels": _rounded(labelled),
        **_rounded(figures),
        "goals": {
            name: {"least": least, "most": most, "met": (least or 0.0) <= figures[name] <= (most or 1.0)}
            for name, (least, most) in GOALS.items()
        },
    }


def draw(left_out: LeftOut) -> dict[str, list[Sample]]:
    """Samples of each protocol, always the same: ``artificial``, ``as they are`` and ``whole``.

    Artificial balances are even over all there are; where a story has too few posts of a stance, some are drawn again.
    """
    random = np.random.default_rng(2002)
    drawn: dict[str, list[Sample]] = {"artificial": [], "as they are": [], "whole": []}
    for name in sorted(set(left_out.stories.tolist())):
        rows = np.where(left_out.stories == name)[0]
        drawn["whole"].append((name, rows))
        kinds = [rows[left_out.labels[rows] == kind] for kind in range(KINDS)]
        if len(rows) < SIZE or not all(len(kind) for kind in kinds):
            continue
        for _ in range(SAMPLES):
            wanted = random.multinomial(SIZE, random.dirichlet(np.ones(KINDS)))
            picked = [random.choice(kind, n, replace=n > len(kind)) for kind, n in zip(kinds, wanted, strict=True)]
            drawn["artificial"].append((name, np.concatenate(picked)))
            drawn["as they are"].append((name, random.choice(rows, SIZE, replace=False)))
    return drawn


def table(figures: dict[str, Any]) -> str:
    """The methods' mean errors a share as lines of text."""
    protocols = list(figures["samples"])
    lines = ["mean error a share".ljust(30) + "".join(p.rjust(14) for p in protocols)]
    lines += [m.ljust(30) + "".join(f"{row[p]:14.3f}" for p in protocols) for m, row in figures["errors"].items()]
    held = figures["intervals_hold_by_stance"]
    lines.append("our 95 % intervals hold".ljust(30) + "".join(f"{np.mean(held[p]):14.3f}" for p in protocols))
    lines += [
        f"with {count} labels".ljust(30) + f"{row['error']:14.3f}  (intervals hold {row['intervals_hold']:.3f})"
        for count, row in figures["with_labels"].items()
    ]
    return "\n".join(lines)


def write_validation(left_out: LeftOut, path: Path = VALIDATION) -> Validation:
    """Writes what ships of all stories: plain arrays, some kilobytes, the same for the same stories."""
    validation = summarise(*left_out)
    np.savez_compressed(path, **{name: part.astype(np.float32) for name, part in validation._asdict().items()})
    return validation


def _others(left_out: LeftOut, name: str) -> LeftOut:
    rows = left_out.stories != name
    return LeftOut(left_out.probabilities[rows], left_out.labels[rows], left_out.stories[rows])


def _without(left_out: LeftOut, name: str) -> Known:
    others = _others(left_out, name)
    return Known(others.probabilities, others.labels)


def _error(
    left_out: LeftOut, samples: list[Sample], estimate: Callable[[Known, Array], Array], known: dict[str, Known]
) -> float:
    return float(
        np.mean(
            [
                np.abs(estimate(known[name], left_out.probabilities[rows]) - shares_of(left_out.labels[rows]))
                for name, rows in samples
            ]
        )
    )


def _measure(
    left_out: LeftOut, samples: list[Sample], ours: dict[str, Shares], labelled: int
) -> tuple[float, list[float]]:
    """Our mean error, and how often the interval of each stance holds the truth, with so many of a sample labelled."""
    random = np.random.default_rng(2023)
    errors, held = [], []
    for name, rows in samples:
        known = np.full(len(rows), -1)
        judged = random.permutation(len(rows))[:labelled]
        known[judged] = left_out.labels[rows[judged]]
        found = ours[name].estimate(left_out.probabilities[rows], known)
        assert found is not None
        truth = shares_of(left_out.labels[rows])
        errors.append(np.abs(np.array(found.shares) - truth))
        held.append((np.array(found.low) <= truth + 1e-9) & (truth <= np.array(found.high) + 1e-9))
    return float(np.mean(errors)), np.mean(held, 0).tolist()


def _summed(measured: tuple[float, list[float]]) -> tuple[float, float]:
    return measured[0], float(np.mean(measured[1]))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 3)


def main() -> None:
    """Measures, then writes the validation file."""
    from .stance import assess_left_out

    left_out = assess_left_out(Path(sys.argv[1])).left_out
    figures = bench_shares(left_out)
    print(table(figures))
    write_validation(left_out)
    print(json.dumps({"bytes": VALIDATION.stat().st_size, "goals": figures["goals"]}))


if __name__ == "__main__":
    main()
