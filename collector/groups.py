"""Settings in typed groups, each for the room that reads it; ``collector/settings.py`` joins them with the platforms' own."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from storywake import __version__

from .defaults import DATABASE
from .errors import BadInput
from .mailaddress import mail_address
from .urls import is_web_address


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


def _with_tokens(given: Any) -> Any:
    """Addresses alone, as servers without a token."""
    return dict.fromkeys(given, "") if isinstance(given, list) else given


ServersWithTokens = Annotated[dict[WebAddress, SecretStr], BeforeValidator(_with_tokens)]
"""Addresses of servers with the token that each gave, "" for none; a list of addresses is one without tokens."""


def revealed(secret: SecretStr | None) -> str:
    """A secret in plain text, to be sent to the service that it is for; "" where it is not set."""
    return secret.get_secret_value() if secret else ""


class Group(BaseModel):
    """Settings that belong together. None is made by itself, so validation is built once, for all of them joined."""

    model_config = ConfigDict(defer_build=True)


class StoreSettings(Group):
    """Where everything is kept."""

    db: str = Field(DATABASE, repr=False, description="database address")
    queue: bool = Field(
        False, description="have `storywake worker` do the work, on any number of machines; needs PostgreSQL"
    )
    log_json: bool = Field(False, description="write the log of `run` and `worker` as lines of JSON")


class FeedSettings(Group):
    """Feeds; the fetcher hides the keys that their addresses carry."""

    feeds: list[WebAddress] = Field(
        default_factory=list,
        repr=False,
        description="feeds and news sitemaps read for coverage, a JSON list of addresses (RSS, Atom, JSON Feed, sitemap)",
    )


class NetSettings(FeedSettings):
    """How the network is asked."""

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

    @property
    def user_agent(self) -> str:
        """The name the collector goes by, with a contact where one is set."""
        about = self.contact or "contact not set"
        release = __version__.rpartition(".")[0]
        return f"storywake/{release} (news reception research; {about})"


class FollowSettings(Group):
    """How far threads are followed. A platform's own group of settings is a subclass of this."""

    thread_depth: int = Field(6, ge=0, description="levels of replies followed below a post")
    thread_pages: int = Field(10, ge=1, description="pages of quotes followed for a post in a pass")
    follow_depth: int = Field(2, ge=0, description="how far replies and quotes of reactions are followed")


GDELT = "https://api.gdeltproject.org"
GDELT_FILES = "http://data.gdeltproject.org"
"""A bucket without a certificate of its own name: the files are public, and their MD5 is told beside them."""


class MannersSettings(Group):
    """How authors' wishes are honoured."""

    wishes: Literal["count", "drop"] = Field(
        "count",
        description="posts of authors who ask not to be shown to everybody: count keeps them without words, drop takes none",
    )


class CoverageSettings(Group):
    """Where other papers' reports are looked for, and how the pages are served."""

    gdelt_url: WebAddress = Field(GDELT, description="GDELT's DOC 2.0 API, asked for coverage")
    gdelt_files_url: WebAddress | None = Field(
        None,
        description="where GDELT's files of every quarter of an hour are; GDELT's own where neither this nor STORYWAKE_GDELT_URL is set",
    )
    wikipedia_url: WebAddress = Field(
        "https://en.wikipedia.org",
        description="the Wikipedia asked which pages cite a story, and those of other languages beside it; {language} in another address stands for the language",
    )
    fact_check_feeds: list[WebAddress] | None = Field(
        None,
        description="fact-checkers' feeds, a JSON list; a list of well-known ones where neither this nor STORYWAKE_GDELT_URL is set, [] for none",
    )
    wikipedia_languages: list[str] = Field(
        default_factory=list,
        description='languages whose Wikipedias are asked besides the story\'s own, a JSON list, as ["sv", "de"]',
    )
    coverage: bool = Field(True, description="look for coverage at GDELT and Wikipedia")
    comments: bool = Field(
        True, description="read the comments under articles: WordPress, feeds of comments, what Disqus shows at first"
    )
    pictures: bool = Field(
        True,
        description="look at the pictures of posts near a story: whether they show the article's own, and which words stand in them",
    )
    disqus_url: WebAddress = Field("https://disqus.com", description="Disqus, whose embed shows the first comments")
    serve_hosts: list[str] = Field(
        default_factory=list,
        description="names that the pages are reached by besides localhost and the address listened at, a JSON list",
    )
    webmention_pending: int = Field(1000, ge=1, description="webmentions kept waiting for verification at most")

    @property
    def gdelt_files(self) -> str | None:
        """Where GDELT's files are read; None where another GDELT is asked, of which no files are known."""
        return self.gdelt_files_url or (GDELT_FILES if self.gdelt_url == GDELT else None)


class StanceSettings(NetSettings):
    """Which assessor tells stance, and the language model that ``llm`` asks."""

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


class MailSettings(Group):
    """Who sends the digest, to whom and when."""

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
    public_url: WebAddress | None = Field(
        None, description="where readers of the mail reach the pages, as https://wake.example; its links lead there"
    )


class ClockSettings(Group):
    """When things are looked at again, and how long."""

    first_look_minutes: float = Field(
        15, gt=0, le=525_600, description="shortest wait between two looks at one thing, in minutes"
    )
    assess_minutes: float = Field(10, gt=0, le=525_600, description="minutes between two assessments of what is new")
    watch_days: int = Field(14, ge=1, le=36_500, description="days that a new story is watched")
    forget_days: int = Field(30, ge=0, le=700_000, description="days after which a deleted post loses its text")


class AlertSettings(Group):
    """What is told at once."""

    alert_reach: int = Field(
        10_000, ge=1, description="likes, reposts, replies and quotes of a post together that are told at once"
    )
