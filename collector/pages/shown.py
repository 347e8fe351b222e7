"""Posts of every platform that a page shows or a pasted text holds."""

from ..addresses import EVERYWHERE
from ..markup.embeds import embeds_in
from ..markup.flattened import Flattened, flattened_in
from ..markup.page import Page
from ..markup.pasted import pasted_in
from ..records import Embed


def find_embeds(page: Page) -> list[Embed]:
    """Every post the page shows, in the order it shows them, each once; as ``embeds_in``."""
    return embeds_in(page, EVERYWHERE)


def find_pasted(text: str) -> list[Flattened]:
    """Every post in a pasted text, in order: those that lost their markup, and those copied from a client."""
    flattened = flattened_in(text, EVERYWHERE)
    return sorted((*flattened, *pasted_in(text, EVERYWHERE, flattened)), key=lambda piece: piece.start)


def find_flattened(text: str) -> list[Flattened]:
    """Every embed in ``text`` that lost its markup, in order; as ``flattened_in``."""
    return flattened_in(text, EVERYWHERE)
