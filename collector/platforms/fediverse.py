"""Addresses of posts in the fediverse, told by their paths alone: any host may be a server.

Forms: Mastodon's routes (``/@NAME/ID``, ``/users``, ``/ap/users``, the old web client's ``/web`` and ``/deck``), GoToSocial's
``/@NAME/statuses/ULID``, Pleroma's and Akkoma's ``/notice/FLAKE`` and ``/objects/UUID``, Pixelfed's ``/p/NAME/ID``,
Friendica's ``/display/UUID``, PeerTube's ``/w`` and ``/videos`` (docs.joinpeertube.org, "Embed API").
"""

import re
from typing import NamedTuple
from uuid import UUID

from ..records import PostAddress

NAME = r"(?P<name>[A-Za-z0-9_.]+)"
DIGITS = r"(?P<id>\d{10,20})"
ULID = r"(?P<id>0[0-9A-HJKMNP-TV-Z]{25})"
GUID = r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
FLAKE = r"(?P<id>(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{6,22})"
BASE_58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
"""The letters in which PeerTube shortens a UUID (short-uuid, "flickrBase58")."""


class Form(NamedTuple):
    """A path of one kind of server, where people read the post, and its ActivityPub uri where the path tells that."""

    path: re.Pattern[str]
    page: str
    uri: str | None


def _form(path: str, page: str, uri: str | None = None) -> Form:
    return Form(re.compile(rf"{path}(?:/embed)?/?$"), page, uri)


FORMS = (
    _form(rf"(?:/web|/deck)?/@{NAME}(?:@[A-Za-z0-9.-]+)?/{DIGITS}", "/@{name}/{id}"),
    _form(rf"/users/{NAME}/statuses/{DIGITS}(?:/activity)?", "/@{name}/{id}", "/users/{name}/statuses/{id}"),
    _form(
        rf"/ap/users/(?P<owner>\d+)/statuses/{DIGITS}(?:/activity)?",
        "/ap/users/{owner}/statuses/{id}",
        "/ap/users/{owner}/statuses/{id}",
    ),
    _form(rf"/(?:web|deck)/statuses/{DIGITS}", "/web/statuses/{id}"),
    _form(rf"/(?:@|users/){NAME}/statuses/{ULID}", "/@{name}/statuses/{id}", "/users/{name}/statuses/{id}"),
    _form(rf"/notice/{FLAKE}", "/notice/{id}"),
    _form(rf"/objects/{GUID}", "/objects/{id}", "/objects/{id}"),
    _form(rf"/display/{GUID}", "/display/{id}", "/objects/{id}"),
    _form(rf"/p/{NAME}/(?P<id>\d{{17,20}})", "/p/{name}/{id}"),
    _form(rf"/(?:w|videos/watch|videos/embed)/{GUID}", "/videos/watch/{id}", "/videos/watch/{id}"),
)
FRAMED_PHOTO = re.compile(rf"/p/{NAME}/(?P<id>\d{{10,20}})(?P<embed>/embed)?/?$")
SHORT_VIDEO = re.compile(rf"/(?:w|videos/watch|videos/embed)/(?P<id>[{BASE_58}]{{20,22}})/?$")


def read_place(platform: str, host: str, path: str) -> PostAddress | None:
    """The post that a path names on a server of the fediverse; None where it names none."""
    for form in FORMS:
        found = form.path.match(path)
        if found:
            parts = found.groupdict()
            uri = f"https://{host}{form.uri.format(**parts)}" if form.uri else None
            return PostAddress(platform, uri, f"https://{host}{form.page.format(**parts)}", parts.get("name"))
    photo = FRAMED_PHOTO.match(path)
    if photo and (photo["embed"] or host.startswith("pixel")):
        return PostAddress(platform, None, f"https://{host}/p/{photo['name']}/{photo['id']}", photo["name"])
    video = SHORT_VIDEO.match(path)
    uuid = _lengthened(video["id"]) if video else None
    return PostAddress(platform, uri := f"https://{host}/videos/watch/{uuid}", uri, None) if uuid else None


def _lengthened(short: str) -> UUID | None:
    """The random UUID (RFC 9562, version 4) behind PeerTube's short form; None where the letters are no such UUID."""
    number = 0
    for letter in short:
        number = number * len(BASE_58) + BASE_58.index(letter)
    if number >> 128:
        return None
    uuid = UUID(int=number)
    return uuid if uuid.version == 4 else None
