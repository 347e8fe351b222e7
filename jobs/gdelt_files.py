"""Reads GDELT's files: each is fetched once and serves every watched story."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import md5

from storywake.collector.dates import known_moment, moment, now, stamp
from storywake.collector.errors import FetchError, StorywakeError, Unreadable
from storywake.collector.pages.feeds import Entry
from storywake.collector.pages.gdelt_files import File, at_time, missed, newest, stamp_before
from storywake.db.cursors import move_cursor, stream_cursor
from storywake.db.engine import reading, writing
from storywake.db.stories import StoryRow, stories

from .candidates import add_candidates, candidates, too_many
from .gdelt_past import past_of, without_end
from .tools import Tools

LISTINGS = ("lastupdate.txt", "lastupdate-translation.txt")
"""Which file is the newest: of pages in English, and of pages in other languages."""
FOLDER = "gdeltv2"
"""Where GDELT has them; another address may have them without it."""
MAX_FILE_BYTES = 40_000_000
"""Of one file as it is sent; real ones have up to 15 million."""
MAX_MISSED = 96
"""Files of a series that are caught up: those of a day."""
MAX_AHEAD = timedelta(days=1)
"""By which a file may be newer than this machine's clock: one from later is none, and read up to it would be never again."""
MAX_SILENCE = timedelta(hours=1)
"""Without a new file, after which that is told."""


class GdeltFiles:
    """Reads the files that came since the last time."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def read(self, passed: Sequence[StoryRow]) -> bool:
        """Reads what is new for ``passed`` and every other watched story. Returns whether a file named a page that is worth a look.

        Raises the first fault when everything else was read, so that the files after it are asked for again; FetchError too where no new file came for ``MAX_SILENCE``.
        """
        faults: list[StorywakeError] = []
        grew = False
        for listing in LISTINGS:
            try:
                latest = await self._newest(listing)
                grew |= await self._series(latest, passed)
                self._heard(latest)
            except StorywakeError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return grew

    async def _newest(self, listing: str) -> File:
        """The newest file of a series, as its listing names it. Raises FetchError."""
        base = (self._tools.settings.gdelt_files or "").rstrip("/")
        places = [base] if base.endswith(f"/{FOLDER}") else [f"{base}/{FOLDER}", base]
        for place in places:
            evidence = await self._tools.fetcher.api(f"{place}/{listing}")
            latest = newest(evidence.body) if evidence.status == 200 else None
            if latest and (at := at_time(latest.stamp)) and at > known_moment(now()) + MAX_AHEAD:
                raise FetchError(f"{place}/{listing}", f"names a file of {stamp(at)}, which is ahead of the clock")
            if latest:
                return latest._replace(folder=f"{place}/")
        what = "names no file" if evidence.status == 200 else f"answered {evidence.status}"
        raise FetchError(f"{places[0]}/{listing}", what)

    async def _series(self, latest: File, passed: Sequence[StoryRow]) -> bool:
        """Reads the files of a series up to the newest, in their order; then those from before the newer stories were watched."""
        series = _series_of(latest)
        with reading(self._tools.engine) as connection:
            after = stream_cursor(connection, series)
        files, left = missed(after, latest, MAX_MISSED)
        if left:
            self._tools.note(
                None, f"GDELT: {left} files {latest.kind} from before {files[0].name} are not read; those of a day are"
            )
        grew = False
        watched = self._watched(passed)
        self._join(latest, series, after, watched)
        for file in files:
            grew |= await self._file(file, watched, [series], whole=file is latest)
        return await self._past(latest, series, watched) or grew

    def _join(self, latest: File, series: str, after: int | None, watched: Sequence[StoryRow]) -> None:
        """Keeps for stories that are new how far a series had been read."""
        with reading(self._tools.engine) as connection:
            names = without_end(connection, watched, series, known_moment(now()))
        if names:
            with writing(self._tools.engine) as connection:
                for name in names:
                    move_cursor(connection, name, after if after is not None else stamp_before(latest))

    async def _past(self, latest: File, series: str, watched: Sequence[StoryRow]) -> bool:
        """Reads the files of a series that came before stories were watched, each once for all of these."""
        at = known_moment(now())
        with reading(self._tools.engine) as connection:
            pasts = [past for story in watched if (past := past_of(connection, story, series, latest, at))]
        for past in pasts:
            if past.left_out:
                what = f"GDELT: no files {latest.kind} from before {past.files[0].name} are read; those of a day are"
                self._tools.note(past.story.id, what)
        grew = False
        for file in sorted({file for past in pasts for file in past.files}):
            whose = [past for past in pasts if file in past.files]
            grew |= await self._file(file, [past.story for past in whose], [past.mark for past in whose], whole=False)
        return grew

    async def _file(self, file: File, watched: Sequence[StoryRow], marks: Sequence[str], *, whole: bool) -> bool:
        """Reads one file for some stories: looks at the pages it names and the mark that it was read are one transaction.

        A file that is missing or broken is told of and left out, unless it is the newest (``whole``), which may
        still be on its way. Raises FetchError.
        """
        address = f"{file.folder}{file.name}"
        entries: list[Entry] = []
        evidence = await self._tools.fetcher.api(address)
        try:
            if evidence.status != 200:
                raise Unreadable(f"answered {evidence.status}")
            if file.md5 and md5(evidence.body, usedforsecurity=False).hexdigest() != file.md5:
                raise Unreadable("is not what the listing tells of (MD5)")
            entries = (await self._tools.readers.read("gdelt_files", evidence)).entries
        except Unreadable as error:
            if whole:
                raise FetchError(address, str(error)) from None
            self._tools.note(None, f"{address}: {error}; it is left out")
        reason = f"found by GDELT's file {file.name}"
        found = [(story, candidates(self._tools.engine, story, entries)) for story in watched] if entries else []
        with writing(self._tools.engine) as connection:
            for story, pages in found:
                add_candidates(connection, story, pages, reason, now())
            for mark in marks:
                move_cursor(connection, mark, file.stamp)
        for story, pages in found:
            if pages.more:
                self._tools.note(story.id, too_many(reason))
        return any(pages.urls for _, pages in found)

    def _watched(self, passed: Sequence[StoryRow]) -> list[StoryRow]:
        """All stories that the files are read for: the mark of what was read is one for all."""
        with reading(self._tools.engine) as connection:
            watched = stories(connection, watched_at=now())
        return list({story.id: story for story in (*watched, *passed)}.values())

    def _heard(self, latest: File) -> None:
        """Raises FetchError where the newest file is old."""
        at, here = at_time(latest.stamp), moment(now()) or datetime.now(UTC)
        if at and here - at > MAX_SILENCE:
            raise FetchError(f"{latest.folder}{latest.name}", f"GDELT is silent: no file since {stamp(at)}")


def _series_of(file: File) -> str:
    """The name under which it is kept how far a series was read."""
    return f"gdelt{file.kind.removesuffix('.csv.zip')}"
