"""Takes out of records the characters that databases refuse; applied to everything that readers find."""

from typing import Any, TypeVar

import msgspec

from .records import Article, Post
from .values import clean

Record = TypeVar("Record", bound=msgspec.Struct)


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
        return clean_record(value)
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
