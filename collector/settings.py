"""Every setting, typed, in one place. Each is an environment variable ``STORYWAKE_<NAME>`` or a line of ``.env``."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import BadInput
from .mailaddress import mail_address


class Settings(BaseSettings):
    """What can be set. ``storywake doctor`` lists these with their values, secrets hidden."""

    model_config = SettingsConfigDict(env_prefix="STORYWAKE_", env_file=".env", extra="ignore")

    db: str = Field("sqlite:///storywake.db", description="database address")
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

    platforms: list[str] = Field(
        default_factory=list, description="platforms that are asked, a JSON list; empty means all"
    )
    x_oembed_url: str = Field("https://publish.twitter.com/oembed", description="X's oEmbed endpoint")
    x_url: str = Field("https://api.x.com", description="X's API v2")
    x_token: str | None = Field(None, repr=False, description="bearer token of X's API v2; without it, oEmbed only")
    x_budget: float = Field(5.0, ge=0, description="dollars that X's API may cost in a UTC day; never exceeded")
    x_post_price: float = Field(0.005, ge=0, description="what X charges for a post returned, in dollars")
    x_user_price: float = Field(0.010, ge=0, description="what X charges for a user returned, in dollars")
    bluesky_url: str = Field("https://public.api.bsky.app", description="Bluesky's AppView")
    bluesky_login_url: str = Field("https://bsky.social", description="the server that signs in and answers search")
    bluesky_handle: str | None = Field(None, description="account that signs in; without it no search for links")
    bluesky_password: str | None = Field(None, repr=False, description="its app password")
    bluesky_stream_url: str = Field(
        "wss://jetstream2.us-east.bsky.network/subscribe", description="the Jetstream that is listened to"
    )
    bluesky_stream: bool = Field(False, description="listen to every post on Bluesky for links to watched stories")
    mastodon_url: str = Field("https://mastodon.social", description="the server whose search is asked")
    mastodon_token: str | None = Field(None, repr=False, description="its token; without it no search for links")
    reddit_url: str = Field("https://oauth.reddit.com", description="Reddit's API")
    reddit_token: str | None = Field(None, repr=False, description="bearer token of an application approved by Reddit")
    hackernews_url: str = Field("https://hn.algolia.com", description="Hacker News by Algolia")
    lemmy_url: str = Field("https://lemmy.world", description="the Lemmy server whose search is asked")
    youtube_url: str = Field("https://www.googleapis.com", description="YouTube's Data API")
    youtube_oembed_url: str = Field("https://www.youtube.com/oembed", description="YouTube's oEmbed endpoint")
    youtube_key: str | None = Field(
        None, repr=False, description="key of YouTube's Data API; without it title and channel only"
    )
    youtube_budget: int = Field(10_000, ge=0, description="quota units that YouTube's API may cost in a UTC day")
    telegram_url: str = Field("https://t.me", description="Telegram's widget and preview pages")
    telegram_channels: list[str] = Field(
        default_factory=list, description="public channels searched, a JSON list of names"
    )
    tiktok_oembed_url: str = Field("https://www.tiktok.com/oembed", description="TikTok's oEmbed endpoint")
    thread_depth: int = Field(6, ge=0, description="levels of replies followed below a post")
    thread_pages: int = Field(10, ge=1, description="pages of quotes followed for a post in a pass")
    follow_depth: int = Field(2, ge=0, description="how far replies and quotes of reactions are followed")

    feeds: list[str] = Field(
        default_factory=list,
        description="feeds and news sitemaps read for coverage, a JSON list of addresses (RSS, Atom, JSON Feed, sitemap)",
    )
    gdelt_url: str = Field("https://api.gdeltproject.org", description="GDELT's DOC 2.0 API, asked for coverage")
    wikipedia_url: str = Field("https://en.wikipedia.org", description="the Wikipedia asked which pages cite a story")
    coverage: bool = Field(True, description="look for coverage at GDELT and Wikipedia")
    webmention_pending: int = Field(1000, ge=1, description="webmentions kept waiting for verification at most")

    stance_model: str = Field("blend", description="the assessor: blend, encoder, linear, cues, or llm")
    llm_url: str | None = Field(
        None, description="an OpenAI-compatible endpoint, as http://localhost:11434/v1; for the assessor llm"
    )
    llm_model: str | None = Field(None, description="the model asked there")
    llm_key: str | None = Field(None, repr=False, description="its key, where it wants one")
    llm_batch: int = Field(10, ge=1, description="posts in one question to it")
    llm_timeout: float = Field(60.0, gt=0, description="seconds that it may take to answer")
    llm_price_in: float = Field(0.0, ge=0, description="dollars for a million tokens sent to it")
    llm_price_out: float = Field(0.0, ge=0, description="dollars for a million tokens that it answers")

    smtp_host: str | None = Field(None, description="mail server; needed to send the digest")
    smtp_port: int = Field(587, description="its port")
    smtp_user: str | None = Field(None, description="its user, where it wants one")
    smtp_password: str | None = Field(None, repr=False, description="its password")
    smtp_tls: bool = Field(True, description="STARTTLS before anything is sent")
    mail_from: str = Field("storywake@localhost", description="sender of the digest")
    digest_to: list[str] = Field(default_factory=list, description="readers of the digest, a JSON list of addresses")
    digest_hour: int = Field(6, ge=0, le=23, description="hour of the day at which the digest goes out")
    time_zone: str = Field("UTC", description="time zone of that hour and of a digest's day")

    first_look_minutes: float = Field(15, gt=0, description="shortest wait between two looks at one thing, in minutes")
    assess_minutes: float = Field(10, gt=0, description="minutes between two assessments of what is new")
    watch_days: int = Field(14, ge=1, description="days that a new story is watched")
    forget_days: int = Field(30, ge=0, description="days after which a deleted post loses its text")

    @field_validator("digest_to")
    @classmethod
    def _each_is_one_address(cls, readers: list[str]) -> list[str]:
        try:
            return [mail_address(reader) for reader in readers]
        except BadInput as error:
            raise ValueError(str(error)) from None

    def asks(self, platform: str) -> bool:
        """Whether a platform is to be asked at all."""
        return not self.platforms or platform in self.platforms

    @property
    def user_agent(self) -> str:
        """The name the collector goes by, with a contact where one is set."""
        about = self.contact or "contact not set"
        return f"storywake/0.1 (news reception research; {about})"
