"""Takes out of records the characters that databases refuse; applied to everything that readers find."""

from typing import Any, TypeVar

import msgspec

from .records import Article, Post
from .values import clean

Record = TypeVar("Record", bound=msgspec.Struct)
ESCAPES = (b"\\u", b"\\b", b"\\f", b"\\r")
"""How JSON writes the control characters that databases refuse, but for DEL and those beyond ASCII."""


def clean_post(post: Post) -> Post:
    """The post with every string ``clean``; an optional one that becomes empty is None."""
    return clean_record(post)


def clean_article(article: Article) -> Article:
    """The article with every string ``clean``, those of its embeds, links and statements too."""
    return clean_record(article)


def clean_record(record: Record) -> Record:
    """A record with every string ``clean``, at any depth; an optional one that becomes empty is None.

    Returns the same object where nothing changes.
    """
    return record if _is_clean(record) else _clean_record(record)


def _is_clean(record: msgspec.Struct) -> bool:
    """Whether a record plainly holds no character that ``clean`` takes out: told from its JSON, which escapes them."""
    try:
        written = msgspec.json.encode(record)
    except UnicodeEncodeError:  # a lone surrogate
        return False
    if b"\x7f" in written or b"\xc2" in written:  # U+0080 to U+009F begin with this byte, and so do some letters
        return False
    return b"\\" not in written or not any(escape in written for escape in ESCAPES)


def _clean_record(record: Record) -> Record:
    changes = {}
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if value is not None and (cleaned := _cleaned(value)) is not value:
            changes[field] = cleaned
    if not changes:
        return record
    defaults = dict(zip(record.__struct_fields__, _defaults(record), strict=True))
    kept = {field: None if value == "" and defaults[field] is None else value for field, value in changes.items()}
    return msgspec.structs.replace(record, **kept)


def _cleaned(value: Any) -> Any:
    """A value with its strings ``clean``; the same object where nothing changes."""
    if type(value) is str:
        return clean(value)
    if isinstance(value, msgspec.Struct):
        return _clean_record(value)
    if type(value) is tuple:
        cleaned = tuple(_cleaned(item) for item in value)
        return value if all(a is b for a, b in zip(value, cleaned, strict=True)) else cleaned
    return value


def _defaults(record: msgspec.Struct) -> list[Any]:
    """The defaults of a record's fields in order; ... for a field without a default, or with one that is not a string or None."""
    given = record.__struct_defaults__
    return [...] * (len(record.__struct_fields__) - len(given)) + [
        default if isinstance(default, str) or default is None else ... for default in given
    ]
