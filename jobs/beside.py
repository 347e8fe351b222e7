"""What is asked beside the platforms: which of it these settings let be seen, and which not, a line each."""

from typing import NamedTuple

from storywake.collector.platforms.x import XSettings
from storywake.collector.settings import Settings

LEFT_OUT = "not asked: STORYWAKE_PLATFORMS leaves {} out"
NO_NOTES = "no Community Notes: STORYWAKE_X_NOTES is off (some hundred megabytes a day)"
NO_COVERAGE = "not asked: STORYWAKE_COVERAGE is off"


class Beside(NamedTuple):
    """A source beside the platforms."""

    name: str
    seen: str  # what can be seen, and where that ends
    missing: str | None  # why it is not asked, or what it lacks


def beside(settings: Settings) -> list[Beside]:
    """GDELT's files and search, Wikipedia, the comments under articles, Community Notes."""
    no_web = None if settings.asks("web") else LEFT_OUT.format("the web")
    unasked = no_web or (None if settings.coverage else NO_COVERAGE)
    languages = ", ".join(["story's languages", *settings.wikipedia_languages])
    return [
        Beside(
            "gdelt files",
            "pages in 66 languages, every quarter of an hour, back to a story's publication but a day at most; no key",
            unasked
            or (None if settings.gdelt_files else "none: STORYWAKE_GDELT_URL is set, STORYWAKE_GDELT_FILES_URL is not"),
        ),
        Beside("gdelt", "its search: pages of the last week; no key, and it often refuses (429)", unasked),
        Beside(
            "wikipedia",
            f"articles that cite a story, at {settings.wikipedia_url} and in the {languages}; none that only tell of it",
            unasked,
        ),
        Beside(
            "comments",
            "under articles: WordPress, feeds of comments, what Disqus shows at first; not Coral's, nor other systems'",
            no_web or (None if settings.comments else "not read: STORYWAKE_COMMENTS is off"),
        ),
        _notes(settings),
    ]


def _notes(settings: Settings) -> Beside:
    rated = isinstance(settings, XSettings) and settings.x_notes_ratings
    seen = f"Community Notes on X's posts, {'with' if rated else 'without'} their ratings, from daily files that tell of them within 48 hours"
    if not settings.asks("x"):
        return Beside("notes", seen, LEFT_OUT.format("X"))
    looked_for = isinstance(settings, XSettings) and settings.x_notes
    return Beside("notes", seen, None if looked_for else NO_NOTES)
