"""Pages that declare no charset: a table of languages, charsets and lengths."""

import tomllib
from pathlib import Path

import pytest

from storywake.collector.pages.charsets import decode

CHARSETS = {
    **dict.fromkeys(("pl", "cs", "sk", "hu"), ("cp1250", "iso8859-2")),
    **dict.fromkeys(("de", "fr", "fi", "sv"), ("cp1252",)),
    "el": ("cp1253", "iso8859-7"),
    "tr": ("cp1254",),
    "lt": ("cp1257",),
    "he": ("cp1255",),
    "ar": ("cp1256", "iso8859-6"),
    "ru": ("cp1251", "koi8-r", "cp866", "iso8859-5"),
}
TEXTS = tomllib.loads((Path(__file__).parents[1] / "fixtures" / "undeclared.toml").read_text())
PAGES = (
    "<p>{words}</p>",
    "<html><head><title>{title}</title></head><body><div>Menu Home News Sport</div><p>{words}</p></body></html>",
    '<html lang="{language}"><p>{words}</p></html>',
)
CASES = [
    (language, charset, words)
    for language, texts in TEXTS.items()
    for charset in CHARSETS[language]
    for words in texts
]  # fmt: skip


@pytest.mark.parametrize(("language", "charset", "words"), CASES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_declares_nothing_is_read_by_its_letters(
    page: str, language: str, charset: str, words: str
) -> None:
    written = page.format(words=words, title=words[:40], language=language).encode(charset, "ignore")
    assert decode(written) == written.decode(charset)


def test_a_language_that_a_page_says_decides_among_its_charsets() -> None:
    assert decode("<html lang='ru-RU'><p>Мэр".encode("cp1251")).endswith("Мэр")
    assert decode('<html lang="cs"><p>už'.encode("iso8859-2")).endswith("už")
    assert decode('<html lang="pl"><p>ZAMKNIĘTY MOST'.encode("cp1250")).endswith("ZAMKNIĘTY MOST")


def test_a_sign_within_a_word_is_a_letter_of_another_charset() -> None:
    assert decode("<p>Pożar w porcie</p>".encode("cp1250")) == "<p>Pożar w porcie</p>"


@pytest.mark.parametrize("words", ["naïve café", "København", "Señor Núñez", "5 € – £3", "Größe", "“Çok” güzel"])
def test_a_few_western_letters_stay_western(words: str) -> None:
    assert decode(words.encode("cp1252")) == words


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        ("橋は火曜日の朝に閉鎖された。市長は安全のためだと述べた。住民は抗議している。", "cp932"),
        ("大桥周二早上关闭。市长表示这是出于安全考虑。居民们正在抗议，因为绕行的路又长又窄。", "gb18030"),
        ("다리는 화요일 아침에 폐쇄되었다. 시장은 안전을 위해서라고 말했다.", "cp949"),
        ("สะพานถูกปิดเมื่อเช้าวันอังคาร นายกเทศมนตรีกล่าวว่าเพื่อความปลอดภัย", "cp874"),
    ],
)
def test_pairs_of_bytes_are_no_letters_of_an_alphabet(words: str, charset: str) -> None:
    assert decode(f"<p>{words}</p>".encode(charset)) == f"<p>{words}</p>"
