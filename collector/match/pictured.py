"""The tie of a post that shows a story's picture."""

from ..records import Tie, TieKind

SURE, DOUBT = 0.95, 0.5
"""The confidence at no distance, and what a whole distance takes off: up to the distances that count, little."""


def pictured(article: str, address: str, distance: float) -> Tie:
    """The tie of a post whose picture has that at ``address``, of ``article``, in it; ``distance`` as ``pictures.likeness`` has it."""
    return Tie(
        kind=TieKind.MENTIONS,
        source=article,
        rests_on=f"its picture is the article's, whole or in part, at a distance of {distance:.2f} (0 is the same): {address}",
        confidence=round(SURE - DOUBT * distance, 2),
    )
