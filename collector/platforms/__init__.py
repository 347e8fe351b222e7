"""The platforms, by name. Adding one is adding a file here and a line below."""

from .base import Answer, Source, readable
from .bluesky import Bluesky
from .hackernews import HackerNews
from .lemmy import Lemmy
from .mastodon import Mastodon
from .meta import FACEBOOK, INSTAGRAM, THREADS
from .reddit import Reddit
from .telegram import Telegram
from .tiktok import TikTok
from .truthsocial import TruthSocial
from .vk import Vk
from .web import Web
from .x import X
from .youtube import YouTube

_ALL: tuple[Source, ...] = (
    X(), Bluesky(), Mastodon(), Reddit(), HackerNews(), YouTube(), Telegram(), TikTok(), INSTAGRAM, FACEBOOK, THREADS, Lemmy(), Vk(), TruthSocial(), Web(),
)  # fmt: skip
SOURCES: dict[str, Source] = {source.name: source for source in _ALL}

__all__ = ["SOURCES", "Answer", "Source", "readable"]
