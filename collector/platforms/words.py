"""What posts carry beside their text, made of the fields that platforms keep it in."""

from collections.abc import Iterable
from typing import Any

from ..records import NO_MEDIA, Media
from ..values import text


def media(
    warning: str | None = None, alt: Iterable[Any] = (), card: Iterable[Any] = (), poll: Iterable[Any] = ()
) -> Media:
    """The words of a post's warning, pictures, link preview and poll. What is no text is left out, and so is a repetition."""
    described, shown, choices = _texts(alt), _texts(card), _texts(poll)
    if not (warning or described or shown or choices):
        return NO_MEDIA
    return Media(warning=warning, alt=described, card="\n".join(shown) or None, poll=choices)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    found = [words for value in values if value is not None and (words := text(value))] if values else ()
    return tuple(dict.fromkeys(found)) if found else ()
