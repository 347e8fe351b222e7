"""Tells a story's news to a reader: in their language and time, in at most five lines, then shares, posts, questions."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from storywake.collector.dates import moment
from storywake.collector.printable import one_line
from storywake.collector.stance import COUNTED, STANCES
from storywake.db.forecasts import Outlook
from storywake.db.past import COUNTS, Happened, Named
from storywake.db.stories import StoryRow

from .choosing import Choice
from .document import (
    MAX_NAME,
    MAX_TITLE,
    MAX_WORDS,
    Addresses,
    Bar,
    Line,
    Listing,
    Piece,
    Section,
    Shares,
    Shown,
    outside,
)
from .news import Lately, StoryNews
from .standing import Balance, Standing
from .words import Words

MAX_NAMES = 3
"""Names, publishers or changes of a kind in a line; further ones are counted."""
MAX_NOTE = 200
"""Characters of a correction or headline."""
MAX_COUNTS = 2
"""Counts beside a post, the largest first."""
TIGHT = timedelta(days=1)
"""A balance that turned within this time after a correction is told as turned after it."""


class Teller:
    """Tells the news of stories in one reader's words."""

    def __init__(self, words: Words, addresses: Addresses, since: str) -> None:
        self.words = words
        self._at = addresses
        self._since = since

    def section(self, news: StoryNews, changes: Sequence[Happened], most: int, picture: str) -> Section:
        """A story told whole, with ``most`` posts in a list."""
        words, slug = self.words, news.lately.story.slug
        listings = [
            Listing(words.say("seen"), [self._shown(news, choice) for choice in news.seen[:most]]),
            Listing(words.say("grown"), [self._shown(news, choice, grown=True) for choice in news.grown[:most]]),
        ]
        page = self._at.story(slug, self._since)
        links = [Piece(words.say("story_page"), page)] if page else []
        if page and news.lately.fresh.reactions:
            new = self._at.reactions(slug, since=self._since, sort="new")
            links.insert(0, Piece(words.many("all_new", news.lately.fresh.reactions), new))
        return Section(
            self.title(news.lately.story),
            self._lines(news, changes),
            self._shares(news),
            picture,
            self._picture_words(news) if picture else "",
            [listing for listing in listings if listing.posts],
            words.say("asked"),
            [self._asked(news, place) for place in range(len(news.asked[:most]))],
            tuple(links),
            self._outlook(news.outlook, news.stood.size.reactions),
            self._coverage(news),
        )

    def title(self, story: StoryRow) -> Piece:
        """A story's title, linked to its page or else to its article."""
        url = self._at.story(story.slug, self._since) or outside(story.url)
        return Piece(one_line(story.title or story.slug, MAX_TITLE), url, strong=True)

    def other(self, lately: Lately, stood: Standing) -> Line:
        """A story in a line."""
        new = self.words.many("new", lately.fresh.reactions)
        total = self.words.many("total", stood.size.reactions)
        said = self.words.say("other_story", title="", new=new, total=total)
        shares = f"; {self._share_line(stood.balances[0])}" if stood.balances else ""
        return (self.title(lately.story), Piece(f"{said}{shares}."))

    def _lines(self, news: StoryNews, changes: Sequence[Happened]) -> list[Line]:
        """What changed, in at most five lines."""
        kinds: dict[str, list[Happened]] = {}
        for change in changes:
            kinds.setdefault(change.kind, []).append(change)
        corrections = kinds.get("correction", [])
        lines = [
            self._balance(news, kinds.get("balance", []), corrections),
            _joined(self._corrections(corrections), self._headlines(kinds.get("headline", []))),
            self._new(news),
            _joined(
                self._answers(news), self._publishers(kinds.get("publisher", [])), self._checks(kinds.get("factcheck", []))
            ),
            _joined(self._deleted(news), self._unquoted(news)),
        ]  # fmt: skip
        return [line for line in lines if line]

    def _balance(self, news: StoryNews, found: Sequence[Happened], corrections: Sequence[Happened]) -> Line:
        if not found:
            return ()
        last = found[-1]
        before, after = json.loads(last.before or "{}"), json.loads(last.after or "{}")
        moved = sorted(STANCES, key=lambda s: -abs(after.get(s, 0) - before.get(s, 0)))[:2]
        shares = self.words.listed([
            self.words.say(
                "share_change", stance=self.words.word("stances", s), before=round(100 * before.get(s, 0)),
                after=round(100 * after.get(s, 0)),
            )
            for s in sorted(moved, key=STANCES.index)
        ])  # fmt: skip
        at, earlier = self.words.when(last.at), [c for c in corrections if c.at <= last.at and not c.by_then]
        length = _between(earlier[-1].at, last.at) if earlier else None
        if length is not None and length <= TIGHT:
            said = self.words.say("balance_after", at=at, span=self.words.span(length), shares=shares)
        else:
            said = self.words.say("balance_at", at=at, shares=shares)
        url = self._at.story(news.lately.story.slug, self._since)
        return (Piece(self.words.say("balance"), url, strong=True), Piece(f": {said}."))

    def _corrections(self, found: Sequence[Happened]) -> Line:
        pieces: list[Piece] = []
        for change in found[:MAX_NAMES]:
            note = self.words.say("quote", text=one_line(change.after, MAX_NOTE)) if change.after else None
            said = self.words.say(
                "corrected_by", publisher=one_line(change.what, MAX_NAME) or self.words.say("somebody"),
                note=note or self.words.say("corrected_wordless"),
            )  # fmt: skip
            pieces += [Piece(" " if pieces else ": "), *self._with_evidence(said, change)]
        return self._led("corrected", pieces, len(found))

    def _headlines(self, found: Sequence[Happened]) -> Line:
        pieces: list[Piece] = []
        for change in found[:MAX_NAMES]:
            before, after = (
                self.words.say("quote", text=one_line(words, MAX_NOTE)) for words in (change.before, change.after)
            )
            publisher = one_line(change.what, MAX_NAME) or self.words.say("somebody")
            said = self.words.say("headline_by", publisher=publisher, before=before, after=after)
            pieces += [Piece(" " if pieces else ": "), *self._with_evidence(said, change)]
        return self._led("headline", pieces, len(found))

    def _with_evidence(self, said: str, change: Happened) -> Line:
        """A sentence, with a link to both versions of the article where one is known."""
        url = self._at.article(change.article_id) or outside(change.url)
        if not url:
            return (Piece(_ended(said)),)
        return (Piece(f"{said} ("), Piece(self.words.say("versions"), url), Piece(")."))

    def _led(self, lead: str, pieces: list[Piece], found: int) -> Line:
        if not pieces:
            return ()
        more = found - MAX_NAMES
        rest = [Piece(f" ({self.words.say('and_more', number=self.words.number(more))})")] if more > 0 else []
        return (Piece(self.words.say(lead), strong=True), *pieces, *rest)

    def _new(self, news: StoryNews) -> Line:
        words, slug = self.words, news.lately.story.slug
        grown = [
            words.say("growth", count=words.word("counts", name), total=words.number(news.reach[name] or 0), gained=words.signed(gain))
            for name in COUNTS
            if (gain := news.gained[name])
        ]  # fmt: skip
        if not news.lately.fresh.reactions and not grown:
            return ()
        url = self._at.reactions(slug, since=self._since, sort="new")
        lead = Piece(words.many("new", news.lately.fresh.reactions), url, strong=True)
        people = " " + words.many("people", news.lately.fresh.people) if news.lately.fresh.reactions else ""
        total = words.many("total", news.stood.size.reactions)
        rest = f"; {words.listed(grown)}" if grown else ""
        return (lead, Piece(f"{people} ({total}){rest}."))

    def _answers(self, news: StoryNews) -> Line:
        """Who of those named answered, and who else wrote under such a name: whose accounts these are is not known."""
        told: Line = ()
        for title, names, own in (("answered", "answered_by", True), ("namesakes", "namesakes_by", False)):
            line = self._named(title, names, [one for one in news.lately.answered if one.own is own])
            told = (*told, Piece(" "), *line) if told and line else told or line
        return told

    def _named(self, title: str, phrase: str, found: Sequence[Named]) -> Line:
        if not found:
            return ()
        names: list[Piece] = []
        for one in found[:MAX_NAMES]:
            names += [Piece(", ")] if names else []
            names.append(Piece(one_line(one.name, MAX_NAME), self._at.reaction(one.reaction_id)))
        if len(found) > MAX_NAMES:
            names.append(Piece(" " + self.words.say("and_more", number=self.words.number(len(found) - MAX_NAMES))))
        before, _, after = self.words.say(phrase, names="\0").partition("\0")
        return (Piece(self.words.say(title), strong=True), Piece(f": {before}"), *names, Piece(f"{after}."))

    def _publishers(self, found: Sequence[Happened]) -> Line:
        """Who wrote about it for the first time, and what they say of the report; those that have another's text are counted."""
        own, names = [change for change in found if not change.copied], list[Piece]()
        for change in own[:MAX_NAMES]:
            names += [Piece(", ")] if names else []
            url = self._at.article(change.article_id) or outside(change.url)
            says = f" ({self.words.word('papers', change.says)})" if change.says else ""
            names += [Piece(one_line(change.what, MAX_NAME), url), *([Piece(says)] if says else [])]
        copied = len(found) - len(own)
        alike = self.words.many("same_text", copied) if copied else ""
        if not names:
            return (Piece(alike, strong=True), Piece(".")) if alike else ()
        end = f"; {alike}." if alike else "."
        return (*self._led("publishers", [Piece(": "), *names], len(own)), Piece(end))

    def _checks(self, found: Sequence[Happened]) -> Line:
        pieces: list[Piece] = []
        for change in found[:MAX_NAMES]:
            claim = self.words.say("quote", text=one_line(change.what, MAX_NOTE))
            said = self.words.say("factcheck_by", claim=claim, rating=one_line(change.after, MAX_NAME))
            url = self._at.reaction(change.reaction_id) or outside(change.url)
            pieces += [Piece(" " if pieces else ": "), Piece(_ended(said), url)]
        return self._led("factcheck", pieces, len(found))

    def _deleted(self, news: StoryNews) -> Line:
        if not news.lately.deleted:
            return ()
        said = [Piece(self.words.many("deleted", len(news.lately.deleted)), strong=True)]
        if news.deleted_leading:
            url = self._at.reaction(news.deleted_leading[0])
            alone = len(news.lately.deleted) == 1
            leading = self.words.say("deleted_one_leading") if alone else self.words.many("deleted_leading", len(news.deleted_leading))  # fmt: skip
            said += [Piece(", "), Piece(leading, url)]
        return (*said, Piece("."))

    def _unquoted(self, news: StoryNews) -> Line:
        if not news.lately.unquoted:
            return ()
        said = self.words.many("unquoted", len(news.lately.unquoted))
        return (Piece(said, self._at.reaction(news.lately.unquoted[0]), strong=True), Piece("."))

    def _shares(self, news: StoryNews) -> Shares | None:
        if not news.stood.balances:
            return None
        main, *further = news.stood.balances
        notes = [
            self.words.say("counted", counts=self.words.listed([f"{self.words.word('stances', s)} {self.words.number(main.counts[s])}" for s in COUNTED])),
            self.words.say("estimated" if main.estimated else "shares_counted"),
        ]  # fmt: skip
        for other in further[:MAX_NAMES]:
            claim = self.words.say("quote", text=one_line(other.claim, MAX_NOTE))
            notes.append(f"{self.words.say('claim_also')} {claim}: {self._share_line(other)}")
        claim = self.words.say("quote", text=one_line(main.claim, MAX_NOTE))
        return Shares(claim, _bars(main), self._share_line(main), notes)

    def _share_line(self, balance: Balance) -> str:
        return " · ".join(
            self.words.say(
                "share_of", stance=self.words.word("stances", name), share=self.words.share(share),
                low=round(100 * balance.intervals[name][0]), high=round(100 * balance.intervals[name][1]),
            )
            for name, share in balance.shares.items()
        )  # fmt: skip

    def _picture_words(self, news: StoryNews) -> str:
        hours = sorted({row["hour"] for row in news.hours})
        told = []
        for stance in STANCES:
            ends = [
                round(100 * row["share"])
                for at in (hours[0], hours[-1])
                for row in news.hours
                if (row["hour"], row["stance"]) == (at, stance)
            ]
            if len(ends) > 1:
                name = self.words.word("stances", stance)
                told.append(self.words.say("share_change", stance=name, before=ends[0], after=ends[-1]))
        start, end = (self.words.when(hour) for hour in (hours[0], hours[-1]))
        return self.words.say("chart", start=start, end=end, shares=self.words.listed(told))

    def _shown(self, news: StoryNews, choice: Choice, *, grown: bool = False) -> Shown:
        post, words = news.posts[choice.reaction_id], self.words
        place = words.network(post["platform"])
        when = words.when(post["posted_at"]) or words.say("day_unknown")
        stance, says, sure = self._stance(post)
        if grown and choice.size:
            counts = [words.say("gained", number=words.signed(choice.size))]
        else:
            known = sorted(((post[n], n) for n in COUNTS if post[n]), reverse=True)[:MAX_COUNTS]
            counts = [words.many(name, n) for n, name in known]
        alike = [words.many("alike", choice.alike)] if choice.alike else []
        rest = [*sure, *counts, *alike, words.word("ties", post["tie"])]
        inner, post_url = self._at.reaction(choice.reaction_id), outside(post["url"])
        links = [Piece(words.say(key), url) for key, url in (("open", post_url), ("why", inner)) if url]
        name = one_line(post["person"] or post["author_name"] or post["author"], MAX_NAME) or words.say("somebody")
        return Shown(name, f"{place}, {when}", one_line(post["text"], MAX_WORDS), stance, says, " · ".join(rest), tuple(links))  # fmt: skip

    def _stance(self, post: dict[str, Any]) -> tuple[str, str, list[str]]:
        """A post's stance, the same in words, and how sure it is."""
        if post["stance"] is None:
            return "", self.words.say("unassessed"), []
        if post["unclear"]:
            return "unclear", self.words.say("unclear"), []
        says = self.words.word("says", post["stance"])
        if post["by_analyst"]:
            return post["stance"], says, [self.words.say("by_analyst")]
        sure = post["confidence"]
        return post["stance"], says, [] if sure is None else [self.words.say("sure", share=self.words.share(sure))]

    def _asked(self, news: StoryNews, place: int) -> Line:
        asked, words = news.asked[place], self.words
        said = words.many("asked_by", asked.reactions)
        fresh = f", {words.many('asked_newly', asked.fresh)}" if 0 < asked.fresh < asked.reactions else ""
        text = words.say("quote", text=one_line(asked.text, MAX_NOTE))
        return (Piece(text, self._at.reaction(asked.reaction_id)), Piece(f" – {said}{fresh}"))

    def _outlook(self, told: Outlook | None, there: int) -> str:
        """Between how many reactions a story is likely to end, and what that rests on; "" where more are ``there`` already."""
        if told is None or told.high < there:
            return ""
        low, high, seen, alike = (self.words.number(n) for n in (told.low, told.high, told.seen, told.alike))
        own = self.words.say("outlook_own", own=self.words.number(told.own)) if told.own else ""
        return self.words.say("outlook", low=low, high=high, seen=seen, alike=alike, own=own)

    def _coverage(self, news: StoryNews) -> str:
        seen, words = news.coverage, self.words
        parts = [
            words.say(key, networks=words.listed([words.network(name) for name in networks]))
            for key, networks in (("limited", seen.limited), ("shown_only", seen.shown_only), ("left_out", seen.left_out))
            if networks
        ]  # fmt: skip
        parts += [words.many(key, n) for key, n in (("lacking", seen.lacking), ("failing", seen.failing)) if n]
        return words.say("not_seen", what="; ".join(parts)) if parts else words.say("all_asked")


def _ended(sentence: str) -> str:
    """A sentence with its full stop, also where it ends in a quotation that has one."""
    return sentence if sentence.rstrip('”“"').endswith((".", "!", "?", "…")) else f"{sentence}."


def _joined(*lines: Line) -> Line:
    """Several lines as one."""
    found: Line = ()
    for line in lines:
        found = (*found, Piece(" "), *line) if found and line else found or line
    return found


def _bars(balance: Balance) -> list[Bar]:
    """The parts of a bar, which are a hundred together; a stance that nobody takes has none."""
    total = sum(balance.shares.values()) or 1.0
    widths = {name: round(100 * share / total) for name, share in balance.shares.items()}
    largest = max(widths, key=lambda name: widths[name])
    widths[largest] += 100 - sum(widths.values())
    return [Bar(name, round(100 * balance.shares[name]), width) for name, width in widths.items() if width > 0]


def _between(earlier: str, later: str) -> timedelta | None:
    start, end = moment(earlier), moment(later)
    return end - start if isinstance(start, datetime) and isinstance(end, datetime) else None
