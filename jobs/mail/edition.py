"""A reader's mail of a day: which stories it tells whole and which in a line, its subject, and no more than fits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from storywake.collector.dates import moment
from storywake.collector.settings import Settings
from storywake.collector.stance import STANCES
from storywake.db.deliveries import Window
from storywake.db.past import Happened
from storywake.db.status import StoryStatus
from storywake.db.stories import standing

from ..report import templates
from .document import Addresses, Line, Page, Piece, Section, name_of_story
from .form import Digest, mail
from .news import Desk, Lately, StoryNews, mark_of_change
from .picture import Pictures
from .readers import Reader
from .standing import Standing
from .telling import Teller
from .words import Words

MAX_BYTES = 100_000
"""Of a whole mail with its pictures, as it is sent."""
MAX_OTHERS = 30
"""Stories in a line."""
MIN_MOVE = 0.05
"""A share that moved by less is not told in the subject."""
PREVIEW_LETTERS = 160


class Room(NamedTuple):
    """How much a mail tells: stories whole, posts in a list, charts."""

    stories: int
    posts: int
    charts: int


ROOMS = (Room(5, 5, 2), Room(4, 5, 1), Room(3, 4, 1), Room(2, 4, 0), Room(1, 3, 0), Room(1, 0, 0))
"""What is tried, until a mail is small enough."""


class Chosen(NamedTuple):
    """What a reader's mail is to tell of: what the reader knows already is left out."""

    stories: list[Lately]  # that the reader follows, those with most news first
    fresh: dict[str, list[Happened]]  # the changes of each, by slug
    few: bool  # whether less is new than the reader wants to be told
    whole: list[Lately]  # stories to be told whole where there is room

    def rest(self, whole: Sequence[Lately]) -> list[Lately]:
        """The stories to be told in a line where ``whole`` are told whole."""
        told = {one.story.id for one in whole}
        return [one for one in self.stories if one.story.id not in told]


def chosen(reader: Reader, lately: Sequence[Lately], told: Collection[str], since: str) -> Chosen:
    """What is told to a reader who knows the changes with the marks ``told``; nothing of stories that had ended by
    ``since`` and of which nothing came.
    """
    wanted = [one for one in lately if reader.wants(one.story.slug)]
    fresh = {one.story.slug: [c for c in one.changes if mark_of_change(c) not in told] for one in wanted}
    stories = [
        one
        for one in wanted
        if one.moved or fresh[one.story.slug] or standing(one.story, since) is not StoryStatus.ENDED
    ]
    few = sum(one.fresh.reactions for one in stories) < reader.threshold and not any(fresh.values())
    news = [] if few else [one for one in stories if one.moved or fresh[one.story.slug]]
    return Chosen(stories, fresh, few, news[: ROOMS[0].stories])


class Job(NamedTuple):
    """Whose mail of which day is to be made, of what."""

    reader: Reader
    day: str
    window: Window
    chosen: Chosen
    whole: Sequence[StoryNews]
    stood: Mapping[int, Standing]  # by story, how those stood that a line may tell of
    token: str | None  # by which the reader leaves
    past: bool  # a day that is over


def job_of(
    desk: Desk, reader: Reader, day: str, window: Window, told: Collection[str], token: str | None, *, past: bool
) -> Job:
    """Finds out what a reader's mail of a day tells, for whom the changes with the marks ``told`` are known."""
    found = chosen(reader, desk.lately(window), told, window.since)
    lines = [*found.whole, *found.rest(found.whole)[:MAX_OTHERS]]
    stood = {one.story.id: desk.standing(one.story, window.until) for one in lines}
    return Job(reader, day, window, found, [desk.news(one, window) for one in found.whole], stood, token, past)


def edition(job: Job, settings: Settings, pictures: Pictures) -> Digest:
    """A reader's digest of a day; the first that fits."""
    reader, found = job.reader, job.chosen
    words = Words(reader.language, reader.zone, date.fromisoformat(job.day).year)
    addresses = Addresses(settings.public_url)
    told = _tell(job, Teller(words, addresses, job.window.since), pictures)
    marks = tuple(mark_of_change(change) for changes in found.fresh.values() for change in changes)
    new = sum(one.fresh.reactions for one in found.stories)
    digest = Digest(job.day, "", "", "", job.window, new, marks, {}, addresses.leaving(job.token) or None)
    for room in ROOMS:
        page, drawn = _page(job, words, addresses, told, room)
        text, html = (templates().get_template(f"digest.{form}.j2").render(page=page) for form in ("txt", "html"))
        digest = digest._replace(subject=page.subject, text=text, html=html, pictures=drawn)
        if len(bytes(mail(digest, settings, reader.address))) <= MAX_BYTES:
            break
    return digest


class _Told(NamedTuple):
    """All that the mail with most room says of stories, from which each smaller one takes."""

    sections: list[Section]  # of the stories told whole
    lines: dict[int, Line]  # by story, of those that a line may tell of
    drawn: dict[str, bytes]  # by the pictures' names in the sections


def _tell(job: Job, teller: Teller, pictures: Pictures) -> _Told:
    room, drawn = ROOMS[0], {}
    sections: list[Section] = []
    for place, one in enumerate(job.whole):
        name = f"stance-{place + 1}"
        picture = pictures.of(one, job.reader, teller.words) if place < room.charts else None
        if picture:
            drawn[name] = picture
        fresh = job.chosen.fresh[one.lately.story.slug]
        sections.append(teller.section(one, fresh, room.posts, name if picture else ""))
    lines = {one.story.id: teller.other(one, job.stood[one.story.id]) for one in job.chosen.stories if one.story.id in job.stood}  # fmt: skip
    return _Told(sections, lines, drawn)


def _cut(section: Section, place: int, room: Room) -> Section:
    """A section as far as there is room where it stands."""
    listings = [one._replace(posts=one.posts[: room.posts]) for one in section.listings] if room.posts else []
    cut = section._replace(listings=listings, asked=section.asked[: room.posts])
    return cut if place < room.charts else cut._replace(picture="", picture_words="")


def _page(job: Job, words: Words, addresses: Addresses, told: _Told, room: Room) -> tuple[Page, dict[str, bytes]]:
    found = job.chosen
    since = words.when(job.window.since)
    new = sum(one.fresh.reactions for one in found.stories)
    whole = job.whole[: room.stories]
    rest = found.rest([one.lately for one in whole])
    sections = [_cut(section, place, room) for place, section in enumerate(told.sections[: room.stories])]
    others = [told.lines[one.story.id] for one in rest[:MAX_OTHERS]]
    if len(rest) > MAX_OTHERS:
        others.append((Piece(words.say("and_more", number=words.number(len(rest) - MAX_OTHERS))),))
    if not found.stories:
        note = words.say("no_story")
    elif found.few:
        note = words.say("nothing_since", since=since) if not new else words.many("few", new, since=since)
    else:
        note = "" if whole else words.say("nothing_since", since=since)
    leaving = addresses.leaving(job.token)
    due = job.reader.due(date.fromisoformat(job.day))
    at = due if job.past else moment(job.window.until) or due
    kicker = words.say("past_kicker" if job.past else "kicker", day=words.day(at), time=words.time(at), place=words.place(), since=since)  # fmt: skip
    preview = " ".join("".join(piece.words for piece in line) for section in sections for line in section.lines[:2])
    return Page(
        job.reader.language,
        _subject(words, whole, len(rest) if whole else 0, found),
        (note or preview)[:PREVIEW_LETTERS],
        kicker,
        sections,
        words.say("others") if whole else "",
        others,
        note,
        Piece(words.say("unsubscribe"), leaving) if leaving else None,
        Piece(words.say("change"), addresses.changing(job.token)) if leaving else None,
    ), {section.picture: told.drawn[section.picture] for section in sections if section.picture}


def _subject(words: Words, whole: Sequence[StoryNews], more: int, found: Chosen) -> str:
    if not found.stories:
        return f"Storywake: {words.say('no_story')}"
    if not whole:
        first = found.stories[0]
        name = name_of_story(first.story.title, first.story.slug) if len(found.stories) == 1 else "Storywake"
        return words.say("subject", story=name, news=words.say("subject_nothing"))
    lately = whole[0].lately
    fresh = found.fresh[lately.story.slug]
    kinds = {change.kind for change in fresh}
    corrected = any(change.kind == "correction" and not change.by_then for change in fresh)
    parts = [_moved(words, whole[0], "balance" in kinds, corrected)]
    if not parts[0]:
        told_of = {"correction": "subject_corrected", "headline": "subject_headline"}
        parts += [words.say(key) for kind, key in told_of.items() if kind in kinds]
    if lately.fresh.reactions:
        parts.append(words.many("subject_new", lately.fresh.reactions))
    told = words.listed([part for part in parts if part]) or words.say("subject_nothing")
    subject = words.say("subject", story=name_of_story(lately.story.title, lately.story.slug), news=told)
    return f"{subject}, {words.many('subject_more', len(whole) + more - 1)}" if len(whole) > 1 else subject


def _moved(words: Words, news: StoryNews, turned: bool, corrected: bool) -> str:
    """The stance that moved most, where it moved by more than chance; else whether the balance ``turned``, or ""."""
    balances, before = news.stood.balances, news.before
    if not before or not balances or before.claim != balances[0].claim:
        return words.say("subject_balance") if turned else ""
    now = balances[0]
    gains = {name: now.shares[name] - before.shares[name] for name in STANCES}
    stance = max(STANCES, key=lambda name: abs(gains[name]))
    low, high = now.intervals[stance]
    apart = low > before.intervals[stance][1] or high < before.intervals[stance][0]
    if abs(gains[stance]) < MIN_MOVE or not (apart or turned):
        return words.say("subject_balance") if turned else ""
    key = "subject_stance_corrected" if corrected else "subject_stance"
    change = words.signed(round(100 * now.shares[stance]) - round(100 * before.shares[stance]))
    said = words.say(key, stance=words.word("stances", stance), share=words.share(now.shares[stance]), change=change)
    return said.replace("\u00a0", " ")
