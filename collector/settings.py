"""Every setting: the groups of all rooms and platforms. Each is an environment variable ``STORYWAKE_<NAME>`` or a line of ``.env``."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, SecretStr, create_model
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from .groups import (
    AlertSettings,
    ClockSettings,
    CoverageSettings,
    FeedSettings,
    FollowSettings,
    Group,
    MailSettings,
    MannersSettings,
    NetSettings,
    StanceSettings,
    StoreSettings,
)
from .sources import SOURCES, Platform
from .urls import without_secrets

PLATFORM_GROUPS = tuple(source.group for source in SOURCES.values() if source.group is not FollowSettings)


class ChoiceSettings(Group):
    """Which platforms are asked."""

    platforms: list[Platform] = Field(
        default_factory=list, description="platforms that are asked, a JSON list; empty means all"
    )


if TYPE_CHECKING:

    class PlatformSettings(FollowSettings):
        """The settings of all platforms: which there are is known only when their files were found."""
else:
    PlatformSettings = create_model("PlatformSettings", __base__=(*PLATFORM_GROUPS, FollowSettings))


class Settings(
    ClockSettings,
    MailSettings,
    AlertSettings,
    StanceSettings,
    CoverageSettings,
    PlatformSettings,
    ChoiceSettings,
    MannersSettings,
    NetSettings,
    StoreSettings,
    BaseSettings,
):
    """What can be set. ``storywake doctor`` lists these with their values, secrets hidden."""

    model_config = SettingsConfigDict(
        env_prefix="STORYWAKE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        allow_inf_nan=False,
        defer_build=False,
    )

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
        return without_secrets(str([str(item) for item in value] if isinstance(value, list) else value))

    def asks(self, platform: str) -> bool:
        """Whether a platform is to be asked at all."""
        return not self.platforms or platform in self.platforms


def listed() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting's name and description, group by group: the network, each platform in turn, stance, mail, the clock."""
    groups: tuple[type[Group], ...] = (
        StoreSettings, NetSettings, ChoiceSettings, *PLATFORM_GROUPS, FollowSettings, MannersSettings, FeedSettings, CoverageSettings, StanceSettings,
        MailSettings, AlertSettings, ClockSettings,
    )  # fmt: skip
    for group in groups:
        for name in group.__annotations__:
            yield name, Settings.model_fields[name]
