"""Every setting, typed, in one place. Each is an environment variable ``STORYWAKE_<NAME>`` or a line of ``.env``."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from storywake import __version__

from .addresses import Platform
from .errors import BadInput
from .mailaddress import mail_address
from .urls import is_web_address, without_secrets


def _web(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("is no web address: http:// or https://, and a host")
    return value


def _stream(value: str) -> str:
    if not value.startswith(("ws://", "wss://")) or not is_web_address(value.replace("ws", "http", 1)):
        raise ValueError("is no address of a stream: ws:// or wss://, and a host")
    return value


def _mail(value: str) -> str:
    try:
        return mail_address(value)
    except BadInput as error:
        raise ValueError(str(error)) from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("is no time zone; write one as Europe/Helsinki or UTC") from None
    return value


WebAddress = Annotated[str, AfterValidator(_web)]
StreamAddress = Annotated[str, AfterValidator(_stream)]
MailAddress = Annotated[str, AfterValidator(_mail)]
ZoneName = Annotated[str, AfterValidator(_zone)]


def revealed(secret: SecretStr | None) -> str:
    """A secret for whom it is meant; "" where it is not set."""
    return secret.get_secret_value() if secret else ""


class Settings(BaseSettings):
    """What can be set. ``storywake doctor`` lists these with their values, secrets hidden."""

    model_config = SettingsConfigDict(
        env_prefix="STORYWAKE_", env_file=".env", env_ignore_empty=True, extra="ignore", allow_inf_nan=False
    )

    db: str = Field("sqlite:///storywake.db", repr=False, description="database address")
    contact: str | None = Field(
        None, description="address or URL named in the User-Agent, so that a site can reach you"
    )
    allow_private: bool = Field(False, description="let the collector reach loopback and private addresses")
    host_delay: float = Field(1.0, ge=0, description="seconds between two requests to one host")
    host_concurrency: int = Field(2, ge=1, description="requests under way at once to one host")
    concurrency: int = Field(20, ge=1, description="requests under way at once in all")
    timeout: float = Field(30.0, gt=0, description="seconds that one answer may take in all")
    max_bytes: int = Field(10_000_000, gt=0, description="largest answer read, in bytes after decompression")
    max_redirects: int = Field(8, ge=0, description="longest chain of redirects followed")
    attempts: int = Field(4, ge=1, description="times a request is made before it counts as failed")
    max_wait: float = Field(60.0, ge=0, description="longest wait between two attempts, in seconds")

    platforms: list[Platform] = Field(
        default_factory=list, description="platforms that are asked, a JSON list; empty means all"
    )
    x_oembed_url: WebAddress = Field("https://publish.twitter.com/oembed", description="X's oEmbed endpoint")
    x_url: WebAddress = Field("https://api.x.com", description="X's API v2")
    x_token: SecretStr | None = Field(None, description="bearer token of X's API v2; without it, oEmbed only")
    x_budget: float = Field(5.0, ge=0, description="dollars that X's API may cost in a UTC day; never exceeded")
    x_post_price: float = Field(0.005, ge=0, description="what X charges for a post returned, in dollars")
    x_user_price: float = Field(0.010, ge=0, description="what X charges for a user returned, in dollars")
    bluesky_url: WebAddress = Field("https://public.api.bsky.app", description="Bluesky's AppView")
    bluesky_login_url: WebAddress = Field(
        "https://bsky.social", description="the server that signs in and answers search"
    )
    bluesky_handle: str | None = Field(None, description="account that signs in; without it no search for links")
    bluesky_password: SecretStr | None = Field(None, description="its app password")
    bluesky_stream_url: StreamAddress = Field(
        "wss://jetstream2.us-east.bsky.network/subscribe", description="the Jetstream that is listened to"
    )
    bluesky_stream: bool = Field(False, description="listen to every post on Bluesky for links to watched stories")
    mastodon_url: WebAddress = Field("https://mastodon.social", description="the server whose search is asked")
    mastodon_token: SecretStr | None = Field(None, description="its token; without it no search for links")
    reddit_url: WebAddress = Field("https://oauth.reddit.com", description="Reddit's API")
    reddit_token: SecretStr | None = Field(None, description="bearer token of an application approved by Reddit")
    hackernews_url: WebAddress = Field("https://hn.algolia.com", description="Hacker News by Algolia")
    lemmy_url: WebAddress = Field("https://lemmy.world", description="the Lemmy server whose search is asked")
    youtube_url: WebAddress = Field("https://www.googleapis.com", description="YouTube's Data API")
    youtube_oembed_url: WebAddress = Field("https://www.youtube.com/oembed", description="YouTube's oEmbed endpoint")
    youtube_key: SecretStr | None = Field(
        None, description="key of YouTube's Data API; without it title and channel only"
    )
    youtube_budget: int = Field(10_000, ge=0, description="quota units that YouTube's API may cost in a UTC day")
    telegram_url: WebAddress = Field("https://t.me", description="Telegram's widget and preview pages")
    telegram_channels: list[str] = Field(
        default_factory=list, description="public channels searched, a JSON list of names"
    )
    tiktok_oembed_url: WebAddress = Field("https://www.tiktok.com/oembed", description="TikTok's oEmbed endpoint")
    thread_depth: int = Field(6, ge=0, description="levels of replies followed below a post")
    thread_pages: int = Field(10, ge=1, description="pages of quotes followed for a post in a pass")
    follow_depth: int = Field(2, ge=0, description="how far replies and quotes of reactions are followed")

    feeds: list[WebAddress] = Field(
        default_factory=list,
        repr=False,
        description="feeds and news sitemaps read for coverage, a JSON list of addresses (RSS, Atom, JSON Feed, sitemap)",
    )
    gdelt_url: WebAddress = Field("https://api.gdeltproject.org", description="GDELT's DOC 2.0 API, asked for coverage")
    wikipedia_url: WebAddress = Field(
        "https://en.wikipedia.org", description="the Wikipedia asked which pages cite a story"
    )
    coverage: bool = Field(True, description="look for coverage at GDELT and Wikipedia")
    serve_hosts: list[str] = Field(
        default_factory=list,
        description="names that the pages are reached by besides localhost and the address listened at, a JSON list",
    )
    webmention_pending: int = Field(1000, ge=1, description="webmentions kept waiting for verification at most")

    stance_model: Literal["blend", "encoder", "linear", "cues", "llm"] = Field(
        "blend", description="the assessor: blend, encoder, linear, cues, or llm"
    )
    llm_url: WebAddress | None = Field(
        None,
        repr=False,
        description="an OpenAI-compatible endpoint, as http://localhost:11434/v1; for the assessor llm",
    )
    llm_model: str | None = Field(None, description="the model asked there")
    llm_key: SecretStr | None = Field(None, description="its key, where it wants one")
    llm_batch: int = Field(10, ge=1, description="posts in one question to it")
    llm_timeout: float = Field(60.0, gt=0, description="seconds that it may take to answer")
    llm_price_in: float = Field(0.0, ge=0, description="dollars for a million tokens sent to it")
    llm_price_out: float = Field(0.0, ge=0, description="dollars for a million tokens that it answers")

    smtp_host: str | None = Field(None, description="mail server; needed to send the digest")
    smtp_port: int = Field(587, ge=1, le=65535, description="its port")
    smtp_user: str | None = Field(None, description="its user, where it wants one")
    smtp_password: SecretStr | None = Field(None, description="its password")
    smtp_tls: bool = Field(True, description="STARTTLS before anything is sent")
    mail_from: str = Field("storywake@localhost", description="sender of the digest")
    digest_to: list[MailAddress] = Field(
        default_factory=list, description="readers of the digest, a JSON list of addresses"
    )
    digest_hour: int = Field(6, ge=0, le=23, description="hour of the day at which the digest goes out")
    time_zone: ZoneName = Field("UTC", description="time zone of that hour and of a digest's day")

    first_look_minutes: float = Field(
        15, gt=0, le=525_600, description="shortest wait between two looks at one thing, in minutes"
    )
    assess_minutes: float = Field(10, gt=0, le=525_600, description="minutes between two assessments of what is new")
    watch_days: int = Field(14, ge=1, le=36_500, description="days that a new story is watched")
    forget_days: int = Field(30, ge=0, le=700_000, description="days after which a deleted post loses its text")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """These settings with some changed, checked as if they were set."""
        return type(self)(**{"_env_file": None, **self.model_dump(), **(update or {})})

    def shown(self, name: str) -> str:
        """A setting's value for people: a secret as ``set``, an address without its passwords and keys; "" where not set."""
        value = getattr(self, name)
        if value is None:
            return ""
        if isinstance(value, SecretStr):
            return "set" if value else ""
        return without_secrets(str(value))

    def asks(self, platform: str) -> bool:
        """Whether a platform is to be asked at all."""
        return not self.platforms or platform in self.platforms

    @property
    def user_agent(self) -> str:
        """The name the collector goes by, with a contact where one is set."""
        about = self.contact or "contact not set"
        release = __version__.rpartition(".")[0]
        return f"storywake/{release} (news reception research; {about})"
