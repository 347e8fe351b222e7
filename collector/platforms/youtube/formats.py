"""What YouTube's Data API answers, and what yt-dlp writes, as posts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...dates import utc
from ...markup.fragments import read_fragment
from ...markup.links import find_links
from ...records import Author, Kind, Post, Reach
from ...values import at, count, items, language, text, unescape

NAME = "youtube"


def address_of(video: str) -> str:
    """Where a video is watched."""
    return f"https://www.youtube.com/watch?v={video}"


def address_within(video: str, comment: str) -> str:
    """Where a comment is read below its video."""
    return f"{address_of(video)}&lc={comment}"


VIDEOS = ("youtube#video", "youtube#searchResult", "youtube#playlistItem")
"""Kinds of things that are videos or name one; channels and playlists are none."""
STATISTICS = ("youtube#videoStats", "youtube#videoStat")
"""What ``videos.batchGetStats`` calls its items: the first in its reference, the second by the pattern of all other kinds."""
NOTICES = ("Deleted video", "Private video")
"""Titles of videos in playlists that are not shown."""


def video(item: dict[str, Any]) -> Iterator[Post]:
    """A video, a search result or an item of a playlist."""
    snippet = item["snippet"]
    listed = text(at(snippet, "resourceId", "videoId"))
    identity = listed or text(item.get("id")) or text(at(item, "id", "videoId"))
    if not identity or "title" not in snippet:
        return
    if listed and snippet["title"] in NOTICES:
        yield Post(
            platform=NAME, external_id=identity, url=address_of(identity), deleted=snippet["title"] == NOTICES[0]
        )
        return
    told = item.get("statistics")
    is_found = item.get("kind") == "youtube#searchResult"
    title, description, channel = (
        unescape(words) if words and is_found else words
        for words in (
            text(snippet.get("title")),
            text(snippet.get("description")),
            text(snippet.get("videoOwnerChannelTitle" if listed else "channelTitle")),
        )
    )
    yield Post(
        platform=NAME,
        external_id=identity,
        url=address_of(identity),
        author=Author(
            name=channel,
            external_id=text(snippet.get("videoOwnerChannelId" if listed else "channelId")),
            followers=count(at(told, "subscriberCount")),
        ),
        text="\n\n".join(filter(None, (title, description))) or None,
        language=language(snippet.get("defaultAudioLanguage")) or language(snippet.get("defaultLanguage")),
        posted_at=utc(text(at(item, "contentDetails", "videoPublishedAt") if listed else snippet.get("publishedAt"))),
        links=find_links(description or ""),
        reach=_reach(told),
        relayed=is_found,
    )


def statistics(item: dict[str, Any]) -> Iterator[Post]:
    """A video's counts alone (videos.batchGetStats)."""
    identity, told = text(item.get("id")), item.get("statistics")
    if identity:
        yield Post(
            platform=NAME,
            external_id=identity,
            url=address_of(identity),
            posted_at=utc(text(at(item, "snippet", "publishTime"))),
            reach=_reach(told),
        )


def _reach(told: Any) -> Reach:
    return Reach(
        likes=count(at(told, "likeCount")),
        replies=count(at(told, "commentCount")),
        views=count(at(told, "viewCount")),
    )


def downloaded(info: dict[str, Any]) -> Iterator[Post]:
    """A video and its comments as yt-dlp writes them (``--write-info-json``; github.com/yt-dlp/yt-dlp, "Output template")."""
    video = text(info.get("id"))
    if not video:
        return
    description, day = text(info.get("description")), text(info.get("upload_date")) or ""
    yield Post(
        platform=NAME,
        external_id=video,
        url=address_of(video),
        author=Author(
            handle=_handle(info.get("uploader_id")),
            name=text(info.get("channel")) or text(info.get("uploader")),
            external_id=text(info.get("channel_id")),
            followers=count(info.get("channel_follower_count")),
        ),
        text="\n\n".join(filter(None, (text(info.get("title")), description))) or None,
        language=language(info.get("language")),
        posted_at=utc(count(info.get("timestamp")) or f"{day[:4]}-{day[4:6]}-{day[6:8]}"),
        links=find_links(description or ""),
        reach=Reach(
            likes=count(info.get("like_count")),
            replies=count(info.get("comment_count")),
            views=count(info.get("view_count")),
        ),
    )
    for written in items(info.get("comments")):
        identity, said, parent = text(written.get("id")), text(written.get("text")), text(written.get("parent"))
        if identity:
            yield Post(
                platform=NAME,
                external_id=identity,
                url=address_within(video, identity),
                kind=Kind.COMMENT,
                author=Author(
                    handle=_handle(written.get("author")),
                    name=text(written.get("author")),
                    external_id=text(written.get("author_id")),
                ),
                text=said,
                posted_at=utc(count(written.get("timestamp"))),
                in_reply_to=parent if parent and parent != "root" else video,
                links=find_links(said or ""),
                reach=Reach(likes=count(written.get("like_count"))),
            )


def _handle(shown: Any) -> str | None:
    """A handle where a name is one."""
    name = text(shown)
    return name[1:] if name and name.startswith("@") else None


def thread(item: dict[str, Any]) -> Iterator[Post]:
    """A comment with the answers that came along."""
    snippet = item.get("snippet")
    if not isinstance(snippet, dict):
        return
    video = text(snippet.get("videoId"))
    top = snippet.get("topLevelComment")
    if isinstance(top, dict):
        yield from comment(top, video, count(snippet.get("totalReplyCount")))
    for reply in items(at(item, "replies", "comments")):
        yield from comment(reply, video, None)


def comment(item: dict[str, Any], video: str | None, replies: int | None) -> Iterator[Post]:
    """A comment under a video; ``replies`` is how many answers its thread tells of."""
    identity, snippet = text(item.get("id")), item.get("snippet")
    if not identity or not isinstance(snippet, dict):
        return
    video = text(snippet.get("videoId")) or video
    shown = text(snippet.get("authorDisplayName"))
    words = text(snippet.get("textOriginal")) or read_fragment(snippet.get("textDisplay")).text
    yield Post(
        platform=NAME,
        external_id=identity,
        url=address_within(video, identity) if video else None,
        kind=Kind.COMMENT,
        author=Author(
            handle=shown[1:] if shown and shown.startswith("@") else None,
            name=shown,
            external_id=text(at(snippet, "authorChannelId", "value")),
        ),
        text=words,
        posted_at=utc(text(snippet.get("publishedAt"))),
        in_reply_to=text(snippet.get("parentId")) or video,
        links=find_links(words or ""),
        reach=Reach(likes=count(snippet.get("likeCount")), replies=replies),
    )
