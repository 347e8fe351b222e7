"""What stands between a page's heading and its first paragraph, in eight languages: who wrote it, when, and the heading once more."""

import pytest

from storywake.collector.errors import NoArticle
from storywake.collector.pages.article import read_article

WORDS = (
    "The harbour authority confirmed on Tuesday that the bridge had been closed after engineers found cracks in it. "
    "It will stay closed until the autumn, and ferries will carry those who work on the other side of the harbour."
)


def page(below: str, *, head: str = "", title: str = "Bridge closed after cracks") -> str:
    return f"""<html><head><title>{title}</title><meta property="og:title" content="{title}">{head}</head><body><nav><a href="/">Home</a></nav>
    <main><h1>{title}</h1>{below}<div><p>{WORDS}</p><p>{WORDS}</p><p>{WORDS}</p></div></main><aside><p>By Tom Reed</p></aside></body></html>"""


BYLINES = {
    "By Lena Holm, Harbour reporter": ("Lena Holm",),
    "Von Lena Holm und Bo Ek, Kiel": ("Lena Holm", "Bo Ek"),
    "Par Lena Holm avec AFP, à Jargeau": ("Lena Holm",),
    "Por Lena Holm": ("Lena Holm",),
    "Av Lena Holm": ("Lena Holm",),
    "Teksti: Lena Holm. Kuvat: Bo Ek": ("Lena Holm",),
    "Авторы: Дарья Миронова, Лев Абашидзе; редактор Зоя Клим": ("Дарья Миронова", "Лев Абашидзе"),
    "12 грудня 2024 р., 16:30. Текст: Михайло Бойчук. Фото: Ганна Репета": ("Михайло Бойчук",),
}


@pytest.mark.parametrize("line", BYLINES)
def test_a_line_below_the_heading_names_the_authors(line: str) -> None:
    article = read_article(page(f"<p>{line}</p>"))
    assert article.authors == BYLINES[line]
    assert article.text.startswith("The harbour authority confirmed")


def test_sentences_above_words_of_the_heading_stay() -> None:
    headed = page("<div><p>It rained.</p><p>Nobody came.</p><h2>Bridge closed after cracks</h2></div>")
    markup = headed.replace(
        "<main><h1>Bridge closed after cracks</h1>", "<header><h1>Bridge closed after cracks</h1></header><main>"
    )
    assert read_article(markup).text.startswith("It rained.\n\nNobody came.")


def test_a_line_below_the_heading_that_says_something_of_a_day_stays() -> None:
    deck = "It has been shut since 5 March 2024 for repairs"
    article = read_article(page(f"<div><h2>Bridge closed after cracks</h2><p>{deck}</p></div>"))
    assert deck in article.text


@pytest.mark.parametrize("user", ["ledgeradmin", "ledger.admin", "web_desk"])
def test_a_user_of_the_publishing_system_gives_way_to_the_author_on_the_page(user: str) -> None:
    head = f'<meta name="author" content="{user}">'
    assert read_article(page("<p>By <b>Lena Holm</b></p>", head=head)).authors == ("Lena Holm",)
    assert read_article(page("", head=head)).authors == (user,)


@pytest.mark.parametrize(
    "line",
    ["By the river, a bridge was closed", "Read more by Lena Holm", "The bridge. By Lena Holm it was not closed"],
)
def test_other_lines_name_nobody(line: str) -> None:
    assert read_article(page(f"<p>{line}</p>")).authors == ()


def test_authors_side_by_side_in_a_list_of_them_are_all_told() -> None:
    listed = '<div class="p__authors"><div class="author"><a>Malin Ek</a></div><div class="author"><a>Bo Holm</a></div></div>'
    assert read_article(page(listed)).authors == ("Malin Ek", "Bo Holm")


def test_the_heading_is_told_as_the_page_shows_it_where_its_data_have_half_of_it() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge closed"}</script>'
    assert (
        read_article(page("", head=data, title="Bridge closed: what is known")).title == "Bridge closed: what is known"
    )
    assert read_article(page("", head=data, title="A bridge was closed")).title == "Bridge closed"


def test_a_time_for_readers_yields_to_one_for_machines() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "B", "datePublished": "ti, 11/05/2024 - 06:58"}</script>'
    tag = '<meta property="article:published_time" content="2024-11-05T06:58:00+02:00">'
    assert read_article(f'<html lang="fi">{page("", head=data + tag)}').published_at == "2024-11-05T04:58:00Z"


OFFERS = {
    "Abonnez-vous - Le Journal": ("Cet article est réservé aux abonnés", "1 € le premier mois, puis 9,90 € par mois"),
    "Jetzt abonnieren | Kurier": ("Dieser Text ist exklusiv für Abonnenten", "Monatlich 9,99 €, jederzeit kündbar"),
    "Оформите подписку": ("Материал доступен только для подписчиков", "299 руб. в месяц"),
}


@pytest.mark.parametrize("title", OFFERS)
def test_a_page_that_sells_the_article_is_none(title: str) -> None:
    heading, price = OFFERS[title]
    body = f"<main><h1>{heading}</h1><p>{price}</p><p>{price}</p></main>"
    with pytest.raises(NoArticle, match="an offer to subscribe"):
        read_article(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    article = read_article(page(f"<p>{price}</p>", title="Readers subscribe to fewer papers"))
    assert article.title == "Readers subscribe to fewer papers"
