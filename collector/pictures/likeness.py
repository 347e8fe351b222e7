"""Whether a picture shows another, whole or in part, whatever its size, crop, frame, colours and compression.

A picture is kept as its sign: a grey copy of ``SIDE`` dots. Two signs are laid over each other at many sizes and every place,
and what stands out of its surroundings in one is correlated with what does in the other (normalised cross-correlation;
J. P. Lewis, "Fast Normalized Cross-Correlation", 1995). Measured beside perceptual hashes in docs/decisions.md.
"""

from collections.abc import Iterator
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float64]
SIDE = 64
"""Dots of the longer side of a sign."""
MIN_SIDE = 8
"""Dots of a side of what is laid over another sign; less says nothing."""
MAX_DISTANCE = 0.42
"""The largest distance at which one picture shows the other: of those measured, crops and screenshots end at 0.38, strangers begin at 0.53."""
PLAIN, STEEP = 0.28, 1.5
"""The distance to the nearest of ``decoys`` at which a picture tells nothing, and how much more distance each further one allows: text
is like text, a chart like a chart, so what shows them must be nearer than what shows a photograph.
"""
MIN_LIMIT, SAME, MIN_NEAREST = 0.1, 0.08, 0.2
"""Where another would have to be nearer to a picture than the first, it is shown by what is as near as the second, the same one in another
size or colours; where a decoy is nearer than the third (a plain ground), by nothing.
"""
SIZES = tuple(float(size) for size in np.geomspace(1, 0.5, 11))
"""Sizes at which one sign is laid over the other, as parts of the largest that fits."""
SHAPES = (1.0, 0.88, 1.14)
"""Height by width at which it is laid over it, as parts of its own: not every copy keeps the shape."""
SURROUNDINGS, CONTRAST = 2, 3
"""Dots on each side that a dot stands out of, and in which its contrast is evened."""
NOISE = 30.0
"""Variance of grey, of 255 levels, that is no contrast but noise of compression."""
NEGATIVE = 0.2
"""What is taken off where light and dark are exchanged: lines of text are often like another picture's negative."""
DECOYS = 12
"""Pages of text, charts and plain grounds that a picture is compared with to learn how telling it is."""


class Sign:
    """A picture's sign. ``packed`` is its width, its height (a byte each) and its dots, row by row."""

    def __init__(self, packed: bytes) -> None:
        width, height = packed[0], packed[1]
        dots = np.frombuffer(packed, np.uint8, width * height, 2).reshape(height, width).astype(np.float64)
        above = dots - _mean(dots, SURROUNDINGS)
        self.relief: Grey = above / np.sqrt(_mean(above * above, CONTRAST) + NOISE)

    @cached_property
    def _spectrum(self) -> NDArray[np.complexfloating]:
        return np.fft.rfft2(
            self.relief.astype(np.float32), (SIDE, SIDE)
        )  # of no more, since what is laid over it never reaches beyond it

    @cached_property
    def _sums(self) -> tuple[Grey, Grey]:
        return _summed(self.relief), _summed(self.relief * self.relief)

    def distance(self, other: "Sign") -> float:
        """How far one is from showing the other, 0 (the same) to 1, in hundredths."""
        alike = max(0.0, self._holds(other), other._holds(self))
        return max(0.0, round(1 - alike, 2))

    def limit(self) -> float:
        """The distance up to which a picture shows this one, in hundredths; 0 where it is too plain to tell."""
        nearest = min(self.distance(decoy) for decoy in decoys())
        limit = round(min(MAX_DISTANCE, STEEP * (nearest - PLAIN)), 2)
        return limit if limit >= MIN_LIMIT else SAME if nearest >= MIN_NEAREST else 0.0

    def _holds(self, other: "Sign") -> float:
        """The best correlation with the other, laid over this one."""
        return max((self._laid(resized(other.relief, *size)) for size in self._fitting(other)), default=0.0)

    def _fitting(self, other: "Sign") -> Iterator[tuple[int, int]]:
        """Heights and widths of the other at which it lies within this one; all of this one, whatever its shape, is one."""
        height, width = self.relief.shape
        own_height, own_width = other.relief.shape
        most = min(height / own_height, width / own_width)
        fitting = {(height, width)} | {
            (
                min(height, round(own_height * most * size * shape**0.5)),
                min(width, round(own_width * most * size / shape**0.5)),
            )
            for size in SIZES
            for shape in SHAPES
        }
        return (size for size in sorted(fitting) if min(size) >= MIN_SIDE)

    def _laid(self, over: Grey) -> float:
        """The best correlation with a smaller relief at any place."""
        height, width = over.shape
        over = over - over.mean()
        contrast = np.sqrt((over * over).sum())
        if contrast < 1e-9:
            return 0.0
        shape = (SIDE, SIDE)
        places = tuple(own - size + 1 for own, size in zip(self.relief.shape, over.shape, strict=True))
        products = np.fft.irfft2(self._spectrum * np.conj(np.fft.rfft2(over.astype(np.float32), shape)), shape)[
            : places[0], : places[1]
        ]
        sums, squares = (_boxes(summed, height, width) for summed in self._sums)
        varied = squares - sums * sums / (height * width)
        alike = products / np.sqrt(np.maximum(varied, 1e-9)) / contrast
        return float(max(alike.max(), -alike.min() - NEGATIVE))


@cache
def decoys() -> tuple[Sign, ...]:
    """Made-up pictures that many others are like: lines of text on pages, bars, grounds that grow lighter."""
    chance = np.random.default_rng(1)
    found = [_decoy(number, chance) for number in range(DECOYS)]
    return tuple(Sign(bytes((dots.shape[1], dots.shape[0])) + dots.tobytes()) for dots in found)


def _decoy(number: int, chance: np.random.Generator) -> NDArray[np.uint8]:
    wide, high = (46, SIDE) if number % 2 else (SIDE, 46)
    dots = np.full((high, wide), 250.0)
    if number < DECOYS // 2:  # text: lines of words between margins, under a heading
        for row in range(chance.integers(4, 9), high - 3, chance.integers(2, 4)):
            end = chance.integers(wide // 2, wide - 3)
            dots[row, 3:end] = chance.uniform(90, 240, end - 3)
        dots[: chance.integers(2, 6)] = chance.integers(20, 120)
    elif number < DECOYS - 2:  # bars beside each other, on an axis
        step = chance.integers(4, 10)
        for left in range(4, wide - step, step):
            dots[chance.integers(4, high - 6) : -4, left : left + step - 1] = chance.integers(30, 180)
        dots[-4, 3:], dots[3:-3, 3] = 0, 0
    else:
        dots *= np.linspace(0.3, 1, high)[:, None] if number % 2 else np.linspace(0.3, 1, wide)[None, :]
    return dots.astype(np.uint8)


def resized(dots: Grey, height: int, width: int) -> Grey:
    """The dots in another size: each new one is the mean of what it covers, or between its neighbours where it covers less."""
    return np.asarray(_weights(dots.shape[0], height) @ dots @ _weights(dots.shape[1], width).T)


def _weights(old: int, new: int) -> Grey:
    """How much each of ``old`` dots in a row counts for each of ``new`` (a triangle, as wide as a new dot)."""
    wide = max(1.0, old / new)
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    weights = np.maximum(0.0, 1 - np.abs(np.arange(old)[None, :] - centres[:, None]) / wide)
    return np.asarray(weights / weights.sum(1, keepdims=True))


def _mean(dots: Grey, around: int) -> Grey:
    """The mean of each dot's surroundings, ``around`` dots to each side; edges go on as they end."""
    size = 2 * around + 1
    return np.asarray(_boxes(_summed(np.pad(dots, around, mode="edge")), size, size) / size**2)


def _summed(dots: Grey) -> Grey:
    """The sum of all dots above and left of each place."""
    return np.pad(np.cumsum(np.cumsum(dots, 0), 1), ((1, 0), (1, 0)))


def _boxes(summed: Grey, height: int, width: int) -> Grey:
    """The sums of all boxes of a size."""
    below, above = summed[height:], summed[:-height]
    return np.asarray(below[:, width:] - above[:, width:] - below[:, :-width] + above[:, :-width])
