"""Pages that stand before an article are not the article, and what a paywall cuts off is said to be cut."""

import gzip
import json
import tomllib
from email.message import EmailMessage
from pathlib import Path

import pytest

from storywake.collector.errors import NoArticle
from storywake.collector.net.evidence import Evidence
from storywake.collector.pages.article import read_article
from storywake.collector.pages.kinds import given_text
from storywake.collector.reading.answers import read

WORDS = "The harbour authority said on Tuesday that the bridge had been closed after engineers found cracks in two of its piers. "
BODY = "".join(f"<p>{WORDS}Paragraph {number} tells more of it.</p>" for number in range(5))
WALLS = tomllib.loads((Path(__file__).parents[1] / "fixtures" / "walls.toml").read_text("utf-8"))
CHECKS, CONSENTS, INVITATIONS = WALLS["checks"], WALLS["consents"], WALLS["invitations"]


def page(body: str, head: str = "<title>Bridge closed</title>") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_for_bots_is_no_article(name: str) -> None:
    with pytest.raises(NoArticle, match="check for bots"):
        read_article(f"<!doctype html><html><head>{CHECKS[name]}</html>")


@pytest.mark.parametrize("language", CONSENTS)
def test_a_consent_page_is_no_article(language: str) -> None:
    title, *paragraphs = CONSENTS[language]
    asked = "".join(f"<p>{words}</p>" for words in paragraphs)
    for body in (
        f"<h1>{title}</h1>{asked}<button>OK</button>",
        f"<div><h2>{title}</h2>{asked}<p>{paragraphs[0]}</p></div>",
    ):
        with pytest.raises(NoArticle, match="consent"):
            read_article(page(body, f"<title>{title} - Paper</title>"))


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("Avec votre accord, nos 915 partenaires et nous utilisons des cookies.", "Accepter & Fermer"),
        ("Wir und unsere Partner speichern Informationen auf einem Gerät und verarbeiten personenbezogene Daten.", "Akzeptieren und weiter"),
        ("Noi e i nostri 812 partner accediamo alle informazioni su un dispositivo.", "Accetta e continua"),
        ("Wij en onze partners slaan informatie op een apparaat op en verwerken persoonsgegevens.", "Alles accepteren"),
        ("Das Tagblatt wie gewohnt mit Werbung und Tracking, mit Ihrer Zustimmung.</p><p>Das Tagblatt im Abo ganz ohne Werbebanner und ohne Tracking.", "Akzeptieren und weiter"),
        ("My i nasi partnerzy przechowujemy informacje na urządzeniu, na przykład w plikach cookie.", "Przejdź do serwisu"),
    ],
)  # fmt: skip
def test_a_page_that_asks_over_a_button_alone_is_no_article(words: str, button: str) -> None:
    body = f"<h1>Welcome to Paper</h1><p>{words}</p><button>{button}</button>"
    with pytest.raises(NoArticle, match="consent"):
        read_article(page(body, "<title>Paper</title>"))
    assert read_article(page(BODY + body)).text


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Page not found - Paper", "404"),
        ("404 | Paper", "Sorry, this page could not be found"),
        ("Sivua ei löytynyt | Lehti", "Etsimääsi sivua ei löytynyt"),
        ("Sidan hittades inte", "404 - Sidan hittades inte"),
        ("Seite nicht gefunden", "Seite nicht gefunden"),
        ("Page introuvable - Journal", "Page introuvable"),
        ("Página no encontrada", "Error 404"),
        ("Страница не найдена", "404"),
        ("Сторінку не знайдено", "Сторінку не знайдено"),
    ],
)
def test_a_page_that_says_that_nothing_is_there_is_no_article(title: str, heading: str) -> None:
    with pytest.raises(NoArticle, match="nothing is here"):
        read_article(page(f"<h1>{heading}</h1><p>It may have been moved.</p>", f"<title>{title}</title>"))


def test_a_story_of_a_missing_page_is_one() -> None:
    head = "<title>Peugeot 404 found in a barn</title>"
    assert read_article(page(f"<h1>An old car comes home</h1><p>{WORDS}</p>", head)).text
    assert read_article(page(f"<h1>Peugeot 404 found</h1>{BODY}{BODY}", head)).text


def test_a_log_in_is_no_article() -> None:
    body = "<h1>Log in to Paper</h1><form><input name=user><input type=password></form><p>Forgot your password?</p>"
    with pytest.raises(NoArticle, match="log-in"):
        read_article(page(body, "<title>Log in | Paper</title>"))


NEWS = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Are you a robot?"}</script>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>Bridge closed</title>", BODY + "<div id='c'><h2>We value your privacy</h2><p>We and our partners store cookies.</p></div>"),
        ("<title>What cookies know of you</title>", "<h1>What cookies know of you</h1><p>Regulators fined the paper over its cookies and consent forms.</p>" + BODY),
        ("<title>Bridge closed</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>", BODY),
        ("<title>Are you a robot?</title>" + NEWS, "<h1>Are you a robot?</h1><p>A play about machines opens tonight.</p>"),
        ("<title>Bridge closed</title><script src='/_Incapsula_Resource?x'></script>", BODY),
        ("<title>Bridge closed</title>", "<p>The bridge is closed, the city says.</p>"),
        ("<title>Bridge closed</title>", BODY + "<form><h2>Log in</h2><input type=password></form>"),
    ],
)  # fmt: skip
def test_an_article_beside_such_things_is_an_article(head: str, body: str) -> None:
    assert read_article(page(body, head)).text


@pytest.mark.parametrize("name", INVITATIONS)
def test_an_invitation_to_subscribe_is_no_part_of_a_text_and_says_that_there_is_more(name: str) -> None:
    buttons = "<p>Subscribe</p>" if name == "en" else ""
    article = read_article(
        page(
            f"<main><article><h1>Bridge closed</h1>{BODY}<div class='x'><p>{INVITATIONS[name]}</p>{buttons}</div></article></main>"
        )
    )
    assert article.text.endswith("Paragraph 4 tells more of it.")
    assert article.partial == "behind a paywall"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree": "False"}</script>',
        '<script type="application/ld+json">{"@type":"NewsArticle","hasPart":{"isAccessibleForFree":"http://schema.org/False"}}</script>',
        '<meta itemprop="isAccessibleForFree" content="false">',
        '<meta property="article:content_tier" content="locked">',
        '<aside class="gh-post-upgrade-cta"><h2>For readers who pay</h2></aside>',
        '<div class="mepr-unauthorized-message"><p>Join us</p></div>',
    ],
)
def test_a_page_that_declares_that_it_is_not_free_is_partial_unless_it_gives_all(head: str) -> None:
    assert read_article(page(f"<article>{BODY}</article>", head)).partial == "behind a paywall"
    assert read_article(page(f"<article>{BODY * 6}</article>", head)).partial is None


@pytest.mark.parametrize(
    "body",
    [
        BODY + "<p>Subscribe to our newsletter for the news of the day.</p>",
        f"<p>Already a subscriber of the paper, she wrote to it on Monday. {WORDS}</p>" + BODY,
        BODY + '<script type="application/ld+json">{"isAccessibleForFree": true}</script>',
        BODY + "<p>Lisez la suite de notre enquête demain. Continuez votre lecture avec nos cartes du pont.</p>",
        BODY.replace("Paragraph 2", "“To continue reading was hard,” she said.") + BODY,
    ],
)
def test_a_free_text_is_whole(body: str) -> None:
    assert read_article(page(f"<article>{body}</article>")).partial is None


def saved(encoding: str = "quoted-printable") -> bytes:
    """A page as Chromium saves it."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://paper.example/bridge"
    message["Subject"] = "Bridge closed"
    message.set_content(page(f"<article><h1>Brücke</h1>{BODY}</article>"), subtype="html", cte=encoding)
    message.make_related()
    message.add_related(b"\x89PNG", "image", "png", cid="<1@x>")
    return bytes(message)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_a_saved_page_is_read_with_its_address(encoding: str) -> None:
    text, address = given_text(saved(encoding))
    assert "<h1>Brücke</h1>" in text
    assert address == "https://paper.example/bridge"
    content = read(
        "web", Evidence(url="a.mhtml", final_url="a.mhtml", fetched_at="2024-03-05T10:00:00Z", status=200, body=saved())
    )
    assert content.article is not None
    assert content.article.url == "https://paper.example/bridge"


def test_a_packed_page_is_unpacked() -> None:
    body = page(f"<article>{BODY}</article>").encode()
    assert given_text(gzip.compress(body)).text == given_text(body).text
    assert given_text(gzip.compress(body[:300]) + gzip.compress(body[300:])).text == body.decode()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\n\n%PDF-1.4 ...", "a PDF"),
        (b"\xef\xbb\xbf%PDF-1.4", "a PDF"),
        (gzip.compress(b"%PDF-1.7 x", mtime=0), "a PDF"),
        (b"PK\x03\x04" + b"word/document.xml" * 9, "ZIP"),
        (b"{\\rtf1\\ansi A bridge", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0..JFIF", "a picture"),
        (b"\x00\x00\x00\x18ftypmp42....", "a film"),
        (b"WARC/1.0\r\nWARC-Type: response", "a web archive"),
        (bytes(range(256)) * 20, "neither HTML nor text"),
        (b"\x1f\x8b\x08broken", "a compressed file"),
        (b'\xef\xbb\xbf <?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>', "a feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "a feed"),
        (b"<!-- made daily --><s:urlset xmlns:s='x'></s:urlset>", "a sitemap"),
        (b'{"error": "not authorized"}', "JSON"),
        (b'\n[{"id": 1}]', "JSON"),
    ],
)
def test_other_files_are_no_pages(body: bytes, told: str) -> None:
    with pytest.raises(NoArticle, match=told):
        given_text(body)


def test_a_page_that_tells_of_pdfs_is_a_page() -> None:
    assert given_text(b"<html><p>%PDF-1.7 is how they begin").text.startswith("<html>")
    assert given_text(b"MIME-Version: 1.0 is a header that mails have.").text.startswith("MIME")
    assert given_text(b"[Update] {The bridge} is closed.").text.startswith("[Update]")
    assert given_text(b'<?xml version="1.0"?><html><p>Bridge</p></html>').text.endswith("</html>")


@pytest.mark.parametrize(
    "shown", ["<div id='root'>Loading…</div>", "<p>Please enable JavaScript to read this page.</p>", ""]
)
@pytest.mark.parametrize("told", [WORDS * 4, f"<p>{WORDS * 2}</p><p>{WORDS * 2}</p>"])
def test_of_a_page_that_scripts_fill_the_words_in_its_data_are_read(shown: str, told: str) -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Bridge closed", "articleBody": told})
    text = read_article(page(shown, f'<script type="application/ld+json">{data}</script>')).text
    assert text.startswith("The harbour authority") and "<p>" not in text and text.count("cracks") == 4


def test_words_that_are_shown_come_before_those_in_the_data() -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Bridge closed", "articleBody": "Other words. " * 200})
    text = read_article(page(f"<article>{BODY}</article>", f'<script type="application/ld+json">{data}</script>')).text
    assert "Other words" not in text


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("451: Unavailable due to legal reasons", "451: Unavailable due to legal reasons"),
        ("Please disable your ad blocker", "It looks like you are using an ad blocker"),
        ("Adblocker aktiv", "Bitte den Adblocker deaktivieren"),
        ("Maintenance mode", "Briefly unavailable for scheduled maintenance"),
        ("503 Service Temporarily Unavailable", "503 Service Temporarily Unavailable"),
    ],
)
def test_a_page_that_stands_for_an_article_that_cannot_be_read_is_none(title: str, heading: str) -> None:
    with pytest.raises(NoArticle, match="cannot be read now or from here"):
        read_article(f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><p>Sorry.</p></body></html>")


def test_a_story_about_ad_blockers_is_an_article() -> None:
    head = "<title>Court: papers may shut out readers who are using an ad blocker</title>"
    read = read_article(f"<html><head>{head}</head><body><h1>Court rules on blockers</h1>{BODY}</body></html>")
    assert "Paragraph 4" in read.text


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n"])
def test_a_saved_page_is_read_whatever_stands_before_it(start: bytes) -> None:
    assert "Paragraph 4" in given_text(start + saved()).text


@pytest.mark.parametrize("piece", ["<command>", "<keygen>", "<bgsound>", "<basefont>", "<wbr>"])
def test_what_follows_an_element_without_an_end_is_read(piece: str) -> None:
    read = read_article(f"<main><article><h1>Bridge closed</h1><p>One.</p>{piece}{BODY}</article></main>")
    assert "Paragraph 4" in read.text


def test_text_in_a_declarative_shadow_root_is_read() -> None:
    root = f"<x-story><template shadowrootmode='open'><h1>Bridge closed</h1><x-text><template shadowrootmode='open'>{BODY}</template></x-text></template></x-story>"
    assert "Paragraph 4" in read_article(f"<html><body>{root}</body></html>").text
