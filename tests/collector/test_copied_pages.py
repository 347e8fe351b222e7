"""Whole pages that were copied from clients: posts with empty lines in them, what they quote, their answers and comments, and what the client says between."""

import pytest

from storywake.collector.pages.article import read_article
from storywake.collector.pages.shown import find_pasted
from storywake.collector.records import Embed, Reach

X = """See new posts
Conversation
Ann Example
@ann_b
The bridge was never inspected.

I asked\x20
@harbour_b
 twice. Nothing.
Image
ALT
Quote
Harbour Board
@harbour_b
·
Mar 4
All is well.
10:15 AM · Mar 5, 2024
·
48.2K
 Views
67
318
1.2K
41
Relevant
Post your reply

Reply
Bob Sample
@bob_c
·
3h
Replying to\x20
@ann_b
 and\x20
@harbour_b
Never?
2
5
214
3.1K
Carla Sample
@carla_d
·
1h
Cracks everywhere
1
12
Ad
Paint for Bridges
@paint_p
Paint now.
Shop now
14
3
88
412K
Show probable spam"""

REDDIT = """Skip to main content
r/Bridges
•
14 hr. ago
ann_b

Was the bridge ever inspected?
Question
r/Bridges - Was the bridge ever inspected?
Upvote
1.2K

Downvote

240
Go to comments


Comments Section
u/bob_c avatar
bob_c
MOD
•
13h ago
•
Edited 12h ago
Top 1% Commenter
Not since May.

Nobody came.
Upvote
486

Downvote

Reply

u/PaintPaint avatar
PaintPaint
•
Promoted
Paint for bridges.
u/[deleted] avatar
[deleted]
•
11h ago
Comment removed by moderator
View more comments"""

FACEBOOK = """Facebook
Sillan ystävät
\x20
5. maaliskuuta 2024 klo 9.14
  ·\x20
Julkinen
Siltaa ei ole tarkastettu.

Kysyimme kahdesti.
Näytä vähemmän
Voi olla kuva, jossa lukee "SILTA"
Kaikki reaktiot:
1,3 t.
86 kommenttia
Tykkää
Kommentoi
Jaa
Olennaisimmat
Huippufani
Aino Esimerkki
Ei ikinä!
5 t
Tykkää
Vastaa
24
Sillan ystävät
Tekijä
Aino Esimerkki kiitos
4 t
Tykkää
Vastaa
Muokattu
Näytä 3 muuta vastausta
Kirjoita kommentti…"""

INSTAGRAM = """Instagram
Hem
ann.example
Verifierad
•
Följ
Kallhamn
ann.example
Verifierad
Bron har aldrig inspekterats.

Dela gärna.
Redigerad · 2 d
bo.prov
Aldrig?
2 d
148 gilla-markeringar
Svara
cia_prov
Sprickor överallt
18 tim
Svara
Se översättning
1 203 gilla-markeringar
3 februari
Logga in för att gilla eller kommentera."""

TIKTOK = """Commentaires (2 418)
Ajouter un commentaire...
Publier
ann.example
Jamais inspecté
Il y a 3 h
Répondre
12.4K
Afficher 87 réponses
Le Pont
· Créateur
@ann.example si, en mai
2024-03-05
Répondre
0
Se connecter pour commenter"""

YOUTUBE = """Комментарии
1 284 комментария
Упорядочить

Закреплено пользователем @ann_b
@ann_b
2 дня назад (изменено)
Мост не проверяли.

Ни разу.
1,2 тыс.
Ответить
48 ответов
@bob_c
5 часов назад
Неправда
Перевести на английский
Ответить"""

THREADS = """Гілка
ann.example
5 год
Міст не перевіряли.

Жодного разу.
Перекласти
1,2 тис.
86
214
39
Найпопулярніші
bob.sample
Підтверджено
4 год
@ann.example ні разу?
31
1
Реклама
farba.shop
Фарба для мостів.
carla_s
22 хв
А чому?
Змінено
Увійдіть, щоб переглянути більше відповідей."""

MASTODON = """Tillbaka
Ann Prov
@ann@far.example
Bron har aldrig inspekterats.

#bron
Översätt
5 mars 2024 09:14
·
Tusky
·
12 boostar
·
34 favoriter
Bo Prov
@bo
4 tim
Aldrig?
2
1
18
Kallhamn
@hamnen@far.example
2 tim
CW: tråkigt
Visa mer
Ska bron stängas?
Ja 64 %
Nej 36 %
218 röster · 1 dag kvar
0
3
9
Cia boostade
Dan Prov
@dan@near.example · 1 tim
@hamnen Ja.
Översätt
0
3
9"""

TELEGRAM = """Анна Пример, [05.03.2024 14:22]
Мост не проверяли.

Ни разу.

Борис П., [05.03.2024 14:25]
[В ответ на Анна Пример]
Проверяли

Новости моста, [05.03.2024 15:02]
[Переслано от Порт]
[ Фотография ]
Мост закрыт.

Бот, [05.03.2024 15:03]
[ Стикер ]"""

SHARED = """Ann Example (@ann_b) ha publicado a las 9:14 a. m. on mar., mar. 05, 2024:
Nunca se inspeccionó.

Nunca.
(https://x.com/ann_b/status/1764900000000000001?t=Qk3xv9ZrT0&s=03)

Enviado desde mi teléfono"""

OLD_REDDIT = """[–]ann_b 12 points 3 hours ago
Never inspected.

Not once.

permalinkembedsavereportreply
[–]bob_c[S] -1 points 2 hours ago
Really?

permalinkembedsaveparentreportreply"""

X_TODAY = """Порт Анны
Подтверждённый аккаунт
@ann_b
The bridge was never inspected.
Переведено с английского с помощью Grok
Мост не проверяли.
Оценить перевод:
10:15 AM · 5 мар. 2024 г.
·
12,4 тыс.
 просмотров
38
151
1,2 тыс.
27
Олег Ст.
@oleg_s
·
5 ч
Кому верить?
6
2
45
1,8 тыс."""

BLUESKY = """Ann Example ✓
‪@ann.example‬
Seguir
Nunca se inspeccionó.
ALT
5 de marzo de 2024, 10:12
Todos pueden responder
512 reposts
1,9 mil me gusta
61
Bo Prov
‪@bo.example‬
· 5 h
¿Nunca?
4
88
640"""

YOUTUBE_IN_GERMAN = """@ann_b
vor 1 Tag (bearbeitet)
Nie geprüft.
1,2 Tsd.
Antworten
·
24 Antworten"""

FACEBOOK_ON_A_PHONE = """Ana Ejemplo  · Seguir
hace 5 h · 🌎
Nunca se inspeccionó.

¿Quién sabe?
Me gusta
Comentar
Compartir
Más relevantes ▾
Don Puente
En mayo.
4 h   Me gusta   Responder   216 👍"""

PAGES = {
    "x today": (
        X_TODAY,
        [
            ("x", "ann_b", "2024-03-05", "The bridge was never inspected.", 1200),
            ("x", "oleg_s", None, "Кому верить?", 45),
        ],
    ),
    "bluesky": (
        BLUESKY,
        [
            ("bluesky", "ann.example", "2024-03-05", "Nunca se inspeccionó.", 1900),
            ("bluesky", "bo.example", None, "¿Nunca?", 640),
        ],
    ),
    "youtube in German": (YOUTUBE_IN_GERMAN, [("youtube", "ann_b", None, "Nie geprüft.", 1200)]),
    "facebook on a phone": (
        FACEBOOK_ON_A_PHONE,
        [
            ("facebook", "Ana Ejemplo", None, "Nunca se inspeccionó.\n\n¿Quién sabe?", None),
            ("facebook", "Don Puente", None, "En mayo.", 216),
        ],
    ),
    "x": (
        X,
        [
            ("x", "ann_b", "2024-03-05", "The bridge was never inspected.\n\nI asked @harbour_b twice. Nothing.", 1200),
            ("x", "harbour_b", None, "All is well.", None),
            ("x", "bob_c", None, "Never?", 214),
            ("x", "carla_d", None, "Cracks everywhere", None),
        ],
    ),
    "reddit": (
        REDDIT,
        [
            ("reddit", "ann_b", None, "Was the bridge ever inspected?", 1200),
            ("reddit", "bob_c", None, "Not since May.\n\nNobody came.", 486),
        ],
    ),
    "facebook": (
        FACEBOOK,
        [
            ("facebook", "Sillan ystävät", "2024-03-05", "Siltaa ei ole tarkastettu.\n\nKysyimme kahdesti.", 1300),
            ("facebook", "Aino Esimerkki", None, "Ei ikinä!", 24),
            ("facebook", "Sillan ystävät", None, "Aino Esimerkki kiitos", None),
        ],
    ),
    "instagram": (
        INSTAGRAM,
        [
            ("instagram", "ann.example", None, "Bron har aldrig inspekterats.\n\nDela gärna.", 1203),
            ("instagram", "bo.prov", None, "Aldrig?", 148),
            ("instagram", "cia_prov", None, "Sprickor överallt", None),
        ],
    ),
    "tiktok": (
        TIKTOK,
        [
            ("tiktok", "ann.example", None, "Jamais inspecté", 12400),
            ("tiktok", "Le Pont", "2024-03-05", "@ann.example si, en mai", 0),
        ],
    ),
    "youtube": (
        YOUTUBE,
        [
            ("youtube", "ann_b", None, "Мост не проверяли.\n\nНи разу.", 1200),
            ("youtube", "bob_c", None, "Неправда", None),
        ],
    ),
    "threads": (
        THREADS,
        [
            ("threads", "ann.example", None, "Міст не перевіряли.\n\nЖодного разу.", 1200),
            ("threads", "bob.sample", None, "@ann.example ні разу?", 31),
            ("threads", "carla_s", None, "А чому?", None),
        ],
    ),
    "mastodon": (
        MASTODON,
        [
            ("mastodon", "ann@far.example", "2024-03-05", "Bron har aldrig inspekterats.\n\n#bron", 34),
            ("mastodon", "bo", None, "Aldrig?", 18),
            ("mastodon", "hamnen@far.example", None, "Ska bron stängas?", 9),
            ("mastodon", "dan@near.example", None, "@hamnen Ja.", 9),
        ],
    ),
    "telegram": (
        TELEGRAM,
        [
            ("telegram", "Анна Пример", "2024-03-05", "Мост не проверяли.\n\nНи разу.", None),
            ("telegram", "Борис П.", "2024-03-05", "Проверяли", None),
            ("telegram", "Порт", "2024-03-05", "Мост закрыт.", None),
        ],
    ),
    "shared from x": (SHARED, [("x", "ann_b", "2024-03-05", "Nunca se inspeccionó.\n\nNunca.", None)]),
    "old reddit": (
        OLD_REDDIT,
        [
            ("reddit", "ann_b", None, "Never inspected.\n\nNot once.", 12),
            ("reddit", "bob_c", None, "Really?", -1),
        ],
    ),
}


def told(embed: Embed) -> tuple[str, str | None, str | None, str | None, int | None]:
    likes = embed.reach.likes if embed.reach else None
    return embed.platform, embed.author_handle or embed.author_name, embed.posted_at, embed.text, likes


@pytest.mark.parametrize("client", PAGES)
def test_each_post_of_a_copied_page_is_read_with_all_its_words_and_nothing_of_the_client(client: str) -> None:
    text, wanted = PAGES[client]
    assert [told(piece.embed) for piece in find_pasted(text)] == wanted


def test_a_name_is_told_without_the_mark_behind_it() -> None:
    assert [piece.embed.author_name for piece in find_pasted(BLUESKY)] == ["Ann Example", "Bo Prov"]


def test_a_shared_post_has_its_address() -> None:
    [piece] = find_pasted(SHARED)
    assert piece.embed.url == "https://x.com/ann_b/status/1764900000000000001"


@pytest.mark.parametrize("number", ["1\u00a0234", "1\u202f234 …", "(\t)"])
def test_a_number_of_a_client_with_any_blank_within_is_no_comments_word(number: str) -> None:
    comment = "Ann Example\nNever!\n5 h\nLike\nReply\n"
    [piece] = find_pasted(f"Bob Sample\nNever\n{number}\n{comment}")
    assert (piece.embed.author_name, piece.embed.text) == ("Ann Example", "Never!")


@pytest.mark.parametrize("i", ["\u0131", "\u0130"])
def test_letters_that_pass_for_an_i_change_no_words_of_a_client(i: str) -> None:
    [piece] = find_pasted(f"Ann Example\n@ann_b\n·\nMar 5, 2024\nNever.\n\n3 L{i}kes")
    assert (piece.embed.author_handle, piece.embed.text) == ("ann_b", "Never.")
    assert find_pasted(f'Ann Example (@ann_b) on Tw{i}tter: "Never."') == []


def test_comments_are_none_of_the_article_above_them() -> None:
    article = "Bridge closed\n\nThe harbour board closed the bridge after cracks were found in it.\n\n"
    found = find_pasted(f"{article}Comments\n{TIKTOK}")
    assert [piece.embed.author_handle or piece.embed.author_name for piece in found] == ["ann.example", "Le Pont"]
    assert found[0].start > len(article)


@pytest.mark.parametrize(
    ("dated", "day"),
    [
        ("Published 20 November 2026, 08:00", "2026-11-20"),
        ("Julkaistu 20.11.2026 klo 9.30", "2026-11-20"),
        ("Veröffentlicht am 20. November 2026", "2026-11-20"),
        ("Published yesterday", None),
        ("Local news", None),
    ],
)
def test_the_head_of_an_article_opens_none_of_the_comments_below_it(dated: str, day: str | None) -> None:
    head = f"Bridge inspections were skipped for years\n\n{dated}\nLisa Brown"
    body = (
        "The bridge over the Kall was closed on Friday after cracks were found in two pillars.\n\nIt opens in spring."
    )
    comments = "John Miller\nEntirely the board's fault!\n3h\nLike\nReply\n12\n\nPeter Hill\n😡😡\n45m\nLike\nReply"
    article = read_article(f"{head}\n\n{body}\n\n{comments}")
    assert [(embed.author_name, embed.text) for embed in article.embeds] == [
        ("John Miller", "Entirely the board's fault!"),
        ("Peter Hill", "😡😡"),
    ]
    assert article.embeds[0].reach == Reach(likes=12)
    assert (article.published_at, article.text) == (day, f"{head}\n\n{body}")


def test_quotation_marks_of_the_article_are_none_of_a_posts_words() -> None:
    [piece] = find_pasted("« Jamais inspecté. »\n— Le Pont (@le_pont), le 4 février 2026")
    assert piece.embed.text == "Jamais inspecté."
    [piece] = find_pasted("“Never”, they said. “Never!” — The Bridge (@le_pont) 4 February 2026")
    assert piece.embed.text == "“Never”, they said. “Never!”"


@pytest.mark.parametrize(
    "text",
    [
        "hs.fi\n3 t\nSilta suljettiin\nyle.fi\n2 t\nSatama vaikenee",
        "Opening hours\nmonday\n2 h\nReply\nby mail",
        "Ann Example\nReporter\n5 March 2024\nThe bridge was closed.\nShare",
        "Ann Example (@ann_b) said on Tuesday, March 5, 2024:\nnothing at all.",
    ],
)
def test_lists_and_bylines_are_no_pages_of_a_client(text: str) -> None:
    assert find_pasted(text) == []
