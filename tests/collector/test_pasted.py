"""Posts that were copied from clients and titles of pages, as they look when they are pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.markup.flattened import without
from storywake.collector.pages.article import read_article
from storywake.collector.pages.shown import find_pasted
from storywake.collector.records import Embed, Reach

PROSE = "The harbour authority confirmed on Tuesday that the bridge had been closed after engineers found cracks in it."


def posts(text: str) -> list[Embed]:
    return [piece.embed for piece in find_pasted(f"Bridge closed\n\n{PROSE}\n\n{text}\n\n{PROSE}")]


def told(embed: Embed) -> tuple[str, str | None, str | None, str | None, str | None]:
    return embed.platform, embed.author_handle, embed.author_name, embed.posted_at, embed.text


SHAPES = {
    "x": ("Ann Example\n@ann_b\n·\nMar 5\nNever inspected.", ("x", "ann_b", "Ann Example", None, "Never inspected.")),
    "x with a year": ("Ann Example\n@ann_b\n·\nMar 5, 2024\nNever.", ("x", "ann_b", "Ann Example", "2024-03-05", "Never.")),
    "x hours ago": ("Ann Example\n@ann_b\n·\n2h\nNever\ninspected.", ("x", "ann_b", "Ann Example", None, "Never\ninspected.")),
    "x in one line": ("Ann Example @ann_b · 2h\nNever.", ("x", "ann_b", "Ann Example", None, "Never.")),
    "x in full": (
        "Ann Example\n@ann_b\nNever inspected.\n10:15 AM · Mar 5, 2024\n·\n1,234\nViews",
        ("x", "ann_b", "Ann Example", "2024-03-05", "Never inspected."),
    ),
    "x in Finnish": ("Ann Example\n@ann_b\n·\n3 pv\nEi tarkastettu.", ("x", "ann_b", "Ann Example", None, "Ei tarkastettu.")),
    "x in German": ("Ann Example\n@ann_b\n·\n5. März 2024\nNie.", ("x", "ann_b", "Ann Example", "2024-03-05", "Nie.")),
    "x in Russian": ("Анна Пример\n@ann_b\n·\n5 мар. 2024 г.\nНет.", ("x", "ann_b", "Анна Пример", "2024-03-05", "Нет.")),
    "x that answers": (
        "Ann Example\n@ann_b\n·\nMar 5, 2024\nReplying to\n@bob_c\nand @carl_d\nNever.",
        ("x", "ann_b", "Ann Example", "2024-03-05", "Never."),
    ),
    "x that answers, in Finnish": ("Ann Example\n@ann_b\n·\n2 t\nVastauksena käyttäjälle @bob_c\nEi.", ("x", "ann_b", "Ann Example", None, "Ei.")),
    "bluesky": ("Ann Example\n\u202a@ann.example\u202c\n·\n2h\nNever.", ("bluesky", "ann.example", "Ann Example", None, "Never.")),
    "mastodon": ("Ann Example\n@ann@far.example\n2d\nNever.", ("mastodon", "ann@far.example", "Ann Example", None, "Never.")),
    "mastodon in full": (
        "Ann Example\n@ann@far.example\nNever.\nMar 5, 2024, 10:15 · Web",
        ("mastodon", "ann@far.example", "Ann Example", "2024-03-05", "Never."),
    ),
    "handle and day": ("Ann Example (@ann@far.example) 5. maaliskuuta 2024", ("mastodon", "ann@far.example", "Ann Example", "2024-03-05", None)),
    "threads": ("ann.example\n2d\nNever inspected.\n12\n3", ("threads", "ann.example", None, None, "Never inspected.")),
    "telegram desktop": ("Bridge News, [05.03.2024 10:15]\nNever.", ("telegram", None, "Bridge News", "2024-03-05", "Never.")),
    "telegram forward": ("Forwarded from Bridge News\nNever.", ("telegram", None, "Bridge News", None, "Never.")),
    "telegram forward in Russian": ("Переслано из Новости моста\nНет.", ("telegram", None, "Новости моста", None, "Нет.")),
    "reddit": ("u/ann_b in r/bridges\nNever inspected", ("reddit", "ann_b", None, None, "Never inspected")),
    "reddit, older": ("r/bridges • Posted by u/ann_b 2 years ago\nNever inspected", ("reddit", "ann_b", None, None, "Never inspected")),
    "x with counts in lines of their own": (
        "Ann Example\n@ann_b\n·\nMar 5, 2024\nNever.\n1.2K\nReposts\n345\nLikes", ("x", "ann_b", "Ann Example", "2024-03-05", "Never."),
    ),
    "telegram on a Mac": ("Bridge News, [5 Mar 2024 at 10:15:20]:\nNever.", ("telegram", None, "Bridge News", "2024-03-05", "Never.")),
    "reddit today": ("r/bridges\n•\n2 yr. ago\nann_b\n\nNever inspected\n\nUpvote\n12", ("reddit", "ann_b", None, None, "Never inspected")),
    "a comment on reddit": ("ann_b\n•\n2y ago\nNever inspected\nUpvote\n12\nDownvote\nReply", ("reddit", "ann_b", None, None, "Never inspected")),
    "x with what it offers": (
        "Ann Example\n@ann_b\n·\nMar 5, 2024\nNever.\nShow more\n1,204 Views", ("x", "ann_b", "Ann Example", "2024-03-05", "Never."),
    ),
    "instagram's embed in German": (
        "Sieh dir diesen Beitrag auf Instagram an\n\nNie.\n\nEin Beitrag geteilt von Ann Example (@ann_b)", ("instagram", "ann_b", "Ann Example", None, "Nie."),
    ),
    "youtube": ("@ann_b\n2 years ago\nNever inspected\n12\nReply", ("youtube", "ann_b", None, None, "Never inspected")),
    "youtube in German": ("@ann_b\nvor 2 Jahren (bearbeitet)\nNie.\nAntworten", ("youtube", "ann_b", None, None, "Nie.")),
    "facebook with buttons": (
        "Ann Example\n5. maaliskuuta 2024 klo 10.15 ·\nEi.\nTykkää\nKommentoi\nJaa", ("facebook", None, "Ann Example", "2024-03-05", "Ei."),
    ),
    "instagram's embed": (
        "View this post on Instagram\n\nNever.\n\nA post shared by Ann Example (@ann.b)", ("instagram", "ann.b", "Ann Example", None, "Never."),
    ),
    "instagram's embed of old": ("A post shared by Ann (@ann_b) on Mar 5, 2024 at 10:15am PST", ("instagram", "ann_b", "Ann", "2024-03-05", None)),
    "tiktok's embed": ("@ann_b Never #bridge ♬ original sound - Ann", ("tiktok", "ann_b", None, None, "Never #bridge")),
    "tiktok's embed in lines": ("@ann_b\nNever #bridge\n♬ original sound - Ann", ("tiktok", "ann_b", None, None, "Never #bridge")),
    "facebook": (
        "Ann Example\n5 March 2024 at 10:15 ·\nNever inspected.\nAll reactions:\n12\nLike\nComment\nShare",
        ("facebook", None, "Ann Example", "2024-03-05", "Never inspected."),
    ),
    "x in Russian, with what it offers and counts": (
        "Анна Пример\n@ann_b\n·\n3 ч\nНет.\nПоказать перевод\n12\n3,1 тыс.", ("x", "ann_b", "Анна Пример", None, "Нет."),
    ),
    "x in Spanish, with what it offers and counts": (
        "Ann Example\n@ann_b\n·\n5 mar.\nNunca.\nMostrar más\n112\n1,4 mil", ("x", "ann_b", "Ann Example", None, "Nunca."),
    ),
    "x in Finnish, with what it offers above the time": (
        "Ann Example\n@ann_b\nEi.\nNäytä käännös\n8.14 ip. · 5. maalisk. 2024\n·\n12,4 t. näyttökertaa", ("x", "ann_b", "Ann Example", "2024-03-05", "Ei."),
    ),
    "bluesky, its words apart": (
        "Ann Example \u202a@ann.example\u202c · 2h\n\nNever.\n\n1 repost 5 likes", ("bluesky", "ann.example", "Ann Example", None, "Never."),
    ),
    "mastodon in German, with counts in lines of their own": (
        "Ann Example\n@ann@far.example\n5. März 2024, 20:14\nNie.\n·\nWeb\n·\n24\nMal geteilt\n61\nMal favorisiert",
        ("mastodon", "ann@far.example", "Ann Example", "2024-03-05", "Nie."),
    ),
    "threads in its app": (
        "ann.example\n•\n8h\nNever.\nTranslate\nLike\n1.1K\nReply\n87\nShare\n12", ("threads", "ann.example", None, None, "Never."),
    ),
    "threads in German": ("ann.example\n14 Std.\nNie.\nÜbersetzen\n1,2 Tsd.\n48", ("threads", "ann.example", None, None, "Nie.")),
    "threads in French, with its buttons": (
        "ann.example\n1 j\nJamais.\nVoir la traduction\nJ’aime\n312\nRépondre\n41\nRepublier\n9", ("threads", "ann.example", None, None, "Jamais."),
    ),
    "facebook, a day without its year and a time": (
        "Ann Example\n4. maaliskuuta kello 18.20 ·\nEi.\nNäytä vähemmän\nKaikki reaktiot:\n120", ("facebook", None, "Ann Example", None, "Ei."),
    ),
    "instagram": ("ann.example\nEdited•2 w\nNever.\n2 w\n84 likes\nReply", ("instagram", "ann.example", None, None, "Never.")),
    "instagram's embed in Finnish": (
        "Näytä tämä julkaisu Instagramissa.\n\nHenkilön Ann Example (@ann.b) jakama julkaisu", ("instagram", "ann.b", "Ann Example", None, None),
    ),
    "telegram's widget": (
        "Bridge News\nNever.\nt.me/bridge_news/412\n4.1K views\nMar 5, 2024 at 09:12", ("telegram", "bridge_news", "Bridge News", "2024-03-05", "Never."),
    ),
    "reddit in Swedish": ("u/ann_b\n•\nför 14 tim. sedan\nAldrig.\n24\nSvara", ("reddit", "ann_b", None, None, "Aldrig.")),
    "title": ('Ann Example on X: "Never inspected" / X', ("x", None, "Ann Example", None, "Never inspected")),
    "title of old": ('Ann on Twitter: "Never inspected" / Twitter', ("x", None, "Ann", None, "Never inspected")),
    "title without its end": ("Ann Example on Threads: “Never”", ("threads", None, "Ann Example", None, "Never")),
    "title with a handle": ('Ann (@ann.example) on Bluesky: "Never"', ("bluesky", "ann.example", "Ann", None, "Never")),
    "title with a day": (
        'Ann B (@ann.example) posted on Bluesky on 5 March 2024: "Never"',
        ("bluesky", "ann.example", "Ann B", "2024-03-05", "Never"),
    ),
    "title in German": ("Ann Example auf X: „Nie geprüft“ / X", ("x", None, "Ann Example", None, "Nie geprüft")),
    "title in French": ("Ann Example sur X : « Jamais » / X", ("x", None, "Ann Example", None, "Jamais")),
    "title in Spanish": ('Ann Example en X: "Nunca" / X', ("x", None, "Ann Example", None, "Nunca")),
    "title in Swedish": ("Ann Example på X: ”Aldrig” / X", ("x", None, "Ann Example", None, "Aldrig")),
    "title in Finnish": ("Ann Example X:ssä: ”Ei koskaan” / X", ("x", None, "Ann Example", None, "Ei koskaan")),
    "title in Ukrainian": ("Анна Приклад у X: «Ніколи» / X", ("x", None, "Анна Приклад", None, "Ніколи")),
}  # fmt: skip


def test_a_post_that_quotes_does_not_end_in_the_word_for_it() -> None:
    text = "Ann\n@ann_b\n·\nMar 5, 2024\nLook\nQuote\nBob\n@bob_c\n·\nMar 4, 2024\nCracks"
    assert [told(embed) for embed in posts(text)] == [
        ("x", "ann_b", "Ann", "2024-03-05", "Look"),
        ("x", "bob_c", "Bob", "2024-03-04", "Cracks"),
    ]


def test_comments_that_no_empty_line_parts_are_told_apart_by_their_buttons() -> None:
    found = posts(
        "@ann_b\nhace 3 días\nNunca.\n12\nResponder\n@bob_c\n1 месяц назад (изменено)\nНет.\n1,2 тыс.\nОтветить\n3 respuestas"
    )
    assert [told(embed) for embed in found] == [
        ("youtube", "ann_b", None, None, "Nunca."),
        ("youtube", "bob_c", None, None, "Нет."),
    ]


def test_words_apart_from_a_head_are_read_under_a_short_beginning_too() -> None:
    found = find_pasted(
        "Silta kiinni\n\nSilta suljettiin.\n\nAnn Example @ann.example · 3 t\n\nEi tarkastettu.\n\nLoppu."
    )
    assert [told(piece.embed) for piece in found] == [
        ("bluesky", "ann.example", "Ann Example", None, "Ei tarkastettu.")
    ]
    assert find_pasted("Silta kiinni\nAnn Example @ann · 3 t\n\nSilta suljettiin.")[0].embed.text is None


def test_counts_that_stand_apart_from_a_post_and_say_what_they_count_are_kept() -> None:
    [embed] = posts("Ann Example @ann.example · 2h\n\nNever.\n\n1,2 тыс. репостов\n\n5 likes")
    assert embed.reach == Reach(likes=5, reposts=1200)


@pytest.mark.parametrize(
    "text",
    [
        "Contact: Ann Example (ann@news.example), Mar 5, 2024",
        "r/bridges\nis a place to talk",
        "@ann_b\n2 years ago\nNever inspected",
        "@ann_b and others sang along",
        "The photo is a post shared by many (@home)",
    ],
)
def test_what_only_looks_a_little_like_a_post_is_none(text: str) -> None:
    assert posts(text) == []


@pytest.mark.parametrize("name", SHAPES)
def test_each_clients_shape_is_read(name: str) -> None:
    text, wanted = SHAPES[name]
    assert [told(embed) for embed in posts(text)] == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        'Johnson wrote on X: "Never inspected."',
        "She said on Facebook: “It was never inspected, as far as I know.”",
        'Not true, Trump on X: "Never"',
        "Follow us\n@paper",
        "Mail Ann (@ann) for more.",
        "Contents\n2 h\nOf the show",
        "Ann Example\n5 March 2024\nThe bridge was closed on Tuesday.",
        "In the group r/bridges people discuss it.",
        "He forwarded from home what he had.",
        "The channel\nhas moved, he said.\nIt is now here:\nt.me/bridge_news",
        "Henkilön Ann Example (@ann) mukaan siltaa ei tarkastettu.",
        "Ann Example\n3 likes",
    ],
)
def test_prose_and_lists_are_no_posts(text: str) -> None:
    assert posts(text) == []


@pytest.mark.parametrize(
    "byline",
    [
        "By Ann Example (@ann) 5 March 2024",
        "Ann Example @ann 5 March 2024",
        "Ann Example\n@ann",
        "Ann Example\n@ann\n5 March 2024, 10:12",
    ],
)
def test_a_byline_is_no_post(byline: str) -> None:
    article = read_article(f"Bridge closed after cracks\n{byline}\n\n{PROSE}\n\n{PROSE}")
    assert article.embeds == ()
    assert article.text.count(PROSE) == 2


def test_counts_beneath_are_kept_and_are_none_of_the_words() -> None:
    [embed] = posts("Ann Example\n@ann_b\nNever.\n10:15 AM · Mar 5, 2024 · 1.2K Views\n3 Reposts 20 Likes")
    assert embed.text == "Never."
    assert embed.reach == Reach(likes=20, reposts=3, views=1200)


def test_counts_without_a_name_are_dropped() -> None:
    [embed] = posts("Ann Example\n@ann_b\n·\n2h\nNever.\n\n12\n\n3\n\n1.2K")
    assert embed.text == "Never."
    assert not embed.reach


def test_several_in_a_row_are_told_apart_and_the_article_stays() -> None:
    text = f"{PROSE}\n\nAnn Example\n@ann_b\n·\n2h\nNever.\n\nBob Sample @bob_b · Mar 5\nReally?\n\n{PROSE}"
    found = find_pasted(text)
    assert [(p.embed.author_handle, p.embed.text) for p in found] == [("ann_b", "Never."), ("bob_b", "Really?")]
    assert without(text, found) == f"{PROSE}\n\n{PROSE}"


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("– Tämä on outoa – Ann Example", "Ann Example"),
        ("– Tämä on todella outoa. Ann Example", "Ann Example"),
        ("Tämä on outoa, sanoo hän — ja lisää. — Ann Example", "Ann Example"),
        ("Words. — Ann Example — reporter", "Ann Example — reporter"),
        ("Words. — Dr. A. de Example", "Dr. A. de Example"),
    ],
)
def test_a_name_is_not_the_sentence_before_the_dash(before: str, name: str) -> None:
    [piece] = find_pasted(f"{PROSE}\n\n{before} (@ann_b) 5. maaliskuuta 2024\n\n{PROSE}")
    assert piece.embed.author_name == name


LINES = st.sampled_from(
    [
        "Ann Example", "@ann_b", "@ann.example", "·", "2h", "3 pv", "Mar 5", "5. maaliskuuta 2024", "", "12", "1.2K Views", "Never inspected.",
        "Ann @ann_b · 2h", 'Ann B on X: "a" / X', "u/ann_b in r/b", "Forwarded from A B", "Bob, [05.03.2024 10:15]", "— Ann (@ann) May 1, 2024", "10:15 AM · Mar 5, 2024",
    ]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=40), max_size=25))
def test_what_is_found_lies_in_the_text_in_order_and_apart(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = find_pasted(text)
    ends = [0, *(piece.end for piece in found)]
    assert all(end <= piece.start <= piece.end <= len(text) for end, piece in zip(ends, found, strict=False))
    without(text, found)


@given(st.text(max_size=60), st.sampled_from(["2h", "Mar 5", "5 March 2024", "il y a 2 h", "2 ч. назад"]))
def test_any_words_under_a_name_are_kept(words: str, when: str) -> None:
    plain = "word " + " ".join("".join(c for c in words if c.isalpha() or c == " ").split())
    [embed] = posts(f"Ann Example\n@ann_b\n·\n{when}\n{plain.strip()}")
    assert embed.text == plain.strip()


@pytest.mark.parametrize("line", ["1" * 6_000 + "x", "1 " * 2_000 + "x", "1.5 K " * 1_000 + "?", "1" * 6_000])
def test_a_line_of_digits_takes_no_time_by_the_square_of_its_length(line: str) -> None:
    [embed] = posts(f"Ann Example\n@ann_b\n·\n2h\nNever inspected.\n{line}")
    assert embed.author_handle == "ann_b"


@pytest.mark.parametrize(
    "line",
    [
        f"@ann_b{' ' * 30_000}{'x' * 60}",
        f"@ann_b{' ' * 3_900}{'x' * 60}\n" * 40,
        " @ann_b\n" * 50_000,
        "Author\n" * 20_000,
    ],
)
def test_lines_of_blanks_of_handles_or_of_badges_take_no_time_by_the_square_of_their_length(line: str) -> None:
    assert posts(f"Ann Example\n{line}") == []


def test_the_last_of_four_numbers_beneath_a_post_on_x_counts_views_and_on_its_own_page_bookmarks() -> None:
    numbers = "48\n1.2K\n3.4K\n120K"
    [listed] = posts(f"Ann Example\n@ann_b\n·\n5h\nNever.\n{numbers}")
    assert listed.reach == Reach(replies=48, reposts=1200, likes=3400, views=120_000)
    [alone] = posts(f"Ann Example\n@ann_b\nNever.\n10:15 AM · Mar 5, 2024\n{numbers}")
    assert alone.reach == Reach(replies=48, reposts=1200, likes=3400)
    [viewed] = posts(f"Ann Example\n@ann_b\nNever.\n10:15 AM · Mar 5, 2024\n·\n2M\nViews\n{numbers}")
    assert viewed.reach == Reach(replies=48, reposts=1200, likes=3400, views=2_000_000)
