"""Pieces of HTML as platforms give them: the quick way reads what the parser reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storywake.collector.markup import fragments
from storywake.collector.markup.fragments import read_fragment
from storywake.collector.markup.plain import Fragment, gather_plain
from storywake.collector.values import clean

PIECES = st.sampled_from((
    "<p>", "</p>", "<br>", "<br />", "<i>", "</i>", "<span>", "</span>", '<span class="invisible">', "</a>", "Words", " ",
    "\n", "&amp;", "&#x27;", "&nbsp;", "\u00a0", "<b>", "</b>", "<pre>", "</pre>", "<em>", "</em>", "&lt;p>", "a < b", "é",
    '<a href="https://news.example/a?b=1&amp;c=2">', '<a class="u-url mention" href="https://m.example/@a">',
    "<a href='https://news.example/d'>", "<div>", "</div>", "<P>", "<!-- -->", "<a rel=nofollow href=x>", "&notanentity;",
    "<ul><li>", "</li></ul>", "&amp", "<code>", "</code>", "\t", '<p class="quote-inline">', '<span class="a quote-inline">',
    '<a class="quote-inline" href="https://m.example/1">', "<a>", '<p class="quote-inline">RE: <a href="https://m.example/2">', "</a></p>",
    '<span class="quote-inline">', '<span class="quote-inline">RE: <a href="https://m.example/3">m.example/3</a></span>', "&#13;", "&#8217;",
    '<a href="https://news.example/f?a=1&copy=2">', '<a href="https://news.example/g" rel="tag">', '<a href="">', "<b", "r>", "<", "a>", "  ",
))  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=3000, deadline=None)
def test_the_quick_way_gives_what_the_parser_gives(markup: str) -> None:
    quick = gather_plain(markup)
    if quick is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fragments, "gather_plain", lambda _: None)
            parsed = read_fragment(markup)
        assert read_fragment(markup) == parsed


@pytest.mark.parametrize(
    ("markup", "text", "links"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree", ()),
        ("It&#x27;s <i>not</i><p>Second", "It's not\n\nSecond", ()),
        (
            '<a href="https:&#x2F;&#x2F;n.example&#x2F;a" rel="nofollow">https:&#x2F;&#x2F;n.example&#x2F;a</a>',
            "https://n.example/a",
            ("https://n.example/a",),
        ),
        (
            '<p><a href="https://n.example/a" rel="nofollow"><span class="invisible">https://</span>n.example/a</a></p>',
            "https://n.example/a",
            ("https://n.example/a",),
        ),
    ],
)
def test_posts_are_read_without_the_parser(
    markup: str, text: str, links: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "parse", lambda _: pytest.fail("the parser was asked"))
    assert read_fragment(markup) == Fragment(text, links)


def test_a_links_address_is_as_the_parser_reads_it() -> None:
    assert read_fragment('<a href="https://n.example/?a=1&copy=2">n.example</a>').links == (
        "https://n.example/?a=1&copy=2",
    )
    assert read_fragment('<a href="https://n.example/?a=1&amp;b=2">n.example</a>').links == (
        "https://n.example/?a=1&b=2",
    )


def test_what_stands_for_a_quotation_is_no_word_of_the_post() -> None:
    fallback = 'RE: <a href="https://m.example/@b/1">m.example/@b/1</a>'
    whole = Fragment("Was it?", (), "https://m.example/@b/1")
    assert read_fragment(f'<p class="quote-inline">{fallback}</p><p>Was it?</p>') == whole
    assert read_fragment(f'<p>Was it?<span class="quote-inline"><br/><br/>{fallback}</span></p>') == whole


TAGS = st.sampled_from((
    "<div>", "</div>", "<DIV class='a'>", "</Div >", "<p>", "<li>", "<br>", "<script>", "</script>", "<script >if (a < b) '<div>'",
    "<scripted>", "<style>", "</style>", "<!--", "-->", "<b><i>", "</i></b>", "<", "</", "< div>", "<1>", "words", "<section", ">",
))  # fmt: skip


@given(st.lists(TAGS, max_size=30).map("".join))
@settings(max_examples=1000, deadline=None)
def test_depth_is_told_alike_the_quick_way(markup: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "MAX_DEPTH", 3)
        quick = fragments.shallow(markup)
        patch.setattr(fragments, "_is_deep", lambda _: True)
        assert fragments.shallow(markup) == quick


@given(
    st.lists(
        st.one_of(TAGS, st.characters(), st.sampled_from("\0\t\n\r\x1f\x7f\x80\x9f\u00a0\ud800éя")), max_size=30
    ).map("".join)
)
@settings(max_examples=500, deadline=None)
def test_markup_is_parsed_without_what_no_store_keeps(markup: str) -> None:
    assert fragments.parse(markup).html == fragments.parse(clean(markup)).html == LexborHTMLParser(clean(markup)).html
