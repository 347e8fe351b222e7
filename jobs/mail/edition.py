"""A reader's mail of a day: which stories it tells whole and which in a line, its subject, and no more than fits."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from storywake.collector.dates import moment
from storywake.collector.settings import Settings
from storywake.collector.stance import STANCES
from storywake.db.deliveries import Window
from storywake.db.past import Happened

from ..report import templates
from .document import Addresses, Line, Page, Piece, Section, name_of_story
from .form import Digest, mail
from .news import StoryNews, mark_of_change
from .picture import Pictures
from .readers import Reader
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


class Job(NamedTuple):
    """Whose mail of which day is to be made, of what."""

    reader: Reader
    day: str
    window: Window
    news: Sequence[StoryNews]
    told: Collection[str]  # marks of the changes that the reader knows
    token: str | None  # by which the reader leaves
    past: bool  # a day that is over


def edition(job: Job, settings: Settings, pictures: Pictures) -> Digest:
    """A reader's digest of a day; the first that fits."""
    reader = job.reader
    words, addresses = Words(reader.language, reader.zone), Addresses(settings.public_url)
    teller = Teller(words, addresses, job.window.since)
    news = [one for one in job.news if reader.wants(one.story.slug)]
    fresh = {one.story.slug: [c for c in one.changes if mark_of_change(c) not in job.told] for one in news}
    marks = tuple(mark_of_change(change) for changes in fresh.values() for change in changes)
    new = sum(one.fresh.reactions for one in news)
    digest = Digest(job.day, "", "", "", job.window, new, marks, {}, addresses.leaving(job.token) or None)
    for room in ROOMS:
        page, drawn = _page(job, teller, addresses, news, fresh, room, pictures)
        text, html = (templates().get_template(f"digest.{form}.j2").render(page=page) for form in ("txt", "html"))
        digest = digest._replace(subject=page.subject, text=text, html=html, pictures=drawn)
        if len(bytes(mail(digest, settings, reader.address))) <= MAX_BYTES:
            break
    return digest


def _page(
    job: Job, teller: Teller, addresses: Addresses, news: Sequence[StoryNews], fresh: dict[str, list[Happened]], room: Room,
    pictures: Pictures,
) -> tuple[Page, dict[str, bytes]]:  # fmt: skip
    words, reader = teller.words, job.reader
    since = words.when(job.window.since)
    quiet = [one for one in news if not _is_told(one, fresh[one.story.slug])]
    new = sum(one.fresh.reactions for one in news)
    few = new < reader.threshold and not any(fresh.values())
    whole = [] if few else [one for one in news if one not in quiet][: room.stories]
    rest = [one for one in news if one not in whole]
    drawn = {}
    sections: list[Section] = []
    for place, one in enumerate(whole):
        name = f"stance-{place + 1}"
        picture = pictures.of(one, reader, words) if place < room.charts else None
        if picture:
            drawn[name] = picture
        sections.append(teller.section(one, fresh[one.story.slug], room.posts, name if picture else ""))
    others: list[Line] = [teller.other(one) for one in rest[:MAX_OTHERS]]
    if len(rest) > MAX_OTHERS:
        others.append((Piece(words.say("and_more", number=words.number(len(rest) - MAX_OTHERS))),))
    if not news:
        note = words.say("no_story")
    elif few:
        note = words.say("nothing_since", since=since) if not new else words.many("few", new, since=since)
    else:
        note = "" if whole else words.say("nothing_since", since=since)
    leaving = addresses.leaving(job.token)
    due = reader.due(date.fromisoformat(job.day))
    at = due if job.past else moment(job.window.until) or due
    kicker = words.say("past_kicker" if job.past else "kicker", day=words.day(at), time=words.time(at), place=words.place(), since=since)  # fmt: skip
    preview = " ".join("".join(piece.words for piece in line) for section in sections for line in section.lines[:2])
    return Page(
        reader.language,
        _subject(words, whole, len(rest) if whole else 0, news, fresh),
        (note or preview)[:PREVIEW_LETTERS],
        kicker,
        sections,
        words.say("others") if whole else "",
        others,
        note,
        Piece(words.say("unsubscribe"), leaving) if leaving else None,
        Piece(words.say("change"), addresses.changing(job.token)) if leaving else None,
    ), drawn


def _is_told(news: StoryNews, fresh: Sequence[Happened]) -> bool:
    """Whether there is anything to tell of a story but how it stands."""
    return bool(fresh or news.fresh.reactions or news.deleted or news.unquoted or news.grown)


def _subject(
    words: Words, whole: Sequence[StoryNews], more: int, news: Sequence[StoryNews], fresh: dict[str, list[Happened]]
) -> str:
    if not news:
        return f"Storywake: {words.say('no_story')}"
    first = (whole or news)[0]
    name = name_of_story(first.story.title, first.story.slug)
    if not whole:
        return words.say("subject", story=name if len(news) == 1 else "Storywake", news=words.say("subject_nothing"))
    kinds = {change.kind for change in fresh[first.story.slug]}
    parts = [_moved(words, first, kinds)]
    if not parts[0]:
        told_of = {"correction": "subject_corrected", "headline": "subject_headline"}
        parts += [words.say(key) for kind, key in told_of.items() if kind in kinds]
    if first.fresh.reactions:
        parts.append(words.many("subject_new", first.fresh.reactions))
    told = words.listed([part for part in parts if part]) or words.say("subject_nothing")
    subject = words.say("subject", story=name, news=told)
    return f"{subject}, {words.many('subject_more', len(whole) + more - 1)}" if len(whole) > 1 else subject


def _moved(words: Words, news: StoryNews, kinds: Collection[str]) -> str:
    """The stance that moved most, where it moved by more than chance; else ""."""
    if not news.before or not news.balances or news.before.claim != news.balances[0].claim:
        return words.say("subject_balance") if "balance" in kinds else ""
    now, before = news.balances[0], news.before
    gains = {name: now.shares[name] - before.shares[name] for name in STANCES}
    stance = max(STANCES, key=lambda name: abs(gains[name]))
    low, high = now.intervals[stance]
    apart = low > before.intervals[stance][1] or high < before.intervals[stance][0]
    if abs(gains[stance]) < MIN_MOVE or not (apart or "balance" in kinds):
        return words.say("subject_balance") if "balance" in kinds else ""
    key = "subject_stance_corrected" if "correction" in kinds else "subject_stance"
    change = words.signed(round(100 * now.shares[stance]) - round(100 * before.shares[stance]))
    said = words.say(key, stance=words.word("stances", stance), share=words.share(now.shares[stance]), change=change)
    return said.replace("\u00a0", " ")
