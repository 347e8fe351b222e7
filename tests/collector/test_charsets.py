"""What a document's bytes say, whatever it declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storywake.collector.pages.charsets import decode

FINNISH = "Sillan tarkastus jäi tekemättä keväällä, sanoo Pääkkönen. "


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1252", "no-such"])
@pytest.mark.parametrize("bad", [b"\xe4", b"\xff", b"\xc3 ", b"\xf0\x9f"])
def test_a_bad_byte_costs_itself_alone(declared: str | None, bad: bytes) -> None:
    body = (FINNISH * 3).encode() + b"P" + bad + b"kk" + (FINNISH * 3).encode()
    words = decode(body, declared)
    assert words.startswith(FINNISH) and words.endswith(FINNISH)
    assert words.count("\ufffd") in (1, 2)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "koi8-r", "euc-kr", "gbk", "shift_jis", "latin1"])
@pytest.mark.parametrize(
    "words", ["Пожар в порту Северный", "桥梁关闭，市长表示将调查", "橋が閉鎖された", "다리가 폐쇄되었다"]
)
def test_what_is_utf_8_is_read_as_such(declared: str, words: str) -> None:
    assert decode(words.encode(), declared) == words
    assert decode(f'<meta charset="{declared}">{words}'.encode()).endswith(words)


@pytest.mark.parametrize(
    ("words", "charset"),
    [
        ("联通", "gbk"), ("橋が閉鎖された", "shift_jis"), ("橋が閉鎖された", "euc-jp"), ("橋が閉鎖された", "iso-2022-jp"),
        ("다리가 폐쇄되었다", "euc-kr"), ("Пожар", "windows-1251"), ("Пожар", "koi8-r"), ("Γέφυρα", "iso-8859-7"),
        ("naïve café", "iso-8859-1"), ("“quoted” – 5 €", "windows-1252"), ("żółć", "iso-8859-2"),
    ],
)  # fmt: skip
def test_a_declared_charset_is_believed(words: str, charset: str) -> None:
    assert decode(words.encode(charset), charset) == words
    assert decode(f'<?xml version="1.0" encoding="{charset}"?><p>{words}'.encode(charset)).endswith(words)


@pytest.mark.parametrize(
    ("label", "charset"),
    [("x-sjis", "shift_jis"), ("Windows-31J", "cp932"), ("x-euc-jp", "euc-jp"), ("windows-949", "cp949"), ("x-gbk", "gbk"), ("x-x-big5", "big5"), ("x-cp1251", "cp1251"), ("windows1251", "cp1251"), ("koi8-ru", "koi8-u"), ("x-mac-cyrillic", "mac-cyrillic"), ("iso88595", "iso8859-5")],
)  # fmt: skip
def test_a_charset_has_many_labels(label: str, charset: str) -> None:
    words = {"cp949": "다리가 폐쇄되었다", "gbk": "桥梁关闭", "big5": "橋樑關閉"}.get(
        charset, "橋が閉鎖" if "j" in charset or charset == "cp932" else "Пожар"
    )
    assert decode(words.encode(charset), label) == words


def test_a_declared_charset_is_believed_save_for_a_bad_byte() -> None:
    words = "桥梁关闭，市长表示将调查事故原因并公布结果，请市民绕行"
    read = decode(words.encode("gbk") + b"\xff" + words.encode("gbk"), "gbk")
    assert read.startswith(words) and read.endswith(words)


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp866", "iso8859-5"])
@pytest.mark.parametrize("words", ["Мост закрыт", "МОСТ ЗАКРЫТ", "Міст закрито", "Кметът затвори моста"])
def test_a_few_cyrillic_letters_are_told_by_their_script(words: str, charset: str) -> None:
    if all(letter.encode(charset, "ignore") for letter in words):
        assert decode(f"<!doctype html><p>{words}</p>".encode(charset)) == f"<!doctype html><p>{words}</p>"


@pytest.mark.parametrize(
    ("language", "words", "charset"),
    [
        ("pl", "Most został zamknięty", "cp1250"),
        ("el", "Η γέφυρα", "cp1253"),
        ("tr", "Köprü kapandı, şehir", "cp1254"),
        ("ja", "橋が閉鎖", "cp932"),
        ("ru-RU", "Мэр", "cp1251"),
        ("de", "Brücke für Fußgänger", "cp1252"),
        ("fi", "Pääkkönen", "cp1252"),
    ],
)
def test_a_pages_language_says_what_it_is_written_in(language: str, words: str, charset: str) -> None:
    page = f'<!doctype html><html dir="ltr" lang="{language}"><p>{words}</p>'
    assert decode(page.encode(charset)) == page


def test_western_words_stay_western() -> None:
    for words in ("Le café était fermé, à Orléans", "Größe, Übermut und Äpfel", "Señor Núñez", "Åsa Öberg såg älgar"):
        assert decode(words.encode("latin-1")) == words


@pytest.mark.parametrize(
    "words",
    [
        "Länsirannan asukkaat heräsivät yöllä kovaan ääneen. Pelästyin hirveästi, sanoo Päivi Mäkelä. Sillä ei ollut ketään, kertoi Jyrki Hölttä.",
        "Työväenyhdistyksen näytelmä päättyi järkyttävään äänenmurtumaan, sillä näyttelijä ei päässyt käytävältä näyttämölle, myöntää Ylönen.",
        "Både räddningstjänsten och polisen är på plats. Många såg lågorna, säger Åke Öberg. Vägen är avstängd över natten, därför går tågen också långsamt.",
        "El año pasado cayó también otro puente, según José Ibáñez. Ningún técnico hizo la inspección, señaló. ¿Quién pagará? La oposición pidió más información y una comisión.",
        "Die Behörden prüfen, ob die Brücke überhaupt geprüft wurde. „Spätestens übermorgen“ gäbe es Klärung, erklärte Jürgen Müller über alle Kanäle für die Öffentlichkeit.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["<!doctype html><title>{}</title>", '<!doctype html><html lang="fi"><p>{}</p>'])
def test_a_western_page_that_declares_nothing_is_western(page: str, words: str) -> None:
    assert decode(page.format(words).encode("cp1252")) == page.format(words)


def test_a_short_page_is_in_what_its_language_is_written_in() -> None:
    page = '<html lang="fr"><p>L’été dernier déjà, André Lévêque répétait que le pont n’était pas sûr. Évacués, relogés très bientôt à l’hôtel où ça gêne.'
    assert decode(page.encode("cp1252")) == page


def test_letters_of_central_europe_are_told() -> None:
    words = (
        "Mieszkańcy usłyszeli głośny huk i wyszli na ulicę. Śledztwo wciąż trwa, żaden inżynier nie był na miejscu, powiedział Łukasz Wójcik. "
        "Śledczy sprawdzają, czy przegląd się odbył. Później wyjaśnią, dlaczego most zamknięto."
    )
    assert decode(words.encode("cp1250")) == words


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gbk", "utf-16", "windows-1251", "iso-2022-jp", "x"]))
def test_no_bytes_break_it(body: bytes, declared: str | None) -> None:
    assert isinstance(decode(body, declared), str)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff\x1b\x00"), max_size=80))
def test_what_is_written_in_utf_8_comes_back(words: str) -> None:
    assert decode(words.encode(), "utf-8") == words


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "utf-16"])
def test_a_page_in_two_bytes_a_sign_is_read_whatever_it_declares(charset: str, declared: str | None) -> None:
    page = f"<html><head><title>Silta</title></head><body><p>{FINNISH}</p></body></html>"
    assert decode(page.encode(charset), declared) == page


@pytest.mark.parametrize("label", ["utf-16", "unicode", "UTF-16LE"])
def test_a_page_that_says_two_bytes_a_sign_and_is_not_is_read(label: str) -> None:
    page = f'<meta charset="{label}"><p>{FINNISH}</p>'
    assert decode(page.encode()) == page
    assert decode(page.encode(), label) == page


@pytest.mark.parametrize("hiding", ["<!-- {} -->", "<script>x = '{}';</script>"])
def test_a_charset_in_a_comment_or_a_script_is_none(hiding: str) -> None:
    page = hiding.format('<meta charset="windows-1251">') + f"<p>{FINNISH}</p>"
    assert decode(page.encode("cp1252")) == page
