"""Who wrote an article: persons out of bylines in eight languages, without roles, agencies, addresses and the paper."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.article import read_article, read_pasted
from storywake.collector.pages.authors import names_in

WORDS = "The ferry stayed in harbour on Tuesday after its pumps had failed for the third time since the spring. " * 3


@pytest.mark.parametrize(
    "byline, names",
    [
        ("Lena Holm", ["Lena Holm"]),
        ("By LENA HOLM and BO EK, Staff Writers", ["Lena Holm", "Bo Ek"]),
        ("By Lena Holm, Bo Ek, and Tom S. Reed, CNN", ["Lena Holm", "Bo Ek", "Tom S. Reed", "CNN"]),
        ("Lena Holm & Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Lena Holm; Bo Ek | Tom Reed", ["Lena Holm", "Bo Ek", "Tom Reed"]),
        ("Von Lena Holm und Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Lena Holm, oprac. Bo Ek", ["Lena Holm"]),
        ("Par Lena Holm et Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Por Lena Holm y Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Santiago Ramón y Cajal", ["Santiago Ramón y Cajal"]),
        ("Lena Holm ja Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Teksti: Lena Holm sekä Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Av Lena Holm och Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("Автор: Лена Хольм и Бо Эк", ["Лена Хольм", "Бо Эк"]),
        ("Лена Гольм та Бо Ек", ["Лена Гольм", "Бо Ек"]),
        ("By Lena Holm for The Northport Paper", ["Lena Holm"]),
        ("By Lena Holm in Kyiv and Bo Ek in London", ["Lena Holm", "Bo Ek"]),
        ("Lena Holm, Political Editor", ["Lena Holm"]),
        ("Lena Holm, toimittaja", ["Lena Holm"]),
        ("Lena Holm (Reuters)", ["Lena Holm"]),
        ("Lena Holm | lena.holm@paper.example", ["Lena Holm"]),
        ("Lena Holm @lenaholm", ["Lena Holm"]),
        ("https://www.facebook.com/lenaholm", []),
        ("https://paper.example/authors/lena-holm", []),
        ("//paper.example/lena", []),
        ("paper.com", []),
        ("Lena Holm Senior Washington Correspondent", ["Lena Holm"]),
        ("LENA HOLM March 5, 2024 Harbour News", ["Lena Holm", "Harbour News"]),
        ("Lena Holm on 5 March 2024", ["Lena Holm"]),
        ("Our Foreign Staff", ["Our Foreign Staff"]),
        ("Staff Writers", []),
        ("News Desk", []),
        ("Redaktion", []),
        ("редакция", []),
        ("admin", []),
        ("Holm, Lena", ["Lena Holm"]),
        ("Lena Holm, 5 March 2024", ["Lena Holm"]),
        ("Lena Holm - 10:30", ["Lena Holm"]),
        ("Lena Holm &amp; Bo Ek", ["Lena Holm", "Bo Ek"]),
        ("MARIE-LOUISE O'NEIL", ["Marie-Louise O'Neil"]),
        ("Text: Lena Holm  Foto: Bo Ek", ["Lena Holm"]),
        ("Teksti Lena Holm, kuvat Bo Ek", ["Lena Holm"]),
        ("Reporting by Lena Holm; Editing by Bo Ek", ["Lena Holm"]),
        ("By Lena Holm. Photographs by Bo Ek and Tom Reed", ["Lena Holm"]),
        ("By Lena Holm | Updated March 5, 2024", ["Lena Holm"]),
        ("Lena Holm, PhD, and Bo Ek, M.D.", ["Lena Holm", "Bo Ek"]),
        ("Bo Ek, Jr., and Lena Holm", ["Bo Ek Jr", "Lena Holm"]),
        ("Holm, Lena; Ek, Bo", ["Lena Holm", "Bo Ek"]),
        ("BO EK Associated Press", ["Bo Ek"]),
        ("Photo Agency Reed", ["Photo Agency Reed"]),
        ("", []),
        ("By ", []),
        ("A story of how the ferry stayed in harbour once again this year", []),
    ],
)
def test_names_are_read_out_of_a_byline(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def authors(data: object = None, head: str = "", top: str = "", publisher: str | None = None) -> tuple[str, ...]:
    news = {"@type": "NewsArticle", "author": data, "publisher": {"name": publisher}}
    return read_article(
        f'<html><head><script type="application/ld+json">{json.dumps(news)}</script>{head}</head>'
        f"<body><article><h1>Ferry stays</h1>{top}<p>{WORDS}</p></article></body></html>",
        "https://www.northport.example/2024/ferry",
    ).authors


@pytest.mark.parametrize(
    "data, found",
    [
        ({"name": "Lena Holm"}, ("Lena Holm",)),
        ([{"name": "Lena Holm"}, {"name": "LENA HOLM"}, {"name": "Bo Ek"}], ("Lena Holm", "Bo Ek")),
        ({"name": ["Lena Holm", "Bo Ek"]}, ("Lena Holm", "Bo Ek")),
        ([{"@type": "Person", "name": "Lena Holm"}, {"@type": "Organization", "name": "Harbour Wire"}], ("Lena Holm",)),
        ({"@type": "Organization", "name": "Harbour Wire"}, ("Harbour Wire",)),
        ("Reuters", ("Reuters",)),
        (["Reuters", "Lena Holm"], ("Lena Holm",)),
        (["Our Foreign Staff", "Lena Holm"], ("Lena Holm",)),
        ("Our Foreign Staff", ("Our Foreign Staff",)),
        ("Lena Holm, Channel News", ("Lena Holm",)),
        ([{"name": {"@value": "Lena Holm"}}], ("Lena Holm",)),
        ({"@type": "Organization", "name": "Northport Paper"}, ()),
        ("The Northport Paper", ()),
        ("northport", ()),
        ("Lena Holm, Northport Paper", ("Lena Holm",)),
        ("Von Lena Holm und Bo Ek, Berlin", ("Lena Holm", "Bo Ek")),
        ("Madonna", ("Madonna",)),
        ({"@type": "Person", "givenName": "Lena", "familyName": "Holm"}, ("Lena Holm",)),
    ],
)
def test_persons_come_first_then_agencies_and_never_the_paper_itself(data: object, found: tuple[str, ...]) -> None:
    assert authors(data, publisher="Northport Paper") == found


def test_where_the_data_name_the_paper_alone_the_page_is_asked() -> None:
    head = '<meta name="author" content="By LENA HOLM and BO EK, Staff Writers"><meta property="article:author" content="https://www.facebook.com/lena">'
    assert authors("Northport Paper", head, publisher="Northport Paper") == ("Lena Holm", "Bo Ek")
    assert authors(None, top='<p class="byline">By <a rel="author" href="/lena">Lena Holm</a></p>') == ("Lena Holm",)
    assert authors(None, top='<div class="byline">Von Lena Holm und Bo Ek</div>') == ("Lena Holm", "Bo Ek")


def test_those_who_remark_and_who_wrote_other_stories_are_no_authors() -> None:
    remarks = (
        '<section class="comments"><p class="author">Woady</p></section><aside><a rel="author">Tom Reed</a></aside>'
    )
    assert authors(None, top=remarks) == ()
    assert authors(None, top='<p class="author">Lena Holm</p><p class="author">Ola Quist</p>' + remarks) == (
        "Lena Holm",
    )


@pytest.mark.parametrize(
    "top",
    [
        '<p>By <span rel="schema:author"><a property="schema:name">Lena Holm</a></span> and <span rel="schema:author"><a property="schema:name">Bo Ek</a></span></p>',
        '<div class="StoryPage-byline">By <span class="StoryPage-authorName">Lena Holm</span> and <span class="StoryPage-authorName">Bo Ek</span></div>',
        '<div class="x"><a class="Author-name">Lena Holm</a><a class="Author-name">Bo Ek</a></div><ul class="y"><li><a class="Author-name">Ola Quist</a></li></ul>',
        '<div><a class="author__name">Lena Holm</a>, <a class="author__name">Bo Ek</a></div><blockquote class="twitter-tweet"><b class="author-name">Ola Quist</b><a href="https://twitter.com/o/status/1700000000000000801">May 2</a></blockquote>',
        '<div class="tweet" data-attrs="{&quot;url&quot;:&quot;https://twitter.com/o/status/1700000000000000801&quot;}"><b class="tweet-author-name">Ola Quist</b></div><p class="byline">Lena Holm, Bo Ek</p>',
    ],
)  # fmt: skip
def test_all_whom_a_byline_marks_are_the_authors_and_nobody_beside_it(top: str) -> None:
    assert authors(None, top=top) == ("Lena Holm", "Bo Ek")


@given(st.text(max_size=200))
def test_no_byline_fails(text: str) -> None:
    for name in names_in(text):
        assert 1 < len(name) < 80


@pytest.mark.parametrize(
    "line, names, day",
    [
        ("Von Lena Holm, 4. März 2026, 8:15 Uhr", ["Lena Holm"], "2026-03-04"),
        ("By LENA HOLM and Bo Ek, Staff Writers | March 4, 2026", ["Lena Holm", "Bo Ek"], "2026-03-04"),
        ("Teksti: Lena Holm, kuvat: Bo Ek 4.3.2026", ["Lena Holm"], "2026-03-04"),
        ("Par Lena Holm (avec AFP), publié le 4 mars 2026 à 08h15", ["Lena Holm"], "2026-03-04"),
        ("Por Lena Holm y Bo Ek", ["Lena Holm", "Bo Ek"], None),
        ("Автор: Лена Хольм, 4 марта 2026", ["Лена Хольм"], "2026-03-04"),
        ("4 March 2026", [], "2026-03-04"),
        ("Von der Leyen reist nach Kiew.", [], None),
        ("By the time it fell, nobody was there", [], None),
        ("Reporter Lena Holm was on the bridge", [], None),
    ],
)
def test_a_line_of_pasted_text_tells_who_wrote_it_and_when(line: str, names: list[str], day: str | None) -> None:
    article = read_pasted(f"The ferry stayed in harbour\n\n{line}\n\n{WORDS}")
    assert (list(article.authors), article.published_at) == (names, day)
