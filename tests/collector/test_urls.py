"""Every way of writing an address folds to one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.urls import canonical, is_shortened, resolve

STORY = "https://example.com/news/story"
SAME = [
    "http://example.com/news/story", "https://www.example.com/news/story", "https://EXAMPLE.com/news/story", "https://example.com:443/news/story", "http://example.com:80/news/story",
    "https://example.com/news/story/", "https://example.com/news/story#comments", "https://example.com/news//story", "https://m.example.com/news/story", "https://mobile.example.com/news/story",
    "https://amp.example.com/news/story", "https://example.com/news/story/amp", "https://example.com/news/story/amp/", "https://example.com/amp/news/story", "https://example.com/news/story?amp=1",
    "https://example.com/news/story?outputType=amp", "https://example.com/news/story?utm_source=x&utm_medium=y", "https://example.com/news/story?fbclid=abc", "https://example.com/news/story?gclid=1",
    "https://example.com/news/story?ref_src=twsrc%5Etfw", "https://example.com/news/story?ref=share", "https://example.com/news/story?at_medium=RSS&at_campaign=K", "https://example.com/news/story?smid=tw-share",
    "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/story", "https://www.google.com/amp/s/www.example.com/news/story", "https://www.google.com/url?url=https%3A%2F%2Fexample.com%2Fnews%2Fstory",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fnews%2Fstory%3Ffbclid%3D1", "https://vk.com/away.php?to=https%3A%2F%2Fexample.com%2Fnews%2Fstory", "https://example.com./news/story",
    "https://example.com/news/%73tory", "https://example.com/news/story?", "https://example.com/news/story/index.html",
]  # fmt: skip
DIFFERENT = [
    "https://example.com/news/story2", "https://example.org/news/story", "https://example.com/news/Story", "https://example.com/news/story?id=7", "https://example.com/news/story?page=2",
    "https://fi.example.com/news/story", "https://example.com:8080/news/story", "https://example.com/news/story?ref=12345", "https://example.com/news", "https://example.com/#!/news/story",
]  # fmt: skip


@pytest.mark.parametrize("url", SAME)
def test_the_same_article_folds_to_one_address(url: str) -> None:
    assert canonical(url) == STORY


@pytest.mark.parametrize("url", DIFFERENT)
def test_different_articles_stay_apart(url: str) -> None:
    assert canonical(url) != STORY


def test_parameters_are_sorted_and_international_names_spelled_out() -> None:
    assert canonical("http://müller.example/ä?b=2&a=1") == "https://xn--mller-kva.example/%C3%A4?a=1&b=2"


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,20}\.[a-z]{2,5}(:\d{1,4})?(/[\w%.~!$&'()*+,;=:@/-]{0,30})?(\?[\w%=&.-]{0,30})?(#\w{0,10})?",
        fullmatch=True,
    )
)
def test_folding_is_idempotent(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@given(st.text(max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert resolve("https://a.example/b/c", text) is None or str(resolve("https://a.example/b/c", text)).startswith(
        "http"
    )


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("d", "https://a.example/b/d"),
        ("/d", "https://a.example/d"),
        ("//e.example/d", "https://e.example/d"),
        ("../d?x=1", "https://a.example/d?x=1"),
        ("mailto:x@y", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
        ("", "https://a.example/b/c"),
    ],
)
def test_links_resolve_against_their_page(href: str, target: str | None) -> None:
    assert resolve("https://a.example/b/c", href) == target


def test_shorteners_are_known() -> None:
    assert is_shortened("https://t.co/abc")
    assert not is_shortened("https://example.com/t.co")


TABLE = [
    line.split("\t") for line in (Path(__file__).parents[1] / "fixtures" / "canonical.tsv").read_text().splitlines()
]


def test_two_hundred_ways_of_writing_twenty_addresses() -> None:
    assert len(TABLE) == 200
    assert len({wanted for _, wanted in TABLE}) == 20
    assert [(url, canonical(url)) for url, _ in TABLE] == [(url, wanted) for url, wanted in TABLE]


FORMS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "fixtures" / "canonical_forms.tsv").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("written", "wanted"), FORMS)
def test_marks_wrappers_and_walls_are_no_part_of_an_address(written: str, wanted: str) -> None:
    assert canonical(written) == wanted
    assert canonical(wanted) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://help.example/article.php?ref=8820-QRST-1", "https://help.example/article.php?ref=8820-QRSU-1"),
        ("https://board.example/forum.php?mod=viewthread&tid=5", "https://board.example/forum.php?tid=5"),
        ("https://music.example/?mbid=abc", "https://music.example/?mbid=def"),
        ("https://music.example/artist?mbid=abc", "https://music.example/artist?mbid=def"),
        ("https://shop.example/item?ref=AB-1", "https://shop.example/item?ref=AB-2"),
        ("https://shop.example/item?source=20451", "https://shop.example/item?source=20452"),
        ("https://petitions.example/?campaign=bridge", "https://petitions.example/?campaign=harbour"),
        ("https://paper.example/?s=09", "https://paper.example/?s=10"),
        ("https://paper.example/a?s=bridge", "https://paper.example/a"),
        ("https://git.example/a?ref=v1.2.3", "https://git.example/a?ref=v1.2.4"),
        ("https://gitlab.com/a/b?ref=main", "https://gitlab.com/a/b?ref=next"),
        ("https://cms.example/index.php?m=1&c=2", "https://cms.example/index.php?c=2"),
        ("https://paper.example/a?cid=social", "https://paper.example/a"),
        ("https://paper.example/a?q=%EF%F0", "https://paper.example/a?q=%EE%F1"),
        ("https://paper.example/a%2Fb", "https://paper.example/a/b"),
        ("https://mobile.com.br/a", "https://www.com.br/a"),
        ("https://paper.example/..a/b", "https://paper.example/a/b"),
        ("https://paper.example/a?mode=list", "https://paper.example/a?mode=grid"),
        ("https://paper.example/a?ref=part-a", "https://paper.example/a?ref=part-b"),
        ("https://paper.example/a?ref=first-chapter", "https://paper.example/a?ref=second-chapter"),
        ("https://paper.example/a?linkid=intro", "https://paper.example/a?linkid=end"),
        ("https://paper.example/a?cid=44", "https://paper.example/a?cid=45"),
        ("https://paper.example/index.php?trk=lake_1", "https://paper.example/index.php?trk=lake_2"),
        ("https://paper.example/#/story/1", "https://paper.example/#/story/2"),
        ("https://paper.example/a?source=doc17", "https://paper.example/a?source=doc18"),
        ("https://paper.example/a?source=annex-a", "https://paper.example/a?source=annex-b"),
        ("https://paper.example/a?feature=bridge", "https://paper.example/a?feature=tunnel"),
        ("https://paper.example/a?partner=cityhall", "https://paper.example/a?partner=port"),
        ("https://paper.example/a?campaign=mayor", "https://paper.example/a?campaign=council"),
        ("https://paper.example/poll?share=12", "https://paper.example/poll?share=13"),
        ("https://paper.example/a?cid=88", "https://paper.example/a?cid=89"),
        ("https://paper.example/a?print=2", "https://paper.example/a?print=3"),
        ("https://paper.example/?rss=1", "https://paper.example/"),
        ("https://paper.example/way?via=harbour", "https://paper.example/way?via=airport"),
        ("https://paper.example/way?from=twitter+street", "https://paper.example/way"),
        (
            "https://web.archive.org/web/2024/https://a.example/1",
            "https://web.archive.org/web/2024/https://a.example/2",
        ),
        ("https://archive.org/details/bridge", "https://archive.org/details/tunnel"),
        ("https://check.example/https://paper.example/a", "https://paper.example/a"),
        ("https://blog.example/?u=https://paper.example/a", "https://paper.example/a"),
        ("https://a-b.translate.goog/x", "https://a--b.translate.goog/x"),
        ("https://paper.example/a?ref=abc12", "https://paper.example/a?ref=abd13"),
        ("https://paper.example/a?mbid=record", "https://paper.example/a?mbid=album"),
        ("https://paper.example/?mbid=social_twitter", "https://paper.example/"),
        ("https://paper.example/a?page=with", "https://paper.example/a"),
        ("https://paper.example/trip?origin=helsinki", "https://paper.example/trip?origin=turku"),
        ("https://paper.example/a?si=lake1", "https://paper.example/a?si=lake2"),
        ("https://paper.example/a?mod=reader", "https://paper.example/a?mod=editor"),
    ],
)
def test_what_names_a_page_stays(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


PATHS = st.from_regex(r"(/[a-z0-9]{1,6}){1,3}", fullmatch=True).filter(
    lambda path: not {"amp", "index", "default"} & set(path.split("/"))
)
MARKS = ["utm_source=x", "UTM_Term=y", "fbclid=1", "mtm_group=2", "s=09", "share=twitter", "mode=amp", "gclid=Q"]
NAMES = ["id=1", "page=2", "tid=3", "v=4", "lang=fi"]


@given(PATHS, PATHS)
def test_paths_that_differ_are_never_merged(one: str, other: str) -> None:
    same = canonical(f"https://paper.example{one}") == canonical(f"https://paper.example{other}")
    assert same == (one == other)


@given(PATHS, st.permutations(MARKS + NAMES), st.sampled_from(["&", "&amp;"]))
def test_marks_go_and_names_stay_in_any_order(path: str, parameters: list[str], between: str) -> None:
    kept = "&".join(sorted(NAMES))
    assert (
        canonical(f"http://www.paper.example{path}?{between.join(parameters)}") == f"https://paper.example{path}?{kept}"
    )


@given(
    st.lists(st.sampled_from(["https://href.li/?", "https://l.facebook.com/l.php?u=", " ", "https://m.a.example/x/.."]))
)
def test_wrappers_inside_one_another_fold_once_and_for_all(pieces: list[str]) -> None:
    once = canonical("".join(pieces) + "https://a.example/b")
    assert canonical(once) == once


def test_more_wrappers_than_any_reader_makes_are_left_alone() -> None:
    nested = "https://href.li/?" * 200 + "https://a.example/b"
    assert canonical(nested) == nested
